"""What is said of refunds and disputes only grows, their amounts are fixed, and no more goes back than came."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER refund_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_refundevent
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER refund_kept BEFORE DELETE OR TRUNCATE ON payments_refund
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER dispute_kept BEFORE DELETE OR TRUNCATE ON payments_dispute
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();

CREATE FUNCTION payments_lock_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.payment_id, NEW.our_id, NEW.key, NEW.amount_minor, NEW.currency, NEW.is_external, NEW.iban, NEW.created_at)
       IS DISTINCT FROM
       (OLD.payment_id, OLD.our_id, OLD.key, OLD.amount_minor, OLD.currency, OLD.is_external, OLD.iban, OLD.created_at)
       OR (OLD.gateway_ref <> '' AND NEW.gateway_ref <> OLD.gateway_ref)
       OR (OLD.status IN ('failed', 'canceled') AND NEW.status <> OLD.status) THEN
        RAISE EXCEPTION 'what refund % gives back is fixed, and one that came back is over', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refund_locked BEFORE UPDATE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_lock_refund();

CREATE FUNCTION payments_lock_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.payment_id, NEW.gateway_ref, NEW.amount_minor, NEW.currency, NEW.opened_at, NEW.recorded_at)
       IS DISTINCT FROM
       (OLD.payment_id, OLD.gateway_ref, OLD.amount_minor, OLD.currency, OLD.opened_at, OLD.recorded_at)
       OR (OLD.status = 'won' AND NEW.status <> 'won') THEN
        RAISE EXCEPTION 'what dispute % took back is fixed, and one that was won is over', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER dispute_locked BEFORE UPDATE ON payments_dispute
    FOR EACH ROW EXECUTE FUNCTION payments_lock_dispute();

CREATE FUNCTION payments_bound_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid bigint;
    ordered bigint;
BEGIN
    -- under the payment's lock: two who refund it at once wait for each other
    SELECT amount_minor INTO paid FROM payments_payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount_minor), 0) INTO ordered FROM payments_refund
     WHERE payment_id = NEW.payment_id AND NOT is_external AND status NOT IN ('failed', 'canceled');
    IF ordered > paid THEN
        RAISE EXCEPTION 'payment % is over %, and % of it would be ordered back', NEW.payment_id, paid, ordered
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER refunds_within_payment AFTER INSERT ON payments_refund
    FOR EACH ROW WHEN (NOT NEW.is_external) EXECUTE FUNCTION payments_bound_refunds();
"""

BACKWARD = """
DROP TRIGGER refunds_within_payment ON payments_refund;
DROP FUNCTION payments_bound_refunds();
DROP TRIGGER dispute_locked ON payments_dispute;
DROP FUNCTION payments_lock_dispute();
DROP TRIGGER refund_locked ON payments_refund;
DROP FUNCTION payments_lock_refund();
DROP TRIGGER dispute_kept ON payments_dispute;
DROP TRIGGER refund_kept ON payments_refund;
DROP TRIGGER refund_event_append_only ON payments_refundevent;
"""


class Migration(migrations.Migration):
    """Triggers of money that went back."""

    dependencies = [("payments", "0013_methods_watched")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
