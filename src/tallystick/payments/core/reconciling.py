"""What both sides say about the same payments, compared in both directions (payments.md: R19). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from tallystick.payments.core.answers import GatewayStatus, RefundStatus, Snapshot

#: A night looks at the payments of so many days, so that a missed night, or a gateway that is down, costs nothing.
LOOK_BACK = timedelta(days=7)

FINDINGS: dict[str, str] = {
    "unknown_here": "The gateway took money that nothing here asked for.",
    "charged_twice": "The gateway took money twice for one attempt.",
    "not_booked": "The gateway took the money, and it is not booked here.",
    "other_amount": "The gateway took another amount than was asked for.",
    "unknown_there": "Booked here, and the gateway does not know the payment.",
    "not_paid_there": "Booked here, and the gateway says that it was not paid.",
}
"""Each kind of difference, in one sentence for staff."""


class OurCharge(NamedTuple):
    """An attempt as we know it. `is_booked` when its money is in the ledger."""

    attempt_id: int
    our_id: str
    gateway_ref: str
    status: str
    amount_minor: int
    currency: str
    is_booked: bool


class Finding(NamedTuple):
    """A difference that nothing explains, with what each side says; a side that says nothing has an empty status."""

    kind: str
    gateway_ref: str
    our_id: str
    attempt_id: int | None
    their_status: str = ""
    their_minor: int = 0
    their_currency: str = ""
    our_status: str = ""
    our_minor: int = 0
    our_currency: str = ""


def compare_theirs(
    theirs: Sequence[Snapshot], *, ours: Mapping[str, OurCharge], explained: Iterable[str] = ()
) -> list[Finding]:
    """What the gateway took and we can't explain. `ours` by our id; `explained` are our ids of anything else.

    What nothing asked for but was given back in full needs nobody any more.
    """
    others = set(explained)
    taken: dict[str, list[Snapshot]] = defaultdict(list)
    for snapshot in theirs:
        if snapshot.status is GatewayStatus.SUCCEEDED and snapshot.amount.minor and snapshot.our_id not in others:
            taken[snapshot.our_id].append(snapshot)
    return [finding for our_id, group in taken.items() for finding in _compare_group(group, ours.get(our_id))]


def _compare_group(group: Sequence[Snapshot], ours: OurCharge | None) -> Iterable[Finding]:
    if ours is None:
        return [_tell("unknown_here", theirs, None) for theirs in group if not _is_given_back(theirs)]
    own_ref = ours.gateway_ref or group[0].ref
    found = [_tell(kind, theirs, ours) for theirs in group if theirs.ref == own_ref and (kind := _judge(theirs, ours))]
    others = [theirs for theirs in group if theirs.ref != own_ref and not _is_given_back(theirs)]
    return found + [_tell("charged_twice", theirs, ours) for theirs in others]


def _is_given_back(theirs: Snapshot) -> bool:
    given = [refund.amount.minor for refund in theirs.refunds if refund.status is RefundStatus.SUCCEEDED]
    return sum(given) >= theirs.amount.minor


def _judge(theirs: Snapshot, ours: OurCharge) -> str:
    if (theirs.amount.minor, theirs.amount.currency) != (ours.amount_minor, ours.currency):
        return "other_amount"
    return "" if ours.is_booked else "not_booked"


def compare_ours(ours: OurCharge, *, theirs: Snapshot | None) -> Finding | None:
    """What is wrong with a charge that we booked, by what the gateway says about its payment; None: it is right."""
    if theirs is None:
        return _tell("unknown_there", None, ours)
    return None if theirs.status is GatewayStatus.SUCCEEDED else _tell("not_paid_there", theirs, ours)


def _tell(kind: str, theirs: Snapshot | None, ours: OurCharge | None) -> Finding:
    return Finding(
        kind=kind,
        gateway_ref=theirs.ref if theirs else (ours.gateway_ref if ours else ""),
        our_id=ours.our_id if ours else (theirs.our_id if theirs else ""),
        attempt_id=ours.attempt_id if ours else None,
        their_status=str(theirs.status) if theirs else "",
        their_minor=theirs.amount.minor if theirs else 0,
        their_currency=theirs.amount.currency if theirs else "",
        our_status=ours.status if ours else "",
        our_minor=ours.amount_minor if ours else 0,
        our_currency=ours.currency if ours else "",
    )
