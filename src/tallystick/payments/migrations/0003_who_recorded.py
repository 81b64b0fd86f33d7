"""Who recorded a payment; of what came through a gateway, nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Kind, id and label of the actor."""

    dependencies = [("payments", "0002_facts_stay")]
    operations = [
        migrations.AddField(
            "payment",
            "actor_kind",
            models.CharField(blank=True, db_default="", help_text="who recorded it", max_length=12),
        ),
        migrations.AddField("payment", "actor_id", models.CharField(blank=True, db_default="", max_length=80)),
        migrations.AddField("payment", "actor_label", models.CharField(blank=True, db_default="", max_length=120)),
    ]
