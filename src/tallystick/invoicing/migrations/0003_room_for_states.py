"""Room on every page for the next version of its rows: moving an account's state in a run then touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    """Storage of the accounts in runs."""

    dependencies = [("invoicing", "0002_facts_stay")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE invoicing_billrunaccount SET (fillfactor = 50)",
            "ALTER TABLE invoicing_billrunaccount RESET (fillfactor)",
        )
    ]
