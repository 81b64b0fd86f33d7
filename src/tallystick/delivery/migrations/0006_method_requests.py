"""Customers are asked for a new payment method."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [
        ("accounts", "0005_closed"),
        ("delivery", "0005_webhooks_stay"),
        ("payments", "0013_methods_watched"),
    ]

    operations = [
        migrations.CreateModel(
            name="MethodRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=12)),
                ("step_days", models.PositiveSmallIntegerField(help_text="days after the need arose: 0, 3, 7 or 14")),
                ("told_on", models.DateField(help_text="the day, where the seller is")),
                ("recipient", models.CharField(max_length=254)),
                ("requested_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, help_text="why it could not be sent", max_length=300)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="method_requests",
                        to="accounts.account",
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="payments.paymentmethod",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["method"], name="method_request_by_method")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "told_on"), name="one_method_request_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("occasion__in", ["failed", "unconfirmed", "expiring"])),
                        name="method_request_occasion",
                    ),
                ],
            },
        ),
    ]
