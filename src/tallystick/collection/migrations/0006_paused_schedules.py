"""A schedule may be paused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more status."""

    dependencies = [("collection", "0005_retries")]
    operations = [
        migrations.RemoveConstraint(model_name="paymentrunschedule", name="payment_run_schedule_status"),
        migrations.AddConstraint(
            model_name="paymentrunschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("active", "paused", "finished", "canceled"))),
                name="payment_run_schedule_status",
            ),
        ),
    ]
