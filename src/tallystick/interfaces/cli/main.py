"""The command `tallystick`: nouns and verbs, one file a noun. Commands translate; operations decide."""

import os
import sys
from collections.abc import Sequence

import typer
from django.core.exceptions import ImproperlyConfigured

from tallystick.errors import Refusal
from tallystick.interfaces.cli.output import note, print_refusal
from tallystick.interfaces.refusals import WRONG_USE, get_answer

INTERRUPTED = 130


def main() -> None:
    """Run the command that the process was started with."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; return 0 done, 1 refused (the refusal's code is printed), 2 wrong use."""
    try:
        command = find_command(arguments)
        _choose_database(command, arguments)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from tallystick.interfaces.cli.commands import build_application
        from tallystick.interfaces.cli.readiness import explained_database_errors

        with explained_database_errors():
            build_application(command)(list(arguments), prog_name="tallystick")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except Refusal as refusal:
        print_refusal(refusal)
        return get_answer(refusal).exit_status
    except ImproperlyConfigured as wrong:
        note(f"Wrong setting: {wrong}")
        return WRONG_USE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return 0


def find_command(arguments: Sequence[str]) -> str:
    """The first word that is neither an option nor what belongs to one; "" if there is none."""
    words = iter(arguments)
    for word in words:
        if word == "--as":
            next(words, "")
        elif not word.startswith("-"):
            return word
    return ""


def _choose_database(command: str, arguments: Sequence[str]) -> None:
    """Demo and benchmarks work in databases of their own. That is settled before Django reads its settings."""
    if command == "demo" or "--demo" in arguments:
        from tallystick.interfaces.cli.demo_database import use_demo_database

        use_demo_database()
    elif command == "bench":
        from tallystick.interfaces.cli.bench_database import use_bench_database

        use_bench_database()
