"""An account can be closed for anything new."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_discounts")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="is_closed",
            field=models.BooleanField(db_default=False, default=False, help_text="takes nothing new"),
        ),
    ]
