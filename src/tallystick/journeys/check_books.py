"""`check`: prove the invariants on the whole database, or name every row that breaks one."""

from collections.abc import Iterator

from django.db import transaction

from tallystick.collection.queries.breaches import list_collection_breaches
from tallystick.delivery.queries.breaches import list_delivery_breaches
from tallystick.invoicing.queries.breaches import list_invoicing_breaches
from tallystick.ledger.core.breach import Breach
from tallystick.ledger.queries.breaches import list_ledger_breaches
from tallystick.payments.queries.breaches import list_payments_breaches
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import LEDGER_CHECK
from tallystick.plumbing.statements import joining_without_loops

INVARIANTS: dict[int, str] = {
    1: "every ledger transaction sums to zero, running balances equal the sums, receivables equal the open amounts",
    2: "customer credit equals what is left of its sources; holds are covered and belong to drafts",
    3: "every document's gross is net and tax, and the sum of its lines; credit notes never exceed what they credit",
    4: "numbers are gapless within a series, and in date order where the series demands it",
    5: "service periods are billed once, without overlap or hole, up to where the service says; what was freed is due",
    6: "what succeeded is booked once, for its own amount, and nothing else is: charges, refunds, disputes",
    7: "every state is what its last event says, and nothing that is said to be under way is forgotten",
    9: "what is drawn and stands in no posted document is unbilled, and nothing else is",
}


def check_books(*, actor: Actor) -> Iterator[Breach]:
    """Yield every breach of the invariants; nothing when the books are in order.

    In one transaction, and without nested loops: right after a load, before there are statistics, one would not end.
    """
    actor.require(LEDGER_CHECK)
    with transaction.atomic(), joining_without_loops():
        yield from list_ledger_breaches()
        yield from list_invoicing_breaches()
        yield from list_payments_breaches()
        yield from list_collection_breaches()
        yield from list_delivery_breaches()
