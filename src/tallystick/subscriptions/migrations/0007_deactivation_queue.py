"""The deactivation queue and its runs; what a run did is never changed."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER subscriptions_item_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON subscriptions_deactivationrunitem FOR EACH STATEMENT EXECUTE FUNCTION subscriptions_refuse_change();
"""
BACKWARD = "DROP TRIGGER subscriptions_item_append_only ON subscriptions_deactivationrunitem;"


class Migration(migrations.Migration):
    """Tables and trigger."""

    dependencies = [
        ("accounts", "0003_funding_policy"),
        ("sellers", "0005_funds"),
        ("subscriptions", "0006_auto_renewal"),
    ]
    operations = [
        migrations.AddField(
            model_name="subscriptionservice",
            name="billable_until_on",
            field=models.DateField(
                blank=True,
                help_text="while it is off: the first day that is not billed; empty while it is on",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="DeactivationRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20)),
                ("kind", models.CharField(default="deactivate", max_length=12)),
                ("status", models.CharField(default="pending", max_length=10)),
                ("runs_on", models.DateField()),
                ("filters", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=120)),
                ("executed_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_by", models.CharField(blank=True, max_length=120)),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deactivation_runs",
                        to="sellers.seller",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeactivationRunItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(max_length=12)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="subscriptions.deactivationrun",
                    ),
                ),
                (
                    "subscription_service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="subscriptions.subscriptionservice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ServiceInterruption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("from_on", models.DateField()),
                (
                    "until_on",
                    models.DateField(blank=True, help_text="first day on again; empty while it is off", null=True),
                ),
                ("ends_by_on", models.DateField(blank=True, help_text="when it is to end by itself", null=True)),
                ("extends_end", models.BooleanField(default=False, help_text="a fixed end moves on by its days")),
                ("unbilled_from_on", models.DateField(blank=True, null=True)),
                ("unbilled_until_on", models.DateField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interruptions",
                        to="accounts.account",
                    ),
                ),
                (
                    "subscription_service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interruptions",
                        to="subscriptions.subscriptionservice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeactivationCandidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(default="queued", max_length=12)),
                ("reason", models.CharField(max_length=20)),
                ("queued_by", models.CharField(help_text="which run did not renew it", max_length=80)),
                ("queued_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, help_text="when it left the queue", null=True)),
                (
                    "off_on",
                    models.DateField(blank=True, help_text="first day off, where it was switched off", null=True),
                ),
                ("restored_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deactivation_candidates",
                        to="accounts.account",
                    ),
                ),
                (
                    "subscription_service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidacies",
                        to="subscriptions.subscriptionservice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["queued", "deactivated"])),
                        fields=["account"],
                        name="candidate_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["queued", "deactivated"])),
                        fields=("subscription_service",),
                        name="one_candidacy_a_service",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("queued", "cleared", "deactivated", "restored"))),
                        name="candidate_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ("no_funds", "over_limit", "no_prerequisite", "no_mandatory"))
                        ),
                        name="candidate_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("status", "queued")),
                            models.Q(models.Q(("status", "queued"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="candidate_waits_or_is_settled",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="deactivationrun",
            index=models.Index(
                condition=models.Q(("status", "pending")), fields=["runs_on"], name="deactivation_run_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="deactivationrun",
            constraint=models.UniqueConstraint(fields=("seller", "number"), name="deactivation_run_number_once"),
        ),
        migrations.AddConstraint(
            model_name="deactivationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("pending", "completed", "deleted"))), name="deactivation_run_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="deactivationrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["deactivate", "activate"])), name="deactivation_run_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="deactivationrunitem",
            constraint=models.UniqueConstraint(
                fields=("run", "subscription_service"), name="service_once_a_deactivation_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="deactivationrunitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["deactivated", "activated", "left"])), name="deactivation_outcome"
            ),
        ),
        migrations.AddIndex(
            model_name="serviceinterruption",
            index=models.Index(
                condition=models.Q(("ends_by_on__isnull", False), ("until_on__isnull", True)),
                fields=["ends_by_on"],
                name="interruption_to_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceinterruption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_on__isnull", True)),
                fields=("subscription_service",),
                name="off_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceinterruption",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("deactivated", "resting", "short_term"))), name="interruption_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceinterruption",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"),
                name="interruption_ends_after_start",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
