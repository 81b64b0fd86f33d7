"""Events only ever grow."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION delivery_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER delivery_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON delivery_deliveryevent
    FOR EACH STATEMENT EXECUTE FUNCTION delivery_refuse_change();
"""

BACKWARD = """
DROP TRIGGER delivery_event_append_only ON delivery_deliveryevent;
DROP FUNCTION delivery_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers of delivery."""

    dependencies = [("delivery", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
