"""Execute deactivation and activation runs: choose from the queue by what accounts owe, switch, write down (CRM-22)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.invoicing.operations.follow_up_account import follow_up_account
from tallystick.invoicing.queries.awaiting import list_awaiting_accounts
from tallystick.journeys.bring_back import WayBack, bring_back
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.ledger.queries.balances import list_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.session_lock import hold_session_lock
from tallystick.sellers.queries import get_billing_rule
from tallystick.subscriptions.core.candidacy import REASONS_IN_WORDS
from tallystick.subscriptions.core.deactivation import ACTIVATE, CandidateFacts, DeactivationFilters, is_chosen
from tallystick.subscriptions.operations.log_deactivation_run import complete_run, lock_pending_run, log_items
from tallystick.subscriptions.operations.switch_services import switch_off
from tallystick.subscriptions.queries.deactivation import (
    get_deactivation_run,
    list_candidates,
    list_due_deactivation_runs,
    list_run_items,
)


def execute_deactivation_run(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Execute a pending run; one that is over or deleted is left alone, so that it may be asked for twice.

    A deactivation run first renews who has paid by now, then switches off what is still queued, and last closes the
    waiting for funds of bill runs: whoever waited is queued for the next one (CRM-16). Not inside a transaction.
    """
    run = get_deactivation_run(run_id)
    if run.status != "pending":
        return
    with hold_session_lock(f"deactivation_run:{run_id}"):
        if run.kind == ACTIVATE:
            _activate(run_id, at=at, actor=actor)
            return
        chosen = _choose(run.seller_id, "queued", DeactivationFilters.from_json(run.filters))
        _renew_who_paid(chosen, run.seller_id, at=at, actor=actor)
        _deactivate(run_id, [each.subscription_service_id for each in chosen], at=at, actor=actor)
        for bill_run_id, account_id in list_awaiting_accounts(seller_id=run.seller_id):
            follow_up_account(bill_run_id, account_id=account_id, at=at, actor=actor)


def execute_due_runs(seller_id: int, *, on: date, at: datetime, actor: Actor) -> int:
    """Execute every run of a seller whose day has come; return how many. Repeatable."""
    due = list_due_deactivation_runs(seller_id, on=on)
    for run_id in due:
        execute_deactivation_run(run_id, at=at, actor=actor)
    return len(due)


def _choose(seller_id: int, status: str, filters: DeactivationFilters) -> list[CandidateFacts]:
    candidates = [each for each in list_candidates(seller_id=seller_id) if each.status == status]
    balances = list_balances(sorted({each.account_id for each in candidates}))
    return [
        each
        for each in candidates
        if is_chosen(
            each,
            filters=filters,
            outstanding_minor=balances[each.account_id].receivable_minor if each.account_id in balances else 0,
        )
    ]


def _renew_who_paid(chosen: Sequence[CandidateFacts], seller_id: int, *, at: datetime, actor: Actor) -> None:
    """Who has credit by now, or has come below a limit, is renewed instead of switched off."""
    rule = get_billing_rule(seller_id)
    way_back = WayBack(rule.reactivation_most_overdue_minor, rule.reactivation_days)
    balances = list_balances(sorted({each.account_id for each in chosen}))
    with_hope = {
        each.account_id
        for each in chosen
        if each.reason in ("over_limit", "restricted")
        or (each.account_id in balances and balances[each.account_id].customer_credit_minor > 0)
    }
    for account_id in sorted(with_hope):
        own = {each.subscription_service_id for each in chosen if each.account_id == account_id}
        bring_back(account_id, way_back=way_back, occasion="funds found", service_ids=own, at=at, actor=actor)


def _deactivate(run_id: int, service_ids: Sequence[int], *, at: datetime, actor: Actor) -> None:
    with transaction.atomic():
        run = lock_pending_run(run_id)
        if run is None:
            return
        queued = [each for each in list_candidates(seller_id=run.seller_id) if each.status == "queued"]
        wanted = set(service_ids)
        reasons = {
            each.subscription_service_id: REASONS_IN_WORDS[each.reason]
            for each in queued
            if each.subscription_service_id in wanted
        }
        lock_balances(sorted({each.account_id for each in queued if each.subscription_service_id in wanted}))
        on = at.astimezone(ZoneInfo(run.seller.time_zone)).date()  # services stay up until it really runs (CRM-21)
        off = switch_off(list(reasons), on=on, reason=run.number, at=at, actor=actor)
        log_items(run_id, outcome="deactivated", services=off, reasons=reasons)
        renewed = sorted(wanted - set(off))
        log_items(run_id, outcome="left", services=renewed, reasons=dict.fromkeys(renewed, "renewed by now"))
        complete_run(run, at=at)


def _activate(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Account by account, each in a transaction of its own with its part of the log."""
    run = get_deactivation_run(run_id)
    rule, filters = get_billing_rule(run.seller_id), DeactivationFilters.from_json(run.filters)
    way_back = WayBack(
        rule.reactivation_most_overdue_minor if filters.most_overdue_minor is None else filters.most_overdue_minor,
        rule.reactivation_days if filters.longest_off_days is None else filters.longest_off_days,
    )
    done = {item.subscription_service_id for item in list_run_items(run_id)}
    by_account: dict[int, set[int]] = defaultdict(set)
    for each in _choose(run.seller_id, "deactivated", filters):
        if each.subscription_service_id not in done:
            by_account[each.account_id].add(each.subscription_service_id)
    for account_id, service_ids in sorted(by_account.items()):
        with transaction.atomic():
            back = bring_back(
                account_id, way_back=way_back, occasion=run.number, service_ids=service_ids, at=at, actor=actor
            )
            log_items(run_id, outcome="activated", services=back.activated, reasons={})
            left = sorted(service_ids - set(back.activated))
            reasons = {each: REASONS_IN_WORDS.get(back.left.get(each, ""), back.left.get(each, "")) for each in left}
            log_items(run_id, outcome="left", services=left, reasons=reasons)
    with transaction.atomic():
        pending = lock_pending_run(run_id)
        if pending is not None:
            complete_run(pending, at=at)
