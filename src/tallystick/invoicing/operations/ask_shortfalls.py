"""Ask saved methods for what accounts lack to renew what is paid before: once a run and account (CRM-16)."""

from collections.abc import Iterable
from datetime import datetime

from tallystick.accounts.queries import BillingFacts
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.shortfall import shortfall_subject
from tallystick.invoicing.core.terms import AUTOMATIC, collection_method_of
from tallystick.invoicing.models import BillRun
from tallystick.money.amount import format_minor
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.queries import list_default_methods, list_purpose_outcomes
from tallystick.plumbing.actor import system_actor
from tallystick.plumbing.jobs import enqueue
from tallystick.sellers.queries import get_billing_rule


def ask_shortfalls(
    run: BillRun, *, assembled: Iterable[tuple[BillingFacts, DraftBill]], at: datetime
) -> dict[int, str]:
    """Write down a charge of each account's shortfall; return the accounts that now wait, with what they wait for.

    Runs in the caller's transaction, under the accounts' locks: the charges are committed with it and sent afterwards,
    by a job. Only accounts that collect automatically are asked, by a default method in good order, and those that the
    run has asked before never again. It is the run that charges, whoever drafts.
    """
    short = [(facts, bill) for facts, bill in assembled if bill.shortfall_minor > 0 and _collects(facts)]
    if not short:
        return {}
    rule = get_billing_rule(run.seller_id)
    if not rule.collects_shortfalls:
        return {}
    methods = list_default_methods([facts.account_id for facts, _ in short])
    asked = list_purpose_outcomes([_subject(run, facts) for facts, _ in short])
    attempts, waiting = [], {}
    for facts, bill in short:
        method = methods.get(facts.account_id)
        if method is None or _subject(run, facts) in asked or method.state != "valid" or not method.gateway_is_active:
            continue
        if method.consecutive_failures >= rule.max_consecutive_failures:
            continue
        attempts.append(
            NewAttempt(
                account_id=facts.account_id,
                method_id=method.method_id,
                gateway_account_id=method.gateway_account_id,
                purpose=_subject(run, facts),
                amount_minor=bill.shortfall_minor,
                currency=facts.currency,
                description=f"Renewal, bill run {run.number}",
            )
        )
        amount = f"{format_minor(bill.shortfall_minor, facts.currency)} {facts.currency}"
        waiting[facts.account_id] = f"{amount} short; {method.label} is asked for it"
    create_attempts(attempts, at=at, actor=system_actor(f"bill run {run.number}"))
    if waiting and run.status == "completed":
        enqueue_collection(run.pk)
    return waiting


def enqueue_collection(run_id: int) -> None:
    """Ask for the job that charges what accounts of a run wait for, and follows them up."""
    enqueue("bill_run.collect_shortfalls", queue="payments", run_id=run_id)


def _collects(facts: BillingFacts) -> bool:
    return collection_method_of(facts.billing_mode) == AUTOMATIC


def _subject(run: BillRun, facts: BillingFacts) -> str:
    return shortfall_subject(run.pk, account_id=facts.account_id)
