"""Attempts that failed lately are found without reading all that ever were."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_inbox")]

    operations = [
        migrations.AddIndex(
            model_name="paymentattempt",
            index=models.Index(
                condition=Q(("status__in", ["failed", "canceled", "expired"])),
                fields=["final_at"],
                name="attempt_failed_at",
            ),
        ),
    ]
