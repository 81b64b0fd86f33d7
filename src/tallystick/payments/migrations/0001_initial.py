import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_profiles_stay"),
        ("sellers", "0002_profiles_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="SandboxMandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("customer_ref", models.CharField(db_index=True, max_length=40)),
                ("number", models.CharField(max_length=34)),
                ("state", models.CharField(default="valid", max_length=8)),
                (
                    "charges",
                    models.PositiveIntegerField(
                        default=0, help_text="charges that were executed, whatever came of them"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GatewayAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("mode", models.CharField(default="test", max_length=4)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gateway_accounts",
                        to="sellers.seller",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GatewayCustomer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gateway_ref", models.CharField(max_length=80)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gateway_customers",
                        to="accounts.account",
                    ),
                ),
                (
                    "gateway_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="payments.gatewayaccount",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "our_id",
                    models.UUIDField(
                        help_text="what the gateway keeps for us: unlike any other database's", unique=True
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("status", models.CharField(default="created", max_length=16)),
                ("description", models.CharField(max_length=200)),
                ("gateway_ref", models.CharField(blank=True, max_length=80)),
                ("dashboard_url", models.CharField(blank=True, max_length=300)),
                ("failure_code", models.CharField(blank=True, max_length=40)),
                ("failure_detail", models.CharField(blank=True, max_length=300)),
                (
                    "quarantine_reason",
                    models.CharField(blank=True, help_text="the gateway reports something else", max_length=300),
                ),
                ("sends", models.PositiveSmallIntegerField(default=0)),
                ("looks", models.PositiveSmallIntegerField(default=0, help_text="looks since the status changed")),
                ("misses", models.PositiveSmallIntegerField(default=0, help_text="look-ups that found nothing")),
                ("created_at", models.DateTimeField()),
                ("first_sent_at", models.DateTimeField(blank=True, help_text="the key lives from here", null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("look_again_at", models.DateTimeField(blank=True, null=True)),
                ("observed_at", models.DateTimeField(blank=True, null=True)),
                ("final_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_attempts",
                        to="accounts.account",
                    ),
                ),
                (
                    "gateway_account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="payments.gatewayaccount"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("gateway", models.CharField(blank=True, max_length=20)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reference", models.CharField(blank=True, max_length=140)),
                ("received_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="accounts.account"
                    ),
                ),
                (
                    "attempt",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment",
                        to="payments.paymentattempt",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GatewayCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operation", models.CharField(max_length=20)),
                ("outcome", models.CharField(max_length=10)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("duration_ms", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="payments.paymentattempt"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AttemptPurpose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=60)),
                ("amount_minor", models.BigIntegerField()),
                ("is_live", models.BooleanField(default=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purposes",
                        to="payments.paymentattempt",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AttemptEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=20)),
                ("from_status", models.CharField(blank=True, max_length=16)),
                ("to_status", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_label", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="payments.paymentattempt"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentMethod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_ref", models.CharField(max_length=80)),
                ("gateway_ref", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=12)),
                ("label", models.CharField(help_text="such as Visa •••• 4242", max_length=60)),
                ("fingerprint", models.CharField(max_length=64)),
                ("state", models.CharField(default="valid", max_length=8)),
                ("is_default", models.BooleanField(default=True)),
                ("consecutive_failures", models.PositiveIntegerField(default=0)),
                ("last_failed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_methods",
                        to="accounts.account",
                    ),
                ),
                (
                    "gateway_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_methods",
                        to="payments.gatewayaccount",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="paymentattempt",
            name="method",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="payments.paymentmethod"
            ),
        ),
        migrations.CreateModel(
            name="PaymentMethodEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_label", models.CharField(max_length=120)),
                ("reason", models.CharField(max_length=300)),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="payments.paymentmethod"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SandboxPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("our_id", models.CharField(db_index=True, max_length=80)),
                (
                    "amount_minor",
                    models.BigIntegerField(help_text="what it reports, which one magic card makes another than asked"),
                ),
                ("currency", models.CharField(max_length=3)),
                ("status", models.CharField(max_length=16)),
                ("failure_code", models.CharField(blank=True, max_length=40)),
                (
                    "raw_code",
                    models.CharField(
                        blank=True, help_text="in the words of the bank: AM04, do_not_honor", max_length=40
                    ),
                ),
                ("settles_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="payments.sandboxmandate",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SandboxKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80, unique=True)),
                ("request_hash", models.CharField(max_length=64)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "payment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="payments.sandboxpayment"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="gatewayaccount",
            constraint=models.UniqueConstraint(fields=("seller", "kind", "mode"), name="gateway_account_once"),
        ),
        migrations.AddConstraint(
            model_name="gatewayaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["test", "live"])), name="gateway_account_mode"
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewaycustomer",
            constraint=models.UniqueConstraint(fields=("gateway_account", "account"), name="one_customer_an_account"),
        ),
        migrations.AddConstraint(
            model_name="gatewaycustomer",
            constraint=models.UniqueConstraint(fields=("gateway_account", "gateway_ref"), name="gateway_customer_once"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["received_on", "id"], name="payment_by_day"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="payment_is_positive"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attempt__isnull", False), ("kind", "gateway")),
                    models.Q(("attempt__isnull", True), ("kind", "transfer")),
                    _connector="OR",
                ),
                name="gateway_payment_has_its_attempt",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatewaycall",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["done", "refused", "not_sent", "unknown", "missing"])),
                name="gateway_call_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="attemptpurpose",
            index=models.Index(fields=["purpose"], name="attempt_by_purpose"),
        ),
        migrations.AddConstraint(
            model_name="attemptpurpose",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_live", True)), fields=("purpose",), name="one_live_attempt_a_purpose"
            ),
        ),
        migrations.AddConstraint(
            model_name="attemptpurpose",
            constraint=models.UniqueConstraint(fields=("attempt", "purpose"), name="purpose_once_an_attempt"),
        ),
        migrations.AddConstraint(
            model_name="attemptpurpose",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="purpose_amount_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=models.UniqueConstraint(fields=("gateway_account", "gateway_ref"), name="payment_method_once"),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("account",), name="one_default_payment_method"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["card", "sepa_debit"])), name="payment_method_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentmethod",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("pending", "valid", "stopped", "invalid", "revoked"))),
                name="payment_method_state",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentattempt",
            index=models.Index(
                condition=models.Q(("look_again_at__isnull", False)),
                fields=["look_again_at"],
                name="attempt_to_look_at",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentattempt",
            index=models.Index(
                condition=models.Q(("quarantine_reason", ""), _negated=True), fields=["id"], name="attempt_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="attempt_amount_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        (
                            "created",
                            "submitting",
                            "unknown",
                            "action_required",
                            "processing",
                            "succeeded",
                            "failed",
                            "canceled",
                            "expired",
                            "not_executed",
                        ),
                    )
                ),
                name="attempt_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), _negated=True),
                    models.Q(("failure_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="failed_attempt_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gateway_ref", ""), _negated=True),
                fields=("gateway_account", "gateway_ref"),
                name="gateway_payment_once",
            ),
        ),
    ]
