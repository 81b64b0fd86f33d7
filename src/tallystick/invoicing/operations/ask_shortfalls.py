"""Ask saved methods for what accounts lack to renew what is paid before: once a run and account (CRM-16)."""

from collections.abc import Iterable
from datetime import datetime

from tallystick.accounts.queries import BillingFacts
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.shortfall import shortfall_subject
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.queries.askable_methods import list_askable
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.queries import list_purpose_outcomes
from tallystick.plumbing.actor import system_actor
from tallystick.plumbing.jobs import enqueue


def ask_shortfalls(
    run: BillRun, *, assembled: Iterable[tuple[BillingFacts, DraftBill]], at: datetime
) -> dict[int, str]:
    """Write down a charge of each account's shortfall; return the accounts that now wait, with what they wait for.

    Runs in the caller's transaction, under the accounts' locks: the charges are committed with it and sent afterwards,
    by a job. Only accounts that collect automatically are asked, by a default method in good order, and those that the
    run has asked before never again. It is the run that charges, whoever drafts.
    """
    askable = list_askable(run.seller_id, assembled=assembled)
    if not askable:
        return {}
    asked = list_purpose_outcomes([_subject(run, each.facts) for each in askable])
    attempts, waiting = [], {}
    for each in askable:
        facts, bill, method = each
        if _subject(run, facts) in asked:
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
        waiting[facts.account_id] = each.in_words()
    create_attempts(attempts, at=at, actor=system_actor(f"bill run {run.number}"))
    if waiting and run.status == "completed":
        enqueue_collection(run.pk)
    return waiting


def enqueue_collection(run_id: int) -> None:
    """Ask for the job that charges what accounts of a run wait for, and follows them up."""
    enqueue("bill_run.collect_shortfalls", queue="payments", run_id=run_id)


def _subject(run: BillRun, facts: BillingFacts) -> str:
    return shortfall_subject(run.pk, account_id=facts.account_id)
