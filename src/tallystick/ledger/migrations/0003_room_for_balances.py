"""Room on every page for the next version of its rows: moving a balance then touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    """Storage of running balances."""

    dependencies = [("ledger", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE ledger_accountbalance SET (fillfactor = 50)",
            "ALTER TABLE ledger_accountbalance RESET (fillfactor)",
        )
    ]
