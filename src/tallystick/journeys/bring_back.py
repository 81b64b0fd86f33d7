"""The way back: who pays is renewed before being switched off, and what was switched off comes on again (CRM-23)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.queries import get_account_by_id
from tallystick.credit.core.model_tests import POSTBILL, passes_postbill
from tallystick.credit.queries import get_funds
from tallystick.errors import Refusal
from tallystick.invoicing.operations.renew_account import renew_account
from tallystick.invoicing.queries.overdue import sum_overdue
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.sellers.queries import get_billing_rule
from tallystick.subscriptions.core.deactivation import CandidateFacts, is_off_too_long
from tallystick.subscriptions.operations.switch_services import switch_on
from tallystick.subscriptions.queries.deactivation import list_candidates


class WayBack(NamedTuple):
    """Who may come back: what an account may have overdue, in minor units, and for how long a service may be off."""

    most_overdue_minor: int
    longest_off_days: int


class BroughtBack(NamedTuple):
    """What came of an account's candidates: renewed while up, switched on again, and left with the reason."""

    renewed: tuple[int, ...]
    activated: tuple[int, ...]
    left: dict[int, str]


def bring_back_by_payment(account_id: int, *, at: datetime, actor: Actor) -> BroughtBack:
    """Renew what is queued and bring back what is off, as far as the account's money and the billing rule go."""
    rule = get_billing_rule(get_account_by_id(account_id).seller_id)
    way_back = WayBack(rule.reactivation_most_overdue_minor, rule.reactivation_days)
    return bring_back(account_id, way_back=way_back, occasion="payment", at=at, actor=actor)


def bring_back(
    account_id: int,
    *,
    way_back: WayBack,
    occasion: str,
    at: datetime,
    actor: Actor,
    service_ids: Collection[int] | None = None,
) -> BroughtBack:
    """One transaction: services that are up are billed from where they were, those that are off from today on.

    A service that would not be renewed stays as it is: nothing comes on without its bill. Repeating it does nothing.
    """
    with transaction.atomic():
        lock_balances([account_id])
        account = get_account_by_id(account_id)
        on = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
        found = list_candidates(account_ids=[account_id])
        candidates = [each for each in found if service_ids is None or each.subscription_service_id in service_ids]
        overdue_minor = sum_overdue([account_id], on=on).get(account_id, 0)
        if overdue_minor > way_back.most_overdue_minor:
            return BroughtBack((), (), {each.subscription_service_id: "too much is overdue" for each in candidates})
        left = {
            each.subscription_service_id: "off for too long"
            for each in candidates
            if each.off_on and is_off_too_long(each.off_on, on=on, longest_off_days=way_back.longest_off_days)
        }
        if _is_at_its_limit(account_id):
            left |= {
                each.subscription_service_id: "over_limit" for each in candidates if each.billing_model == POSTBILL
            }
        tried = [each for each in candidates if each.subscription_service_id not in left]
        return _try(account_id, tried, left, on=on, occasion=occasion, at=at, actor=actor)


def _is_at_its_limit(account_id: int) -> bool:
    """Whether services billed in arrears, which have nothing to pay yet, would fail their test in the end."""
    funds = get_funds(get_account_by_id(account_id))
    return not passes_postbill(debt_minor=funds.held_minor - funds.balance_minor, limit_minor=funds.limit_minor)


def _try(
    account_id: int,
    candidates: Sequence[CandidateFacts],
    left: dict[int, str],
    *,
    on: date,
    occasion: str,
    at: datetime,
    actor: Actor,
) -> BroughtBack:
    """Switch on and bill what is off; whatever of it fails is left off, and the rest is tried again without it."""
    account = get_account_by_id(account_id)
    up = {each.subscription_service_id for each in candidates if each.status == "queued"}
    off = {each.subscription_service_id for each in candidates if each.status == "deactivated"}
    while up or off:
        mark = transaction.savepoint()
        try:
            if off:  # first the days that were used before
                renew_account(account, service_ids=off, on=on, occasion=occasion, at=at, actor=actor)
            activated = switch_on(sorted(off), on=on, reason=occasion, at=at, actor=actor)
            bill = renew_account(
                account,
                service_ids=up | off,
                on=on,
                occasion=occasion,
                at=at,
                actor=actor,
                is_with_due_prepaid=True,
                without=left,
            )
        except Refusal as refusal:
            transaction.savepoint_rollback(mark)
            return BroughtBack((), (), left | {service_id: str(refusal) for service_id in up | off})
        failed = {each.subscription_service_id: each.reason for each in bill.not_renewed}
        if not failed.keys() & off:
            transaction.savepoint_commit(mark)
            left |= failed
            renewed = {move.subscription_service_id for move in bill.moves} & up
            return BroughtBack(tuple(sorted(renewed)), tuple(activated), left)
        transaction.savepoint_rollback(mark)
        left |= {service_id: reason for service_id, reason in failed.items() if service_id in off}
        off -= failed.keys()
    return BroughtBack((), (), left)
