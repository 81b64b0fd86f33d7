"""Place holds in bulk, in the transaction that writes the drafts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.credit.errors import CreditNotFree
from tallystick.credit.models import Hold
from tallystick.credit.queries import sum_live_holds
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.bulk import copy_rows

HOLDS = Hold._meta.db_table


class NewHold(NamedTuple):
    """A hold to be placed: `kind` is credit or room, the amount is gross, in minor units."""

    account_id: int
    purpose: str
    kind: str
    amount_minor: int


def place_holds(holds: Sequence[NewHold], *, at: datetime) -> None:
    """Write holds, under the accounts' locks; the database refuses a second live one for the same purpose.

    A step of a larger operation, which has asked its actor. Whoever places holds on credit has tested it under the same
    lock; should it not suffice all the same, CreditNotFree is refused and nothing is written. Room is not tested here:
    it may be overheld after a limit was lowered (BIL-33).
    """
    if not holds:
        return
    _require_free_credit(holds)
    copy_rows(HOLDS, ("account_id", "purpose", "kind", "amount_minor", "placed_at"), ((*hold, at) for hold in holds))


def _require_free_credit(holds: Sequence[NewHold]) -> None:
    wanted: dict[int, int] = defaultdict(int)
    for hold in holds:
        if hold.kind == Hold.CREDIT:
            wanted[hold.account_id] += hold.amount_minor
    balances = lock_balances(list(wanted))
    held = sum_live_holds(list(wanted), kind=Hold.CREDIT)
    for account_id, amount_minor in wanted.items():
        free_minor = balances[account_id].customer_credit_minor - held[account_id]
        if amount_minor > free_minor:
            raise CreditNotFree(account=account_id, free_minor=free_minor, wanted_minor=amount_minor)
