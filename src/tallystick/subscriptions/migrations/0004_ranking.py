"""When a subscription was active first, which decides its rank (CRM-9)."""

from django.db import migrations, models

FILL = """
UPDATE subscriptions_subscription SET first_active_on = starts_on WHERE NOT status IN ('draft', 'awaiting_start')
"""


class Migration(migrations.Migration):
    """The day itself; of those that are there, their start."""

    dependencies = [("subscriptions", "0003_room_for_billing")]
    operations = [
        migrations.AddField(
            "subscription",
            "first_active_on",
            models.DateField(blank=True, help_text="decides its rank (CRM-9); empty: never yet", null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
