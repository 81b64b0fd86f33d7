"""A version of a seller's legal texts is never changed or removed: posted documents show it. Nor is an event."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION sellers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never changes: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER sellers_profile_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON sellers_sellerprofile
    FOR EACH STATEMENT EXECUTE FUNCTION sellers_refuse_change();
CREATE TRIGGER sellers_event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON sellers_sellerevent
    FOR EACH STATEMENT EXECUTE FUNCTION sellers_refuse_change();
"""

BACKWARD = """
DROP TRIGGER sellers_event_stays ON sellers_sellerevent;
DROP TRIGGER sellers_profile_stays ON sellers_sellerprofile;
DROP FUNCTION sellers_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers of profiles and events."""

    dependencies = [("sellers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
