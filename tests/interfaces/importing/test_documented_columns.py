"""The how-to shows exactly the columns that there are."""

import re

import pytest

from tallystick.interfaces.importing import accounts_file, catalog_file, subscriptions_file
from tallystick.interfaces.importing.columns import Column
from tests.support.source import CHECKOUT

HOW_TO = (CHECKOUT / "docs" / "how-to" / "import-files.md").read_text(encoding="utf-8")
TABLES = {
    **{f"### `{kind}`": columns for kind, columns in catalog_file.COLUMNS_BY_TYPE.items()},
    "## Accounts": accounts_file.COLUMNS,
    "## Subscriptions": subscriptions_file.COLUMNS,
}


def read_table(heading: str) -> list[tuple[str, ...]]:
    section = re.split(r"^#", HOW_TO.split(f"\n{heading}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [tuple(cell.strip() for cell in row.strip("|").split(" | ", 2)) for row in rows]


@pytest.mark.parametrize("heading", TABLES)
def test_a_table_has_every_column_with_its_meaning(heading: str) -> None:
    columns: tuple[Column, ...] = TABLES[heading]
    expected = [(f"`{each.name}`", "required" if each.is_required else "", each.meaning) for each in columns]
    assert read_table(heading) == expected
