import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_funding_policy"),
        ("invoicing", "0009_reviews"),
        ("sellers", "0004_auto_post_default"),
        ("subscriptions", "0006_auto_renewal"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("drawn_on", models.DateField()),
                (
                    "statement_month_on",
                    models.DateField(help_text="first day of the month whose statement asks for it"),
                ),
                ("collection_method", models.CharField(max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("description", models.CharField(max_length=200)),
                ("period_start_on", models.DateField(null=True)),
                ("period_end_on", models.DateField(null=True)),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=14)),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=18)),
                ("part_days", models.PositiveSmallIntegerField(default=0)),
                ("full_days", models.PositiveSmallIntegerField(default=0)),
                ("percent", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ("percent_of_minor", models.BigIntegerField(default=0)),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField(help_text="what it adds to the tax of its group")),
                ("treatment", models.CharField(max_length=16)),
                ("tax_rate", models.DecimalField(decimal_places=3, max_digits=6)),
                ("revenue_code", models.CharField(max_length=40)),
                ("registration", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="StatementRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month_on", models.DateField(help_text="first day of the month that it asks for")),
                (
                    "invoice_on",
                    models.DateField(help_text="the date that its documents carry: the first of the month after"),
                ),
                ("status", models.CharField(default="running", max_length=10)),
                ("documents", models.PositiveIntegerField(default=0)),
                ("accounts", models.PositiveIntegerField(default=0)),
                (
                    "failed",
                    models.JSONField(
                        blank=True, default=dict, help_text="external id of an account -> why it has none"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("created_by", models.CharField(max_length=120)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="billrunaccount",
            name="bill_run_account_status",
        ),
        migrations.AddField(
            model_name="billrunchunk",
            name="drawn_totals",
            field=models.JSONField(blank=True, default=dict, help_text="the same, of what was drawn"),
        ),
        migrations.AddField(
            model_name="document",
            name="statement_month_on",
            field=models.DateField(blank=True, help_text="of a statement: the month that was drawn", null=True),
        ),
        migrations.AlterField(
            model_name="billingclaim",
            name="document",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="invoicing.document"
            ),
        ),
        migrations.AddConstraint(
            model_name="billrunaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        (
                            "due",
                            "drafted",
                            "drawn",
                            "nothing_due",
                            "failed",
                            "dropped",
                            "awaiting_funds",
                            "posted",
                            "caught_up",
                        ),
                    )
                ),
                name="bill_run_account_status",
            ),
        ),
        migrations.CreateModel(
            name="StatedDraw",
            fields=[
                (
                    "draw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stated",
                        serialize=False,
                        to="invoicing.draw",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="draw",
            name="account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="invoiced_subscription",
            field=models.ForeignKey(
                db_index=False,
                help_text="where it asks for its own invoice",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="subscriptions.subscription",
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="reverses",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversals",
                to="invoicing.draw",
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draws",
                to="invoicing.billrun",
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="seller",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="draws", to="sellers.seller"
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="subscription_service",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="subscriptions.subscriptionservice",
            ),
        ),
        migrations.AddField(
            model_name="billingclaim",
            name="draw",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="invoicing.draw",
            ),
        ),
        migrations.AddConstraint(
            model_name="billingclaim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("draw__isnull", False)), fields=("draw",), name="a_draw_claims_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="billingclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", False), ("draw__isnull", True)),
                    models.Q(("document__isnull", True), ("draw__isnull", False)),
                    _connector="OR",
                ),
                name="claim_is_of_a_document_or_a_draw",
            ),
        ),
        migrations.AddField(
            model_name="statementrun",
            name="seller",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="statement_runs",
                to="sellers.seller",
            ),
        ),
        migrations.AddField(
            model_name="stateddraw",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="stated_draws", to="invoicing.document"
            ),
        ),
        migrations.AddIndex(
            model_name="draw",
            index=models.Index(fields=["account", "statement_month_on"], name="draw_by_account"),
        ),
        migrations.AddIndex(
            model_name="draw",
            index=models.Index(fields=["seller", "statement_month_on", "account"], name="draw_by_month"),
        ),
        migrations.AddIndex(
            model_name="draw",
            index=models.Index(
                condition=models.Q(("run__isnull", False)), fields=["run", "account"], name="draw_by_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(("statement_month_on__day", 1)), name="draw_month_is_a_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", False)), fields=("reverses",), name="a_draw_is_reversed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reverses__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="a_reversed_draw_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementrun",
            constraint=models.UniqueConstraint(fields=("seller", "month_on"), name="statements_once_a_month"),
        ),
        migrations.AddConstraint(
            model_name="statementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("month_on__day", 1)), name="statement_month_is_a_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("invoice_on__gt", models.F("month_on"))), name="statement_follows_its_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["running", "completed"])), name="statement_run_status"
            ),
        ),
    ]
