"""Who set a seller's own rate stays known: events only ever grow."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION taxes_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER taxes_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON taxes_taxrateevent
    FOR EACH STATEMENT EXECUTE FUNCTION taxes_refuse_change();
"""

BACKWARD = """
DROP TRIGGER taxes_event_append_only ON taxes_taxrateevent;
DROP FUNCTION taxes_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers of the taxes."""

    dependencies = [("taxes", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
