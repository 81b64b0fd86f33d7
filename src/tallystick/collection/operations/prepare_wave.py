"""Prepare the next charges of a chunk: credit first, then a payment attempt for what is left, one invoice an account.

A run that joins payments takes all invoices of an account at once. Else a wave holds the first waiting invoice of each
account (ZUO-46). It is charged and its outcome recorded before the next wave is judged, so that a method refused for
good, or at its limit, is not asked again for the account's next invoice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.collection.core.eligibility import ALREADY_SETTLED, CREDITS_ONLY, RetryRules, find_skip_reason
from tallystick.collection.core.item_lifecycle import DUE, apply_item_event
from tallystick.collection.models import PaymentRun, PaymentRunItem
from tallystick.collection.operations.charge_items import ChargeOrder, charge_items, close_earlier_failures
from tallystick.collection.operations.update_items import ItemChange, add_credited, update_items
from tallystick.collection.queries.charging import ItemToCharge, get_retry_rules, list_items_to_charge
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.plumbing.actor import Actor


class Wave(NamedTuple):
    """Attempts to submit now, and whether anything of the chunk was still waiting."""

    attempt_ids: tuple[int, ...]
    was_empty: bool


def prepare_wave(run_id: int, *, position: int, at: datetime, actor: Actor) -> Wave:
    """Decide the next invoice of each account of a chunk, in one transaction: credited, skipped or charged (ZUO-38).

    The attempts are committed when this returns; submit them, record the outcomes and ask again until a wave is empty.
    """
    with transaction.atomic():
        run = PaymentRun.objects.select_related("seller").get(pk=run_id)
        waiting = PaymentRunItem.objects.select_for_update().filter(run=run, chunk_position=position, status=DUE)
        item_ids = list(waiting.order_by("pk").values_list("pk", flat=True))
        if not item_ids:
            return Wave((), was_empty=True)
        cases = list_items_to_charge(item_ids, at=at)
        if not run.joins_payments:
            cases = _take_first_of_each_account(cases)
        if run.applies_credits:
            account_ids = sorted({case.account_id for case in cases})
            add_credited(run_id, received=settle_accounts(account_ids, on=run.run_on, at=at))
            cases = list_items_to_charge([case.item_id for case in cases], at=at)
        attempt_ids = _decide(run, cases, rules=get_retry_rules(run.seller_id), at=at, actor=actor)
    return Wave(tuple(attempt_ids), was_empty=False)


def _take_first_of_each_account(cases: Sequence[ItemToCharge]) -> list[ItemToCharge]:
    first: dict[int, ItemToCharge] = {}
    for case in cases:
        first.setdefault(case.account_id, case)
    return list(first.values())


def _decide(
    run: PaymentRun, cases: Sequence[ItemToCharge], *, rules: RetryRules, at: datetime, actor: Actor
) -> list[int]:
    changes: list[ItemChange] = []
    charges: list[ChargeOrder] = []
    for case in cases:
        reason = find_skip_reason(case.case, rules=rules, at=at)
        if not run.charges_methods and reason != ALREADY_SETTLED:
            reason = CREDITS_ONLY
        if not reason:
            charges.append(ChargeOrder(case))
        elif reason == ALREADY_SETTLED and case.credited_minor:
            changes.append(ItemChange(case.item_id, apply_item_event(DUE, event="credit")))
        else:
            changes.append(ItemChange(case.item_id, apply_item_event(DUE, event="skip"), reason_code=reason))
    update_items(changes)
    close_earlier_failures(run.pk, document_ids=[order.case.document_id for order in charges])
    return charge_items(charges, from_status=DUE, is_joined=run.joins_payments, at=at, actor=actor)
