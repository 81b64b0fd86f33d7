"""A run that waits for a posting may take earlier invoices with it; those before took the bill run's alone."""

from django.db import migrations, models

HELP = "takes its bill run's invoices alone, not what runs before left open"
BEGUN = "UPDATE collection_paymentrun SET only_bill_run = TRUE WHERE bill_run_id IS NOT NULL AND {}"
OF_DAYS = "UPDATE collection_paymentrunschedule SET only_bill_run = TRUE WHERE bill_run_id IS NOT NULL AND after_hours IS NULL"


class Migration(migrations.Migration):
    """One more choice, of runs and schedules."""

    dependencies = [("collection", "0006_paused_schedules")]
    operations = [
        migrations.AddField("paymentrun", "only_bill_run", models.BooleanField(default=False, help_text=HELP)),
        migrations.AddField("paymentrunschedule", "only_bill_run", models.BooleanField(default=False, help_text=HELP)),
        migrations.RunSQL(BEGUN.format("(queued_at IS NOT NULL OR after_hours IS NULL)"), migrations.RunSQL.noop),
        migrations.RunSQL(OF_DAYS, migrations.RunSQL.noop),
    ]
