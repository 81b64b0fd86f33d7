"""Which commands there are. Imported once Django is set up."""

import typer

from tallystick.interfaces.cli.nouns import (
    bill_run,
    books,
    database,
    invoice,
    server,
)


def add_commands(app: typer.Typer) -> None:
    """Add every noun to the command."""
    app.add_typer(bill_run.app, name="bill-run")
    app.add_typer(invoice.app, name="invoice")
    app.command("init")(database.init)
    app.command("clock")(database.show_or_set_clock)
    app.command("django", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
        database.django_command
    )
    app.command("check")(books.check)
    app.command("worker")(server.worker)
    app.command("serve")(server.serve)
