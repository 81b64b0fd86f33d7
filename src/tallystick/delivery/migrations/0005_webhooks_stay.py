"""What was told stays as it was told, and what was done to endpoints only grows."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER delivery_webhook_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON delivery_webhookendpointevent
    FOR EACH STATEMENT EXECUTE FUNCTION delivery_refuse_change();

CREATE TRIGGER delivery_webhook_body_stays
    BEFORE UPDATE OF endpoint_id, message_id, event_type, body, happened_at, created_at ON delivery_webhookmessage
    FOR EACH STATEMENT EXECUTE FUNCTION delivery_refuse_change();
"""

BACKWARD = """
DROP TRIGGER delivery_webhook_body_stays ON delivery_webhookmessage;
DROP TRIGGER delivery_webhook_event_append_only ON delivery_webhookendpointevent;
"""


class Migration(migrations.Migration):
    """Triggers of webhooks."""

    dependencies = [("delivery", "0004_webhooks")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
