"""Load the general tax rates that are shipped with the product."""

from importlib.resources import files

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import TAXES_WRITE
from tallystick.plumbing.statements import run_sql
from tallystick.plumbing.upsert import UpsertOutcome, stage_rows, upsert_rows
from tallystick.taxes.core.rates import DatedRate, parse_rates
from tallystick.taxes.models import TaxRate

RATES = TaxRate._meta.db_table
_COLUMNS = ("country", "category", "rate", "valid_from", "valid_until")
_TYPES = {"country": "text", "category": "text", "rate": "numeric", "valid_from": "date", "valid_until": "date"}


def load_rates(*, actor: Actor, text: str | None = None) -> UpsertOutcome:
    """Make the general rates be those of the shipped file, or of `text` in the same form; sellers' own rates stay.

    May be repeated: what is so already is not touched, and a rate that the file does not know is kept. Refuses
    InvalidRateFile.
    """
    actor.require(TAXES_WRITE)
    rates = parse_rates(text if text is not None else _read_shipped())
    with transaction.atomic():
        # Two loads at once would meet on the same rows in another order.
        run_sql(f"LOCK TABLE {RATES} IN SHARE ROW EXCLUSIVE MODE")
        created, updated = _upsert(rates)
    return UpsertOutcome(created, updated, len(rates) - created - updated)


def _read_shipped() -> str:
    return (files("tallystick.taxes") / "data" / "rates.csv").read_text(encoding="utf-8")


def _upsert(rates: tuple[DatedRate, ...]) -> tuple[int, int]:
    stage_rows("staged_rates", _TYPES, (rate[: len(_COLUMNS)] for rate in rates))
    return upsert_rows(
        f"SELECT NULL::bigint, {', '.join(_COLUMNS)} FROM staged_rates",
        table=RATES,
        key=("country", "category", "seller_id", "valid_from"),
        columns=("seller_id", *_COLUMNS),
    )
