"""A small company for the demo, as import files: what anybody would write to begin with a company of their own."""

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple


class StaffPerson(NamedTuple):
    """Someone who works there. Managers must exist before accounts that name them are imported."""

    email: str
    name: str
    role: str


SELLER_CODE = "windlass"

FOLDER = Path(str(files(__name__)))

#: Kind and file, in the order in which they are imported.
FILES: tuple[tuple[str, Path], ...] = (
    ("seller", FOLDER / "seller.json"),
    ("catalog", FOLDER / "catalog.csv"),
    ("accounts", FOLDER / "accounts.csv"),
    ("subscriptions", FOLDER / "subscriptions.csv"),
)

STAFF: tuple[StaffPerson, ...] = (
    StaffPerson("carla.smit@windlass.example", "Carla Smit", "finance"),
    StaffPerson("anna.visser@windlass.example", "Anna Visser", "clerk"),
    StaffPerson("bram.dekker@windlass.example", "Bram Dekker", "clerk"),
)

#: The morning of the demo's business clock: the last day of March, when everything of the month is due.
BUSINESS_TIME = datetime(2026, 3, 31, 7, 0, tzinfo=UTC)
TARGET_ON = date(2026, 3, 31)
"""What the demo's bill run bills up to, and the date on its invoices."""
