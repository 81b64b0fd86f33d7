"""The ledger's own laws: every transaction balances and is written whole; nothing written changes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ledger_require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint;
BEGIN
    SELECT f.transaction_id INTO broken
      FROM (SELECT transaction_id, sum(amount_minor) AS total, count(*) AS entries, min(position) AS first
              FROM fresh GROUP BY 1) f
      JOIN ledger_ledgertransaction t ON t.id = f.transaction_id
     -- the first position can be written only once, so that nothing can be added by a later statement
     WHERE f.total <> 0 OR f.entries <> t.entry_count OR f.first <> 1
     LIMIT 1;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'ledger transaction % does not balance or is not written whole', broken
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_ledgerentry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_require_balance();

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_ledgertransaction
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

BACKWARD = """
DROP TRIGGER ledger_transaction_append_only ON ledger_ledgertransaction;
DROP TRIGGER ledger_entry_append_only ON ledger_ledgerentry;
DROP TRIGGER ledger_entries_balance ON ledger_ledgerentry;
DROP FUNCTION ledger_refuse_change();
DROP FUNCTION ledger_require_balance();
"""


class Migration(migrations.Migration):
    """Triggers of the ledger."""

    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
