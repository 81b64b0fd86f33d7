"""A customer pays what is open with a saved method: one button, one charge, debt first by nature (BIL-20, BIL-23)."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.access.queries import require_own_account
from tallystick.accounts.operations.set_billing_mode import lock_account
from tallystick.collection.core.eligibility import NO_METHOD
from tallystick.collection.core.reasons import explain
from tallystick.collection.errors import AmountHasChanged, MethodNotCharged, NoMethodToCharge
from tallystick.collection.queries.charge_limits import Wanted, find_charge_refusal
from tallystick.invoicing.errors import NothingToPay
from tallystick.invoicing.queries.open_credit import list_open_documents
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.journeys.record_money import DOCUMENT
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.queries import list_attempts, list_default_methods, list_live_purposes
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT


class Paid(NamedTuple):
    """What came of it: the attempt's status, and of a failure its code."""

    attempt_id: int
    status: str
    failure_code: str


class ToPay(NamedTuple):
    """What can be paid now, in minor units: open documents for which nothing is under way, and those with something."""

    shares: tuple[tuple[str, int], ...]
    amount_minor: int
    under_way_minor: int


def find_to_pay(account_id: int) -> ToPay:
    """What an account can pay now."""
    open_minor = {
        f"{DOCUMENT}{row.document.document_id}": row.document.open_minor for row in list_open_documents([account_id])
    }
    live = list_live_purposes(list(open_minor))
    shares = tuple((purpose, minor) for purpose, minor in open_minor.items() if purpose not in live)
    under_way = sum(minor for purpose, minor in open_minor.items() if purpose in live)
    return ToPay(shares, sum(minor for _, minor in shares), under_way)


def pay_open(account_id: int, *, asked_minor: int, at: datetime, actor: Actor) -> Paid:
    """Charge the default method with everything that can be paid now, which must be what was shown (`asked_minor`).

    A second press finds the first: one live attempt a document. Not inside a transaction. Refuses AccountUnknown (also
    for another customer's), NothingToPay, AmountHasChanged, NoMethodToCharge, and MethodNotCharged where the method
    failed as often as it may, or so that charging it again is pointless: then a page of the gateway is the way.
    """
    require_own_account(actor, account_id=account_id, permission=PAYMENTS_COLLECT)
    able = actor.also_allowed(PAYMENTS_COLLECT)
    with transaction.atomic(durable=True):
        attempt = _compose(account_id, asked_minor, at)
        (attempt_id,) = create_attempts([attempt], at=at, actor=able)
    collect_attempts([attempt_id], at=at, actor=able)
    made = list_attempts([attempt_id])[attempt_id]
    return Paid(attempt_id, made.status, made.failure_code)


def find_saved_refusal(account_id: int, *, to_pay: ToPay, at: datetime) -> str:
    """Why the saved method does not pay this now; "" where it may be charged."""
    method = list_default_methods([account_id]).get(account_id)
    if method is None:
        return NO_METHOD
    documents = [int(purpose.removeprefix(DOCUMENT)) for purpose, _ in to_pay.shares]
    return find_charge_refusal(Wanted(method.method_id, to_pay.amount_minor, documents), at=at)


def require_chargeable(wanted: Wanted, *, label: str, at: datetime) -> None:
    """Refuse MethodNotCharged where limits or the method's last failure forbid the charge."""
    if reason := find_charge_refusal(wanted, at=at):
        words = explain(reason)
        raise MethodNotCharged(method=label, reason=words.words, next_step=words.next_step)


def _compose(account_id: int, asked_minor: int, at: datetime) -> NewAttempt:
    account = lock_account(account_id)
    method = list_default_methods([account_id]).get(account_id)
    if method is None or method.state != "valid" or not method.gateway_is_active:
        raise NoMethodToCharge()
    to_pay = find_to_pay(account_id)
    if not to_pay.amount_minor:
        raise NothingToPay(document=account.name)
    if to_pay.amount_minor != asked_minor:
        raise AmountHasChanged()
    documents = [int(purpose.removeprefix(DOCUMENT)) for purpose, _ in to_pay.shares]
    require_chargeable(Wanted(method.method_id, to_pay.amount_minor, documents), label=method.label, at=at)
    return NewAttempt(
        account_id,
        method.method_id,
        method.gateway_account_id,
        to_pay.shares[0][0],
        to_pay.amount_minor,
        account.currency,
        account.external_id,
        to_pay.shares,
    )
