import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_funding_policy"),
        ("credit", "0002_holds_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpendingRestriction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stops_purchases", models.BooleanField(default=False)),
                ("stops_renewals", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=300)),
                ("restricted_at", models.DateTimeField()),
                ("restricted_by", models.CharField(max_length=120)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=120)),
                ("lifted_reason", models.CharField(blank=True, max_length=300)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spending_restrictions",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("account",),
                        name="one_live_restriction_an_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stops_purchases", True), ("stops_renewals", True), _connector="OR"),
                        name="restriction_stops_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_reason", "")),
                            models.Q(("lifted_at__isnull", False), models.Q(("lifted_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_lifted_restriction_says_why",
                    ),
                ],
            },
        ),
    ]
