"""Attempts that a customer pays on a page, and links that lead there: what either asks for never changes."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """CREATE OR REPLACE FUNCTION payments_lock_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.kind, NEW.account_id, NEW.method_id, NEW.gateway_account_id, NEW.our_id, NEW.key,
        NEW.amount_minor, NEW.currency, NEW.description, NEW.created_at)
       IS DISTINCT FROM
       (OLD.kind, OLD.account_id, OLD.method_id, OLD.gateway_account_id, OLD.our_id, OLD.key,
        OLD.amount_minor, OLD.currency, OLD.description, OLD.created_at)
       OR (OLD.status = 'succeeded' AND NEW.status <> 'succeeded')
       OR (OLD.gateway_ref <> '' AND NEW.gateway_ref <> OLD.gateway_ref) THEN
        RAISE EXCEPTION 'what attempt % asks for is fixed, and a success is final', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER page_kept BEFORE DELETE OR TRUNCATE ON payments_attemptpage
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER link_kept BEFORE DELETE OR TRUNCATE ON payments_paymentlink
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_change();

CREATE FUNCTION payments_lock_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.amount_minor, NEW.currency, NEW.purposes, NEW.created_at)
       IS DISTINCT FROM (OLD.account_id, OLD.amount_minor, OLD.currency, OLD.purposes, OLD.created_at)
       OR (OLD.state = 'paid' AND NEW.state <> 'paid') THEN
        RAISE EXCEPTION 'what payment link % asks for is fixed, and paid is final', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER link_locked BEFORE UPDATE ON payments_paymentlink
    FOR EACH ROW EXECUTE FUNCTION payments_lock_link();
"""

BACKWARD = """
DROP TRIGGER link_locked ON payments_paymentlink;
DROP FUNCTION payments_lock_link();
DROP TRIGGER link_kept ON payments_paymentlink;
DROP TRIGGER page_kept ON payments_attemptpage;
CREATE OR REPLACE FUNCTION payments_lock_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.method_id, NEW.gateway_account_id, NEW.our_id, NEW.key, NEW.amount_minor, NEW.currency,
        NEW.description, NEW.created_at)
       IS DISTINCT FROM
       (OLD.account_id, OLD.method_id, OLD.gateway_account_id, OLD.our_id, OLD.key, OLD.amount_minor, OLD.currency,
        OLD.description, OLD.created_at)
       OR (OLD.status = 'succeeded' AND NEW.status <> 'succeeded')
       OR (OLD.gateway_ref <> '' AND NEW.gateway_ref <> OLD.gateway_ref) THEN
        RAISE EXCEPTION 'what attempt % asks for is fixed, and a success is final', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_closed"),
        ("payments", "0011_sandbox_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttemptPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_ref", models.CharField(max_length=80)),
                ("return_url", models.CharField(max_length=300)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("action_url", models.CharField(blank=True, max_length=500)),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, help_text="until when the gateway's page waits", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("description", models.CharField(max_length=200)),
                (
                    "purposes",
                    models.JSONField(help_text="documents with the part of each; empty: in advance, it becomes credit"),
                ),
                ("state", models.CharField(default="open", max_length=8)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(help_text="from here on it can't be paid")),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("canceled_at", models.DateTimeField(blank=True, null=True)),
                ("actor_kind", models.CharField(max_length=12)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_label", models.CharField(max_length=120)),
            ],
        ),
        migrations.AddField(
            model_name="paymentattempt",
            name="kind",
            field=models.CharField(
                db_default="collect", default="collect", help_text="checkout: a customer pays on a page", max_length=8
            ),
        ),
        migrations.AlterField(
            model_name="paymentattempt",
            name="method",
            field=models.ForeignKey(
                blank=True,
                help_text="what is charged",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="payments.paymentmethod",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "collect"), ("method__isnull", False)),
                    models.Q(("kind", "checkout"), ("method__isnull", True)),
                    _connector="OR",
                ),
                name="attempt_charges_or_asks",
            ),
        ),
        migrations.AddField(
            model_name="attemptpage",
            name="attempt",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="page", to="payments.paymentattempt"
            ),
        ),
        migrations.AddField(
            model_name="paymentlink",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="payment_links", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="attemptpage",
            name="link",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pages",
                to="payments.paymentlink",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentlink",
            index=models.Index(condition=models.Q(("state", "open")), fields=["expires_at"], name="link_to_expire"),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="link_amount_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("open", "paid", "canceled", "expired"))), name="link_state"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
