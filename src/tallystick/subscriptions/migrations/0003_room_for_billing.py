"""Room on every page for the next version of its rows: moving `billed_through` then touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    """Storage of services."""

    dependencies = [("subscriptions", "0002_events_stay")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE subscriptions_subscriptionservice SET (fillfactor = 50)",
            "ALTER TABLE subscriptions_subscriptionservice RESET (fillfactor)",
        )
    ]
