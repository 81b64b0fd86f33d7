"""Funding policies with their limits, mutually exclusive by construction, and the history of their changes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

FORWARD = """
CREATE TRIGGER accounts_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_accountevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""
BACKWARD = "DROP TRIGGER accounts_event_append_only ON accounts_accountevent;"

# Nothing could set these before, save a receivable limit beside a policy that nobody could choose either.
FILL = "UPDATE accounts_account SET funding_policy = 'invoiced' WHERE funding_policy = 'credit_limit'"


class Migration(migrations.Migration):
    """Columns, constraints, events."""

    dependencies = [("accounts", "0002_profiles_stay")]
    operations = [
        migrations.AlterField(
            "account",
            "receivable_limit_minor",
            models.BigIntegerField(blank=True, help_text="of an invoiced account", null=True),
        ),
        migrations.AddField("account", "credit_limit_minor", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField("account", "credit_term_days", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField("account", "credit_grace_days", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=Q(
                    funding_policy="credit_limit",
                    credit_limit_minor__gte=0,
                    credit_term_days__isnull=False,
                    credit_grace_days__isnull=False,
                )
                | ~Q(funding_policy="credit_limit")
                & Q(credit_limit_minor__isnull=True, credit_term_days__isnull=True, credit_grace_days__isnull=True),
                name="credit_limit_has_its_own_policy",
            ),
        ),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=Q(receivable_limit_minor__isnull=True)
                | Q(funding_policy="invoiced", receivable_limit_minor__gte=0),
                name="receivable_limit_is_of_invoiced",
            ),
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=40)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_label", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="accounts.account"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
