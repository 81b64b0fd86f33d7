"""Draws and their places on statements only ever grow; of which month a statement is never changes once posted."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER draw_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_draw
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER stated_draw_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_stateddraw
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();

CREATE FUNCTION invoicing_lock_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'document % is % and locked', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER document_statement_locked BEFORE UPDATE ON invoicing_document
    FOR EACH ROW WHEN (OLD.status <> 'draft' AND NEW.statement_month_on IS DISTINCT FROM OLD.statement_month_on)
    EXECUTE FUNCTION invoicing_lock_statement();
"""

BACKWARD = """
DROP TRIGGER document_statement_locked ON invoicing_document;
DROP FUNCTION invoicing_lock_statement();
DROP TRIGGER stated_draw_append_only ON invoicing_stateddraw;
DROP TRIGGER draw_append_only ON invoicing_draw;
"""


class Migration(migrations.Migration):
    """Triggers of draws."""

    dependencies = [("invoicing", "0010_draws")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
