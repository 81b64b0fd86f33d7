"""What the sandbox remembers of hosted pages, refunds and disputes."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    """Tables of the sandbox's own; a payment on a page has no mandate before it is paid."""

    dependencies = [("payments", "0003_who_recorded")]
    operations = [
        migrations.AlterField(
            "sandboxpayment",
            "mandate",
            models.ForeignKey(null=True, on_delete=PROTECT, related_name="payments", to="payments.sandboxmandate"),
        ),
        migrations.CreateModel(
            "SandboxPage",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_ref", models.CharField(blank=True, db_index=True, max_length=40)),
                ("keeps_mandate", models.BooleanField(default=False)),
                ("number", models.CharField(blank=True, max_length=34)),
                ("return_url", models.CharField(max_length=500)),
                ("notify_url", models.CharField(blank=True, max_length=500)),
                ("expires_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                (
                    "payment",
                    models.OneToOneField(on_delete=PROTECT, related_name="page", to="payments.sandboxpayment"),
                ),
            ],
        ),
        migrations.CreateModel(
            "SandboxRefund",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("our_id", models.CharField(max_length=80)),
                ("amount_minor", models.BigIntegerField()),
                ("is_failed", models.BooleanField(default=False)),
                ("settles_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "payment",
                    models.ForeignKey(on_delete=PROTECT, related_name="refunds", to="payments.sandboxpayment"),
                ),
            ],
        ),
        migrations.CreateModel(
            "SandboxDispute",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "reason",
                    models.CharField(help_text="in the words of the bank: MD06, fraudulent", max_length=40),
                ),
                ("opened_at", models.DateTimeField()),
                ("reversed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "payment",
                    models.ForeignKey(on_delete=PROTECT, related_name="disputes", to="payments.sandboxpayment"),
                ),
            ],
        ),
        migrations.AddField(
            "sandboxkey",
            "refund",
            models.ForeignKey(null=True, on_delete=PROTECT, to="payments.sandboxrefund"),
        ),
    ]
