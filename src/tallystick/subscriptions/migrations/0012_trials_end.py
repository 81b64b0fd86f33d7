"""Trials that are running are found by their end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of those."""

    dependencies = [("subscriptions", "0011_restricted")]
    operations = [
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(status="trialing"), fields=["trial_until_on"], name="subscription_trial_ending"
            ),
        ),
        # Those that were agreed before trials had a status of their own: on trial, with the event that says so.
        migrations.RunSQL(
            "WITH due AS (SELECT b.id FROM subscriptions_subscription b WHERE b.status = 'active'"
            " AND b.trial_until_on IS NOT NULL AND (NOT b.trial_converts OR b.trial_until_on > current_date)"
            " FOR NO KEY UPDATE), moved AS (UPDATE subscriptions_subscription b SET status = 'trialing'"
            " FROM due WHERE due.id = b.id RETURNING b.id)"
            " INSERT INTO subscriptions_subscriptionevent (subscription_id, event, from_status, to_status, at,"
            " actor_kind, actor_id, actor_label, reason)"
            " SELECT id, 'start_trial', 'active', 'trialing', now(), 'system', 'upgrade', 'upgrade',"
            " 'trials have a status of their own' FROM moved ORDER BY id",
            migrations.RunSQL.noop,
        ),
    ]
