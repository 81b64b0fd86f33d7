"""What is printed on a posted document stays as posting wrote it down (UNI-4)."""

from django.db import migrations

PRINTED = "(OLD.language, OLD.buyer_reference, OLD.bank_account_id, OLD.method_label)"

FORWARD = f"""
CREATE FUNCTION invoicing_lock_printed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'document % is % and locked', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER document_printed_locked
    BEFORE UPDATE OF language, buyer_reference, bank_account_id, method_label ON invoicing_document
    FOR EACH ROW WHEN (OLD.status <> 'draft' AND {PRINTED} IS DISTINCT FROM {PRINTED.replace("OLD", "NEW")})
    EXECUTE FUNCTION invoicing_lock_printed();
"""

BACKWARD = """
DROP TRIGGER document_printed_locked ON invoicing_document;
DROP FUNCTION invoicing_lock_printed();
"""


class Migration(migrations.Migration):
    """The trigger."""

    dependencies = [("invoicing", "0012_printed_terms")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
