import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0005_failure_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="IncomingNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("payment_ref", models.CharField(blank=True, max_length=80)),
                ("our_id", models.CharField(blank=True, max_length=40)),
                (
                    "event_ref",
                    models.CharField(blank=True, help_text="where the gateway numbers its events", max_length=80),
                ),
                ("status", models.CharField(default="waiting", max_length=12)),
                ("received_at", models.DateTimeField()),
                ("try_at", models.DateTimeField(blank=True, null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("worked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="what stands in the way, or why it ended so", max_length=300
                    ),
                ),
                (
                    "gateway_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="payments.gatewayaccount",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("try_at__isnull", False)), fields=["try_at"], name="notice_to_try"
                    ),
                    models.Index(fields=["received_at"], name="notice_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("waiting", "done", "refused", "unexplained"))),
                        name="notice_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "waiting"), ("try_at__isnull", False)),
                            models.Q(models.Q(("status", "waiting"), _negated=True), ("try_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="waiting_notice_is_tried",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("payment_ref", ""), _negated=True),
                            models.Q(("our_id", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="notice_names_a_payment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("event_ref", ""), _negated=True),
                        fields=("gateway_account", "event_ref"),
                        name="notice_once_an_event",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("event_ref", ""), ("status", "waiting")),
                        fields=("gateway_account", "payment_ref", "our_id"),
                        name="one_waiting_notice_a_payment",
                    ),
                ],
            },
        ),
    ]
