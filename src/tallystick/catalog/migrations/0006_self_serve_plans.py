from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_supply_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="is_self_serve",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="customers may subscribe to it by themselves, in the portal",
            ),
        ),
    ]
