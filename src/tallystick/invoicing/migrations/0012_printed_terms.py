"""A posted document keeps what is printed on it: language, buyer's reference, bank account, name of the saved
method, names of plans."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0011_draws_stay"),
        ("sellers", "0007_fees_in_credit_check"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="document",
            name="buyer_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="document",
            name="bank_account",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="sellers.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="method_label",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="documentline",
            name="plan_name",
            field=models.CharField(blank=True, db_default="", default="", help_text="printed over it", max_length=120),
        ),
    ]
