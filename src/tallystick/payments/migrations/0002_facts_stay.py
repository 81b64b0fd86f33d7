"""Payments, events and calls only ever grow; what an attempt asks for never changes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER payment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_payment
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER attempt_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_attemptevent
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER gateway_call_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_gatewaycall
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER attempt_kept BEFORE DELETE OR TRUNCATE ON payments_paymentattempt
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();

CREATE FUNCTION payments_lock_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.method_id, NEW.gateway_account_id, NEW.key, NEW.amount_minor, NEW.currency, NEW.created_at)
       IS DISTINCT FROM
       (OLD.account_id, OLD.method_id, OLD.gateway_account_id, OLD.key, OLD.amount_minor, OLD.currency, OLD.created_at)
       OR (OLD.status = 'succeeded' AND NEW.status <> 'succeeded') THEN
        RAISE EXCEPTION 'what attempt % asks for is fixed, and a success is final', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER attempt_locked BEFORE UPDATE ON payments_paymentattempt
    FOR EACH ROW EXECUTE FUNCTION payments_lock_attempt();
"""

BACKWARD = """
DROP TRIGGER attempt_locked ON payments_paymentattempt;
DROP FUNCTION payments_lock_attempt();
DROP TRIGGER attempt_kept ON payments_paymentattempt;
DROP TRIGGER gateway_call_append_only ON payments_gatewaycall;
DROP TRIGGER attempt_event_append_only ON payments_attemptevent;
DROP TRIGGER payment_append_only ON payments_payment;
DROP FUNCTION payments_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers of payments."""

    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
