"""A canceled or failed run may be deleted with its canceled drafts, and nothing else ever."""

from django.db import migrations

# The run that the present transaction deletes; the setting is local to it. A run with anything posted is never named.
NAMED = "nullif(current_setting('tallystick.deletes_run', true), '')::bigint"

FORWARD = f"""
CREATE FUNCTION invoicing_keep_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'canceled' AND OLD.number IS NULL AND OLD.run_id = {NAMED} THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'document % is kept for ever', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION invoicing_keep_of_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM stale s LEFT JOIN invoicing_document d ON d.id = s.document_id
                WHERE NOT (d.status = 'canceled' AND d.number IS NULL AND d.run_id IS NOT DISTINCT FROM {NAMED})
                   OR d.run_id IS NULL) THEN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION invoicing_keep_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM stale s JOIN invoicing_document d ON d.id = s.document_id
                WHERE d.status <> 'draft'
                  AND NOT (d.status = 'canceled' AND d.run_id IS NOT NULL
                           AND d.run_id IS NOT DISTINCT FROM {NAMED})) THEN
        RAISE EXCEPTION 'lines of a posted or canceled document are locked' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION invoicing_keep_run_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM stale s LEFT JOIN invoicing_billrun r ON r.id = s.run_id
                WHERE s.run_id IS DISTINCT FROM {NAMED} OR NOT r.status IN ('canceled', 'failed')) THEN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER document_kept ON invoicing_document;
CREATE TRIGGER document_kept BEFORE DELETE ON invoicing_document
    FOR EACH ROW EXECUTE FUNCTION invoicing_keep_document();
DROP TRIGGER lines_locked_delete ON invoicing_documentline;
CREATE TRIGGER lines_locked_delete AFTER DELETE ON invoicing_documentline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_keep_lines();
DROP TRIGGER tax_lines_locked_delete ON invoicing_documenttaxline;
CREATE TRIGGER tax_lines_locked_delete AFTER DELETE ON invoicing_documenttaxline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_keep_lines();
DROP TRIGGER document_event_append_only ON invoicing_documentevent;
CREATE TRIGGER document_event_append_only BEFORE UPDATE OR TRUNCATE ON invoicing_documentevent
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER document_event_kept AFTER DELETE ON invoicing_documentevent
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_keep_of_document();
DROP TRIGGER claim_kept ON invoicing_billingclaim;
CREATE TRIGGER claim_kept AFTER DELETE ON invoicing_billingclaim
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_keep_of_document();
CREATE TRIGGER claims_kept BEFORE TRUNCATE ON invoicing_billingclaim
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
DROP TRIGGER run_event_append_only ON invoicing_billrunevent;
CREATE TRIGGER run_event_append_only BEFORE UPDATE OR TRUNCATE ON invoicing_billrunevent
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER run_event_kept AFTER DELETE ON invoicing_billrunevent
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_keep_run_events();
CREATE TRIGGER schedule_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_billrunscheduleevent
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
CREATE TRIGGER deleted_run_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_deletedbillrun
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
"""

BACKWARD = """
DROP TRIGGER deleted_run_append_only ON invoicing_deletedbillrun;
DROP TRIGGER schedule_event_append_only ON invoicing_billrunscheduleevent;
DROP TRIGGER run_event_kept ON invoicing_billrunevent;
DROP TRIGGER run_event_append_only ON invoicing_billrunevent;
CREATE TRIGGER run_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_billrunevent
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
DROP TRIGGER claims_kept ON invoicing_billingclaim;
DROP TRIGGER claim_kept ON invoicing_billingclaim;
CREATE TRIGGER claim_kept BEFORE DELETE OR TRUNCATE ON invoicing_billingclaim
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
DROP TRIGGER document_event_kept ON invoicing_documentevent;
DROP TRIGGER document_event_append_only ON invoicing_documentevent;
CREATE TRIGGER document_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoicing_documentevent
    FOR EACH STATEMENT EXECUTE FUNCTION invoicing_refuse_change();
DROP TRIGGER tax_lines_locked_delete ON invoicing_documenttaxline;
CREATE TRIGGER tax_lines_locked_delete AFTER DELETE ON invoicing_documenttaxline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_lock_lines();
DROP TRIGGER lines_locked_delete ON invoicing_documentline;
CREATE TRIGGER lines_locked_delete AFTER DELETE ON invoicing_documentline
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION invoicing_lock_lines();
DROP TRIGGER document_kept ON invoicing_document;
CREATE TRIGGER document_kept BEFORE DELETE ON invoicing_document
    FOR EACH ROW EXECUTE FUNCTION invoicing_lock_document();
DROP FUNCTION invoicing_keep_run_events();
DROP FUNCTION invoicing_keep_lines();
DROP FUNCTION invoicing_keep_of_document();
DROP FUNCTION invoicing_keep_document();
"""


class Migration(migrations.Migration):
    """Triggers of invoicing, with the one way by which a canceled run goes."""

    dependencies = [("invoicing", "0006_schedules")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
