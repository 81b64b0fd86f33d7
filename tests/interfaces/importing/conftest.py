"""A company to import for, and one call to import. Rooms are imported late: this is read before Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tallystick.interfaces.importing.report import ImportReport
    from tallystick.sellers.models import Seller


@pytest.fixture
def seller() -> Seller:
    """Sells seats and bases by the month, and a set-up once, in EUR; A-1 and A-2 pay in EUR, A-3 in USD."""
    from tests.support.builders import build_account, build_plan, build_seller, build_service
    from tests.support.catalogs import fill_plan

    seller = build_seller()
    for code in ("base", "seat"):
        build_service(seller, code=code, price_model="per_unit")
    build_service(seller, code="setup", kind="one_off")
    build_plan(seller, code="team")
    fill_plan(seller, "team", mandatory=["base"], optional=["seat", "setup"])
    for external_id, currency in (("A-1", "EUR"), ("A-2", "EUR"), ("A-3", "USD")):
        build_account(seller, external_id=external_id, currency=currency, anchor_day=15)
    return seller


@pytest.fixture
def import_text(tmp_path: Path) -> Callable[..., ImportReport]:
    """Import a kind of file that says `text`; it is named after the kind."""
    from tallystick.interfaces.importing.import_file import import_file
    from tests.support.builders import ACTOR, AT

    def run(kind: str, text: str | bytes, **options: Any) -> ImportReport:
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return import_file(kind, path=path, **{"at": AT, "actor": ACTOR, **options})

    return run
