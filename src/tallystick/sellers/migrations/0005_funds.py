"""What passes a funds test as a whole, and whether runs collect what is short."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Two settings of the billing rule."""

    dependencies = [("sellers", "0004_auto_post_default")]
    operations = [
        migrations.AddField(
            "billingrule",
            "funds_granularity",
            models.CharField(
                default="service", help_text="what passes a funds test as a whole (CRM-15)", max_length=12
            ),
        ),
        migrations.AddField(
            "billingrule",
            "collects_shortfalls",
            models.BooleanField(
                default=True, help_text="a run charges a saved method for what pay-before services lack (CRM-16)"
            ),
        ),
        migrations.AddConstraint(
            "billingrule",
            models.CheckConstraint(
                condition=Q(funds_granularity__in=["service", "subscription", "account"]), name="funds_granularity"
            ),
        ),
    ]
