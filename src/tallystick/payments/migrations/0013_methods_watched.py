"""When a customer's methods were last asked about, and from when a card of the sandbox that expires counts its days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns, and the index by which methods that end soon are found."""

    dependencies = [("payments", "0012_checkout")]
    operations = [
        migrations.AddField(
            "sandboxmandate",
            "saved_on",
            models.DateField(null=True, blank=True, help_text="from when a card that expires counts its days"),
        ),
        migrations.AddField(
            "gatewaycustomer",
            "asked_at",
            models.DateTimeField(null=True, blank=True, help_text="when it last told how their methods stand"),
        ),
        migrations.AddIndex(
            "paymentmethod",
            models.Index(fields=["expires_on"], condition=models.Q(expires_on__isnull=False), name="method_by_expiry"),
        ),
    ]
