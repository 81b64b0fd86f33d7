"""The companies that the demo can show: the small one that is shipped, and the telecom example."""

import importlib.util
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import tallystick
from tallystick.errors import NotFound
from tallystick.interfaces.cli.demo_database import demo_folder
from tallystick.interfaces.importing.demo_company import BUSINESS_TIME, FILES, STAFF, TARGET_ON

PASSWORD = "show-me-a-month"  # noqa: S105 - of the demo's people in the demo's database, meant to be known
"""Everybody in the demo signs in with it. It stands in no other database."""


class Person(NamedTuple):
    """Somebody who can sign in to the demo's console."""

    email: str
    name: str
    role: str


class Company(NamedTuple):
    """A company for the demo: its files in the order of import, its people, and the day on which it bills."""

    files: tuple[tuple[str, Path], ...]
    people: tuple[Person, ...]
    business_time: datetime
    target_on: date


def small_company() -> Company:
    """About 40 accounts in EUR with VAT, both billing modes, a few edge cases."""
    people = [Person(*each) for each in STAFF]
    people += [
        Person("dora.bakker@windlass.example", "Dora Bakker", "admin"),
        Person("victor.mulder@windlass.example", "Victor Mulder", "viewer"),
    ]
    return Company(FILES, tuple(people), BUSINESS_TIME, TARGET_ON)


def telecom_company(subscribers: Path) -> Company:
    """The telecom example: a public file of subscribers, converted to import files in the demo's folder."""
    if not subscribers.is_file():
        raise NotFound(f"There is no file {subscribers}.", field="telecom")
    month = date(2026, 3, 1)
    files = _load_converter().convert(subscribers, demo_folder() / "telecom", month=month)
    people = tuple(
        Person(f"{role}@telecom.example", name, role)
        for role, name in (
            ("admin", "Ada Admin"),
            ("finance", "Finn Finance"),
            ("clerk", "Clara Clerk"),
            ("viewer", "Vic Viewer"),
        )
    )
    return Company(tuple(files.items()), people, datetime(2026, 3, 1, 14, 0, tzinfo=UTC), month)


def _load_converter() -> ModuleType:
    """The example's program. It is an example and no part of the package, so it is there in a checkout only."""
    path = Path(tallystick.__file__).parents[2] / "examples" / "telecom" / "convert.py"
    if not path.is_file():
        raise NotFound(
            "The telecom example is not installed; it is in a checkout, in examples/telecom.", field="telecom"
        )
    spec = importlib.util.spec_from_file_location("telecom_convert", path)
    if spec is None or spec.loader is None:
        raise NotFound(f"{path} is no Python program.", field="telecom")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
