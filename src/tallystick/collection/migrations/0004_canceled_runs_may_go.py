"""A canceled or failed run may be deleted with its history, and nothing else ever; what happened to schedules stays."""

from django.db import migrations

# The run that the present transaction deletes; the setting is local to it.
NAMED = "nullif(current_setting('tallystick.deletes_payment_run', true), '')::bigint"

FORWARD = f"""
CREATE FUNCTION collection_keep_run_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM stale s LEFT JOIN collection_paymentrun r ON r.id = s.run_id
                WHERE s.run_id IS DISTINCT FROM {NAMED} OR NOT r.status IN ('canceled', 'failed')) THEN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER collection_event_append_only ON collection_paymentrunevent;
CREATE TRIGGER collection_event_append_only BEFORE UPDATE OR TRUNCATE ON collection_paymentrunevent
    FOR EACH STATEMENT EXECUTE FUNCTION collection_refuse_change();
CREATE TRIGGER collection_event_kept AFTER DELETE ON collection_paymentrunevent
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION collection_keep_run_events();
CREATE TRIGGER payment_schedule_event_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON collection_paymentrunscheduleevent
    FOR EACH STATEMENT EXECUTE FUNCTION collection_refuse_change();
CREATE TRIGGER deleted_payment_run_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON collection_deletedpaymentrun
    FOR EACH STATEMENT EXECUTE FUNCTION collection_refuse_change();
"""

BACKWARD = """
DROP TRIGGER deleted_payment_run_append_only ON collection_deletedpaymentrun;
DROP TRIGGER payment_schedule_event_append_only ON collection_paymentrunscheduleevent;
DROP TRIGGER collection_event_kept ON collection_paymentrunevent;
DROP TRIGGER collection_event_append_only ON collection_paymentrunevent;
CREATE TRIGGER collection_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON collection_paymentrunevent
    FOR EACH STATEMENT EXECUTE FUNCTION collection_refuse_change();
DROP FUNCTION collection_keep_run_events();
"""


class Migration(migrations.Migration):
    """Triggers of collection, with the one way by which a run that took nothing goes."""

    dependencies = [("collection", "0003_schedules")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
