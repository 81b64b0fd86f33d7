"""A version of whom an invoice was made out to is never changed or removed, save that a later one becomes the current one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never changes: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER accounts_profile_stays
    BEFORE UPDATE OF id, account_id, version, name, is_business, street, postcode, city, country, vat_number, email, created_at
    ON accounts_accountprofile FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER accounts_profile_is_kept BEFORE DELETE OR TRUNCATE ON accounts_accountprofile
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

BACKWARD = """
DROP TRIGGER accounts_profile_is_kept ON accounts_accountprofile;
DROP TRIGGER accounts_profile_stays ON accounts_accountprofile;
DROP FUNCTION accounts_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers of the profiles."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
