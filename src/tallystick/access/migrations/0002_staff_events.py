"""Which roles were given and taken, by whom; what is written there stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION access_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER access_staff_event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access_staffevent
    FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change();
"""
BACKWARD = """
DROP TRIGGER access_staff_event_stays ON access_staffevent;
DROP FUNCTION access_refuse_change();
"""


class Migration(migrations.Migration):
    """The table of events and its trigger."""

    dependencies = [("access", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="StaffEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_role", models.CharField(blank=True, max_length=10)),
                ("to_role", models.CharField(blank=True, max_length=10)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_label", models.CharField(max_length=120)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
