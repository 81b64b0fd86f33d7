"""Which commands there are, and in which file each is. Imported once Django is set up."""

from importlib import import_module
from typing import Annotated, NamedTuple

import typer

from tallystick.interfaces.cli.context import named_user

NOUNS = "tallystick.interfaces.cli.nouns"


class Command(NamedTuple):
    """A command's file among the nouns, and the function in it; without one `verbs` names what holds them there."""

    module: str
    function: str = ""
    verbs: str = "app"


COMMANDS: dict[str, Command] = {
    "init": Command("database", "init"),
    "demo": Command("demo", "demo"),
    "serve": Command("server", "serve"),
    "worker": Command("server", "worker"),
    "import": Command("importing"),
    "account": Command("account"),
    "customer-user": Command("customer_user"),
    "bill-run": Command("bill_run"),
    "deactivation": Command("deactivation"),
    "deliver": Command("delivery", "deliver"),
    "payment-run": Command("payment_run"),
    "fee": Command("fee"),
    "invoice": Command("invoice"),
    "payment-link": Command("payment_link"),
    "payment-method": Command("payment_method"),
    "payment-attempt": Command("payment_method", verbs="attempts"),
    "reconciliation": Command("reconciliation"),
    "gateway": Command("gateway"),
    "refund": Command("refund"),
    "statement": Command("statement"),
    "subscription": Command("subscription"),
    "seats": Command("seats"),
    "rollup": Command("rollup"),
    "check": Command("books", "check"),
    "clock": Command("database", "show_or_set_clock"),
    "seller": Command("seller"),
    "tax-rate": Command("tax_rate"),
    "staff": Command("staff"),
    "api-key": Command("api_key"),
    "webhook": Command("webhook"),
    "bench": Command("bench"),
    "django": Command("database", "django_command"),
}

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def build_application(wanted: str = "") -> typer.Typer:
    """The command line, with the one command that is wanted, so that it starts quickly, or with all of them."""
    app = typer.Typer(
        name="tallystick",
        help="Bill runs, payment runs and managed billing on one ledger.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        callback=_name_user,
    )
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        _add(app, name, COMMANDS[name])
    return app


def _name_user(
    user: Annotated[
        str, typer.Option("--as", envvar="TALLYSTICK_USER", help="Act as this staff user, with their permissions.")
    ] = "",
    demo: Annotated[bool, typer.Option("--demo", help="Look at the demo's database instead of yours.")] = False,
) -> None:
    named_user.set(user)  # `--demo` was read before Django was set up


def _add(app: typer.Typer, name: str, command: Command) -> None:
    module = import_module(f"{NOUNS}.{command.module}")
    if command.function:
        settings = PASSED_ON if name == "django" else {}
        app.command(name, context_settings=settings)(getattr(module, command.function))
    else:
        app.add_typer(getattr(module, command.verbs), name=name)
