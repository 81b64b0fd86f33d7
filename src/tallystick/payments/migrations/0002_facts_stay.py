"""Payments, events and calls only ever grow; what an attempt asks for never changes, nor whom a method debits."""

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
CREATE TRIGGER method_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_paymentmethodevent
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER gateway_call_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_gatewaycall
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER attempt_kept BEFORE DELETE OR TRUNCATE ON payments_paymentattempt
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER purpose_kept BEFORE DELETE OR TRUNCATE ON payments_attemptpurpose
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();

CREATE FUNCTION payments_lock_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.method_id, NEW.gateway_account_id, NEW.our_id, NEW.key, NEW.amount_minor, NEW.currency,
        NEW.description, NEW.created_at)
       IS DISTINCT FROM
       (OLD.account_id, OLD.method_id, OLD.gateway_account_id, OLD.our_id, OLD.key, OLD.amount_minor, OLD.currency,
        OLD.description, OLD.created_at)
       OR (OLD.status = 'succeeded' AND NEW.status <> 'succeeded')
       OR (OLD.gateway_ref <> '' AND NEW.gateway_ref <> OLD.gateway_ref) THEN
        RAISE EXCEPTION 'what attempt % asks for is fixed, and a success is final', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER attempt_locked BEFORE UPDATE ON payments_paymentattempt
    FOR EACH ROW EXECUTE FUNCTION payments_lock_attempt();

CREATE FUNCTION payments_lock_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.attempt_id, NEW.purpose, NEW.amount_minor) IS DISTINCT FROM (OLD.attempt_id, OLD.purpose, OLD.amount_minor)
       OR (NEW.is_live AND NOT OLD.is_live) THEN
        RAISE EXCEPTION 'what attempt % is for is fixed', OLD.attempt_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER purpose_locked BEFORE UPDATE ON payments_attemptpurpose
    FOR EACH ROW EXECUTE FUNCTION payments_lock_purpose();

CREATE FUNCTION payments_require_purposes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    given bigint;
    attempt bigint;
BEGIN
    IF TG_TABLE_NAME = 'payments_attemptpurpose' THEN
        attempt := NEW.attempt_id;
    ELSE
        attempt := NEW.id;
    END IF;
    SELECT amount_minor INTO wanted FROM payments_paymentattempt WHERE id = attempt;
    SELECT coalesce(sum(amount_minor), 0) INTO given FROM payments_attemptpurpose WHERE attempt_id = attempt;
    IF wanted <> given THEN
        RAISE EXCEPTION 'attempt % is over %, but its purposes sum to %', attempt, wanted, given
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER attempt_has_purposes AFTER INSERT ON payments_paymentattempt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_require_purposes();
CREATE CONSTRAINT TRIGGER purposes_sum_up AFTER INSERT ON payments_attemptpurpose
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_require_purposes();

CREATE FUNCTION payments_lock_method() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.gateway_account_id, NEW.customer_ref, NEW.gateway_ref, NEW.kind)
       IS DISTINCT FROM (OLD.account_id, OLD.gateway_account_id, OLD.customer_ref, OLD.gateway_ref, OLD.kind) THEN
        RAISE EXCEPTION 'whom payment method % debits is fixed: another mandate is another method', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER method_locked BEFORE UPDATE ON payments_paymentmethod
    FOR EACH ROW EXECUTE FUNCTION payments_lock_method();
"""

BACKWARD = """
DROP TRIGGER method_locked ON payments_paymentmethod;
DROP FUNCTION payments_lock_method();
DROP TRIGGER purposes_sum_up ON payments_attemptpurpose;
DROP TRIGGER attempt_has_purposes ON payments_paymentattempt;
DROP FUNCTION payments_require_purposes();
DROP TRIGGER purpose_locked ON payments_attemptpurpose;
DROP FUNCTION payments_lock_purpose();
DROP TRIGGER attempt_locked ON payments_paymentattempt;
DROP FUNCTION payments_lock_attempt();
DROP TRIGGER purpose_kept ON payments_attemptpurpose;
DROP TRIGGER attempt_kept ON payments_paymentattempt;
DROP TRIGGER gateway_call_append_only ON payments_gatewaycall;
DROP TRIGGER method_event_append_only ON payments_paymentmethodevent;
DROP TRIGGER attempt_event_append_only ON payments_attemptevent;
DROP TRIGGER payment_append_only ON payments_payment;
DROP FUNCTION payments_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers of payments."""

    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
