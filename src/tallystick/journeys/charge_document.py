"""Charge one invoice to its account's saved method, at once, within the limits that hold for everybody."""

from datetime import datetime

from django.db import transaction

from tallystick.accounts.operations.set_billing_mode import lock_account
from tallystick.collection.errors import NoMethodToCharge
from tallystick.collection.queries.charge_limits import Wanted
from tallystick.invoicing.errors import NothingToPay
from tallystick.invoicing.queries.open_credit import list_open_documents
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.journeys.pay_open import Paid, require_chargeable
from tallystick.journeys.record_money import DOCUMENT
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.queries import list_attempts, list_default_methods
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT


def charge_document(account_id: int, *, document_id: int, at: datetime, actor: Actor) -> Paid:
    """Charge what is open of a posted invoice; what became of it.

    Not inside a transaction. Refuses NoMethodToCharge, NothingToPay, MethodNotCharged, and AlreadyBeingPaid while a
    charge of it is under way.
    """
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic(durable=True):
        (attempt_id,) = create_attempts([_compose(account_id, document_id, at)], at=at, actor=actor)
    collect_attempts([attempt_id], at=at, actor=actor)
    made = list_attempts([attempt_id])[attempt_id]
    return Paid(attempt_id, made.status, made.failure_code)


def _compose(account_id: int, document_id: int, at: datetime) -> NewAttempt:
    account = lock_account(account_id)
    method = list_default_methods([account_id]).get(account_id)
    if method is None or method.state != "valid" or not method.gateway_is_active:
        raise NoMethodToCharge()
    rows = [each.document for each in list_open_documents([account_id]) if each.document.document_id == document_id]
    if not rows:
        raise NothingToPay(document=account.name)
    amount, purpose = rows[0].open_minor, f"{DOCUMENT}{document_id}"
    require_chargeable(Wanted(method.method_id, amount, [document_id]), label=method.label, at=at)
    return NewAttempt(
        account_id,
        method.method_id,
        method.gateway_account_id,
        purpose,
        amount,
        account.currency,
        account.external_id,
        ((purpose, amount),),
    )
