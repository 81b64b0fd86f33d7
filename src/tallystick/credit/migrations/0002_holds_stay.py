"""A hold is written once and released once: what it took, of whom and for what never changes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION credit_lock_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'holds are kept: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.account_id, NEW.purpose, NEW.kind, NEW.amount_minor, NEW.placed_at)
       IS DISTINCT FROM (OLD.account_id, OLD.purpose, OLD.kind, OLD.amount_minor, OLD.placed_at)
       OR OLD.released_at IS NOT NULL THEN
        RAISE EXCEPTION 'hold % is fixed; it can only be released, once', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER hold_locked BEFORE UPDATE OR DELETE ON credit_hold
    FOR EACH ROW EXECUTE FUNCTION credit_lock_hold();
CREATE TRIGGER holds_kept BEFORE TRUNCATE ON credit_hold
    FOR EACH STATEMENT EXECUTE FUNCTION credit_lock_hold();
"""

BACKWARD = """
DROP TRIGGER holds_kept ON credit_hold;
DROP TRIGGER hold_locked ON credit_hold;
DROP FUNCTION credit_lock_hold();
"""


class Migration(migrations.Migration):
    """Triggers of credit."""

    dependencies = [("credit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
