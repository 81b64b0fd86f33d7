"""Which run took a service out of the deactivation queue, so that canceling the run puts it back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0013_repeating_deactivations")]

    operations = [
        migrations.AddField(
            model_name="deactivationcandidate",
            name="cleared_by",
            field=models.CharField(blank=True, default="", help_text="which run renewed it", max_length=80),
        ),
    ]
