"""The name of a canceled schedule may be given to another."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A name is one of a seller's schedules that are not canceled."""

    dependencies = [("invoicing", "0014_not_renewed_accounts")]

    operations = [
        migrations.RemoveConstraint("billrunschedule", name="bill_run_schedule_name_once"),
        migrations.AddConstraint(
            "billrunschedule",
            models.UniqueConstraint(
                fields=["seller", "name"], condition=~Q(status="canceled"), name="bill_run_schedule_name_once"
            ),
        ),
    ]
