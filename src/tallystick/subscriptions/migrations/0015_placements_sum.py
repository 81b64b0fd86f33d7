"""What is placed of a service on installed items is all of it or nothing: the database looks when it commits."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION subscriptions_require_all_placed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    service bigint;
    wanted numeric;
    placed numeric;
BEGIN
    IF TG_TABLE_NAME = 'subscriptions_serviceplacement' THEN
        service := NEW.subscription_service_id;
    ELSE
        service := NEW.id;
    END IF;
    SELECT quantity INTO wanted FROM subscriptions_subscriptionservice WHERE id = service;
    SELECT sum(quantity) INTO placed FROM subscriptions_serviceplacement
        WHERE subscription_service_id = service AND until_on IS NULL;
    IF placed <> wanted THEN
        RAISE EXCEPTION 'service % is % in quantity, but % of it is placed on items', service, wanted, placed
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER all_of_a_service_is_placed AFTER INSERT OR UPDATE ON subscriptions_serviceplacement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subscriptions_require_all_placed();
CREATE CONSTRAINT TRIGGER a_quantity_is_what_is_placed AFTER UPDATE OF quantity ON subscriptions_subscriptionservice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.quantity IS DISTINCT FROM OLD.quantity)
    EXECUTE FUNCTION subscriptions_require_all_placed();
"""

BACKWARD = """
DROP TRIGGER a_quantity_is_what_is_placed ON subscriptions_subscriptionservice;
DROP TRIGGER all_of_a_service_is_placed ON subscriptions_serviceplacement;
DROP FUNCTION subscriptions_require_all_placed();
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0014_cleared_by")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
