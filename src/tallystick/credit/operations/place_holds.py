"""Place holds in bulk, in the transaction that writes the drafts."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.credit.models import Hold
from tallystick.plumbing.bulk import copy_rows

HOLDS = Hold._meta.db_table


class NewHold(NamedTuple):
    """A hold to be placed: `kind` is credit or room, the amount is gross, in minor units."""

    account_id: int
    purpose: str
    kind: str
    amount_minor: int


def place_holds(holds: Sequence[NewHold], *, at: datetime) -> None:
    """Write holds, under the accounts' locks; the database refuses a second live one for the same purpose."""
    if holds:
        copy_rows(
            HOLDS, ("account_id", "purpose", "kind", "amount_minor", "placed_at"), ((*hold, at) for hold in holds)
        )
