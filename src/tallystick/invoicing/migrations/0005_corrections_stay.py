"""Corrections are locked like what they correct, and nothing corrects a document that was reversed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION invoicing_lock_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.corrects_id, NEW.is_reversal, NEW.reason_code_id)
       IS DISTINCT FROM (OLD.corrects_id, OLD.is_reversal, OLD.reason_code_id)
       OR (OLD.reversed_at IS NOT NULL AND NEW.reversed_at IS DISTINCT FROM OLD.reversed_at) THEN
        RAISE EXCEPTION 'document % is % and locked', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER document_correction_locked BEFORE UPDATE ON invoicing_document
    FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION invoicing_lock_correction();

CREATE FUNCTION invoicing_require_correctable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE corrected record;
BEGIN
    SELECT * INTO corrected FROM invoicing_document WHERE id = NEW.corrects_id;
    IF corrected.status <> 'posted' OR corrected.reversed_at IS NOT NULL OR corrected.is_reversal THEN
        RAISE EXCEPTION 'document % was reversed or is not posted: nothing corrects it', corrected.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (corrected.account_id, corrected.currency) IS DISTINCT FROM (NEW.account_id, NEW.currency)
       OR NEW.invoice_on < corrected.invoice_on
       OR (corrected.kind = 'credit_note') <> (NEW.kind = 'debit_note' AND NEW.is_reversal) THEN
        RAISE EXCEPTION 'document % can not correct document %', NEW.id, corrected.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER document_corrects BEFORE UPDATE ON invoicing_document
    FOR EACH ROW WHEN (NEW.corrects_id IS NOT NULL AND OLD.status = 'draft' AND NEW.status = 'posted')
    EXECUTE FUNCTION invoicing_require_correctable();
"""

BACKWARD = """
DROP TRIGGER document_corrects ON invoicing_document;
DROP FUNCTION invoicing_require_correctable();
DROP TRIGGER document_correction_locked ON invoicing_document;
DROP FUNCTION invoicing_lock_correction();
"""


class Migration(migrations.Migration):
    """Triggers of corrections."""

    dependencies = [("invoicing", "0004_corrections")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
