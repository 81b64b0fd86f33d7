"""What happened to a subscription is never changed or removed."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION subscriptions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER subscriptions_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON subscriptions_subscriptionevent
    FOR EACH STATEMENT EXECUTE FUNCTION subscriptions_refuse_change();
"""

BACKWARD = """
DROP TRIGGER subscriptions_event_append_only ON subscriptions_subscriptionevent;
DROP FUNCTION subscriptions_refuse_change();
"""


class Migration(migrations.Migration):
    """Trigger of the events."""

    dependencies = [("subscriptions", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
