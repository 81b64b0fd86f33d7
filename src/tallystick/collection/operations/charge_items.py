"""Write payment attempts for items: committed before any gateway is called, one live attempt an invoice."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from tallystick.collection.core.item_lifecycle import OPEN, RETRIED, apply_item_event
from tallystick.collection.models import PaymentRunItem
from tallystick.collection.operations.update_items import ItemChange, update_items
from tallystick.collection.queries.charging import ItemToCharge
from tallystick.errors import InvariantBroken
from tallystick.invoicing.core.posting import document_subject
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.plumbing.actor import Actor


class ChargeOrder(NamedTuple):
    """An item to charge for all that is open; a follow-up of None stays as it is."""

    case: ItemToCharge
    follow_up: str | None = None


def charge_items(
    orders: Sequence[ChargeOrder], *, from_status: str, at: datetime, actor: Actor, is_joined: bool = False
) -> list[int]:
    """Create an attempt an item, or one an account, and note it there; return the attempts' ids (ZUO-39).

    Items are locked by the caller, and stand by account.
    """
    groups = [[order] for order in orders]
    if is_joined:
        groups = [list(group) for _, group in groupby(orders, key=lambda order: order.case.account_id)]
    attempt_ids = create_attempts([_compose_attempt([o.case for o in group]) for group in groups], at=at, actor=actor)
    status = apply_item_event(from_status, event="charge")
    update_items(
        [
            ItemChange(
                order.case.item_id,
                status,
                charged_minor=order.case.case.open_minor,
                attempt_id=attempt_id,
                follow_up=order.follow_up,
            )
            for group, attempt_id in zip(groups, attempt_ids, strict=True)
            for order in group
        ]
    )
    return list(attempt_ids)


def close_earlier_failures(run_id: int, *, document_ids: Sequence[int]) -> None:
    """A later run that charges an invoice again has taken over its failures in earlier runs (ZUO-43)."""
    earlier = PaymentRunItem.objects.filter(document_id__in=list(document_ids), follow_up=OPEN).exclude(run_id=run_id)
    earlier.update(follow_up=RETRIED)


def _compose_attempt(cases: Sequence[ItemToCharge]) -> NewAttempt:
    case = cases[0]
    if case.case.method_id is None or case.gateway_account_id is None:
        raise InvariantBroken(f"document {case.document_id} is to be charged without a method")
    numbers = ", ".join(each.number for each in cases)
    return NewAttempt(
        account_id=case.account_id,
        method_id=case.case.method_id,
        gateway_account_id=case.gateway_account_id,
        purpose=document_subject(case.document_id),
        amount_minor=sum(each.case.open_minor for each in cases),
        currency=case.currency,
        description=f"{'Invoices' if len(cases) > 1 else 'Invoice'} {numbers}",
        shares=tuple((document_subject(each.document_id), each.case.open_minor) for each in cases),
    )
