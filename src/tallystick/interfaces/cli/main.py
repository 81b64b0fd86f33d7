"""The command `tallystick`: nouns and verbs, one file a noun. Commands translate; operations decide."""

import os
import sys

import typer

from tallystick.errors import Refusal
from tallystick.interfaces.cli.output import print_refusal
from tallystick.interfaces.refusals import get_answer

app = typer.Typer(
    name="tallystick",
    help="Bill runs, payment runs and managed billing on one ledger.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run a command: exit 0 done, 1 refused (with the refusal's code), 2 wrong use."""
    if "demo" in sys.argv[1:2] or "--demo" in sys.argv[1:]:
        from tallystick.interfaces.cli.demo_database import use_demo_database

        use_demo_database()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tallystick.interfaces.cli.commands import add_commands

    add_commands(app)
    try:
        app()
    except Refusal as refusal:
        print_refusal(refusal)
        sys.exit(get_answer(refusal).exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
