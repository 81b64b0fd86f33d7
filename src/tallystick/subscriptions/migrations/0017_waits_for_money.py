"""What waits for money is found without reading every subscription."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0016_alignment")]

    operations = [
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=Q(("status__in", ["draft", "past_due"])),
                fields=["account"],
                name="subscription_waits_for_money",
            ),
        ),
    ]
