"""What passes a funds test as a whole, whether runs collect what is short, and who comes back by paying."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Settings of the billing rule."""

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
        migrations.AddField(
            "billingrule",
            "reactivates_on_payment",
            models.BooleanField(
                default=True, help_text="money that arrives renews what is queued and brings back what is off (CRM-23)"
            ),
        ),
        migrations.AddField(
            "billingrule",
            "reactivation_days",
            models.PositiveSmallIntegerField(
                default=30, help_text="a service that was off for longer does not come back by itself"
            ),
        ),
        migrations.AddField(
            "billingrule",
            "reactivation_most_overdue_minor",
            models.BigIntegerField(default=0, help_text="who has more overdue gets nothing back by itself"),
        ),
        migrations.AddField(
            "billingrule",
            "rests_a_year",
            models.PositiveSmallIntegerField(blank=True, help_text="of one service; empty: any", null=True),
        ),
        migrations.AddField(
            "billingrule",
            "longest_rest_days",
            models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            "billingrule",
            "short_terms_a_year",
            models.PositiveSmallIntegerField(blank=True, help_text="of one service; empty: any", null=True),
        ),
        migrations.AddField(
            "billingrule",
            "longest_short_term_days",
            models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            "billingrule",
            models.CheckConstraint(
                condition=Q(funds_granularity__in=["service", "subscription", "account"]), name="funds_granularity"
            ),
        ),
    ]
