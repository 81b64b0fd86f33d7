"""Events only ever grow."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION collection_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER collection_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON collection_paymentrunevent
    FOR EACH STATEMENT EXECUTE FUNCTION collection_refuse_change();
"""

BACKWARD = """
DROP TRIGGER collection_event_append_only ON collection_paymentrunevent;
DROP FUNCTION collection_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers of collection."""

    dependencies = [("collection", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
