"""Posted documents are locked; lines follow their document; claims, allocations and events only ever grow."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION invoicing_lock_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'document % is kept for ever', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.kind, NEW.currency, NEW.account_id, NEW.seller_id, NEW.bill_id, NEW.run_id, NEW.collection_method,
        NEW.invoice_on, NEW.due_on, NEW.net_minor, NEW.tax_minor, NEW.gross_minor, NEW.seller_profile_id,
        NEW.account_profile_id, NEW.number_series_id, NEW.sequence_number, NEW.number, NEW.public_token,
        NEW.created_at, NEW.posted_at)
       IS DISTINCT FROM
       (OLD.kind, OLD.currency, OLD.account_id, OLD.seller_id, OLD.bill_id, OLD.run_id, OLD.collection_method,
        OLD.invoice_on, OLD.due_on, OLD.net_minor, OLD.tax_minor, OLD.gross_minor, OLD.seller_profile_id,
        OLD.account_profile_id, OLD.number_series_id, OLD.sequence_number, OLD.number, OLD.public_token,
        OLD.created_at, OLD.posted_at)
       OR NEW.status NOT IN (OLD.status, 'voided') THEN
        RAISE EXCEPTION 'document % is % and locked', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER document_locked BEFORE UPDATE ON invoicing_document
    FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION invoicing_lock_document();
CREATE TRIGGER document_kept BEFORE DELETE ON invoicing_document
    FOR EACH ROW EXECUTE FUNCTION invoicing_lock_document();

CREATE FUNCTION invoicing_lock_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM stale s JOIN invoicing_document d ON d.id = s.document_id WHERE d.status <> 'draft') THEN
        RAISE EXCEPTION 'lines of a posted or canceled document are locked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION invoicing_refuse_late_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh f JOIN invoicing_document d ON d.id = f.document_id WHERE d.status <> 'draft') THEN
        RAISE EXCEPTION 'a posted or canceled document takes no more lines' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER lines_locked_update AFTER UPDATE ON invoicing_documentline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_lock_lines();
CREATE TRIGGER lines_locked_delete AFTER DELETE ON invoicing_documentline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_lock_lines();
CREATE TRIGGER lines_locked_insert AFTER INSERT ON invoicing_documentline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_late_lines();
CREATE TRIGGER tax_lines_locked_update AFTER UPDATE ON invoicing_documenttaxline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_lock_lines();
CREATE TRIGGER tax_lines_locked_delete AFTER DELETE ON invoicing_documenttaxline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_lock_lines();
CREATE TRIGGER tax_lines_locked_insert AFTER INSERT ON invoicing_documenttaxline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_late_lines();

CREATE FUNCTION invoicing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER allocation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_allocation
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER document_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_documentevent
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER run_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_billrunevent
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER claim_kept BEFORE DELETE OR TRUNCATE ON invoicing_billingclaim
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER documents_kept BEFORE TRUNCATE ON invoicing_document
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
"""

BACKWARD = """
DROP TRIGGER documents_kept ON invoicing_document;
DROP TRIGGER claim_kept ON invoicing_billingclaim;
DROP TRIGGER run_event_append_only ON invoicing_billrunevent;
DROP TRIGGER document_event_append_only ON invoicing_documentevent;
DROP TRIGGER allocation_append_only ON invoicing_allocation;
DROP FUNCTION invoicing_refuse_change();
DROP TRIGGER tax_lines_locked_insert ON invoicing_documenttaxline;
DROP TRIGGER tax_lines_locked_delete ON invoicing_documenttaxline;
DROP TRIGGER tax_lines_locked_update ON invoicing_documenttaxline;
DROP TRIGGER lines_locked_insert ON invoicing_documentline;
DROP TRIGGER lines_locked_delete ON invoicing_documentline;
DROP TRIGGER lines_locked_update ON invoicing_documentline;
DROP FUNCTION invoicing_refuse_late_lines();
DROP FUNCTION invoicing_lock_lines();
DROP TRIGGER document_kept ON invoicing_document;
DROP TRIGGER document_locked ON invoicing_document;
DROP FUNCTION invoicing_lock_document();
"""


class Migration(migrations.Migration):
    """Triggers of invoicing."""

    dependencies = [("invoicing", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
