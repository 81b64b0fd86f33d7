"""The demo's own place: a database of its own, made anew each time, and folders for mail and print."""

import os
import shutil
from pathlib import Path

from tallystick.interfaces.cli.databases import make_database, use_database
from tallystick.plumbing.home import get_home, make_home

DEMO_DATABASE = "tallystick_demo"


def use_demo_database() -> None:
    """Use the demo's database and folders in this process, instead of what is configured."""
    use_database(DEMO_DATABASE)
    os.environ["TALLYSTICK_EMAIL_URL"] = mail_folder().as_uri()
    os.environ["TALLYSTICK_PRINT_FOLDER"] = str(print_folder())


def demo_folder() -> Path:
    """Where the demo leaves what one can open."""
    return get_home() / "demo"


def mail_folder() -> Path:
    """Where the demo's e-mails go, a file each."""
    return demo_folder() / "mail"


def print_folder() -> Path:
    """Where the demo's print batches go."""
    return demo_folder() / "print"


def make_demo_place() -> None:
    """Make the demo's database and folders anew; what an earlier demo left there is gone."""
    make_home()
    shutil.rmtree(demo_folder(), ignore_errors=True)
    mail_folder().mkdir(parents=True)
    make_database(DEMO_DATABASE)
