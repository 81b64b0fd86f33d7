"""What needs someone: runs to review, failures to follow up, mail that came back, late money, jobs that gave up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.urls import reverse

from tallystick.collection.models import PaymentRunItem
from tallystick.delivery.queries.deliveries import count_undelivered, list_delivery_failures
from tallystick.interfaces.console.chips import Tone
from tallystick.interfaces.console.formats import write_count, write_day, write_money
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.printing import count_waiting
from tallystick.interfaces.console.reads.run_page import write_totals
from tallystick.interfaces.console.reads.standing import IS_OPEN, OPEN_MINOR
from tallystick.interfaces.console.reads.workers import are_workers_alive, has_waiting_jobs, list_stuck_jobs
from tallystick.invoicing.models import BillRun, BillRunAccount, CreditSource, Document
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.payments.models import Dispute, Refund
from tallystick.payments.queries import list_expiring_methods, list_held_attempts, list_overdue_attempts
from tallystick.payments.queries.reconciliation import list_findings, list_unexplained_notices
from tallystick.subscriptions.models import ScheduledAction

_MOST_RUNS = 5
_DELIVERED_WITHIN = timedelta(days=14)
_REFUSED_WITHIN = timedelta(days=14)
_MONEY_BACK_WITHIN = timedelta(days=14)
_UNEXPLAINED_WITHIN = timedelta(days=14)
#: A bank takes days, never two weeks.
ATTEMPT_OVERDUE_AFTER = timedelta(days=14)
_STILL_OWED = Q(
    document__status="posted",
    document__gross_minor__gt=F("document__settled_minor")
    + F("document__written_off_minor")
    + F("document__difference_minor"),
)


class Task(NamedTuple):
    """Something to do, in words, and the page where it is done."""

    title: str
    note: str
    href: str
    icon: str
    tone: Tone


def list_tasks() -> list[Task]:
    """The most pressing first."""
    return [
        *_find_jobs(),
        *_list_reviews(),
        *_list_undelivered(),
        *_list_failed_payments(),
        *_find_held_attempts(),
        *_find_money_back(),
        *_find_differences(),
        *_find_refused_actions(),
        *_find_expiring_methods(),
        *_find_failed_deliveries(),
        *_find_overdue(),
        *_find_waiting_for_print(),
    ]


def _list_reviews() -> Iterator[Task]:
    # Of a schedule most runs may have found nothing: they must not hide an older one that waits.
    drafted = Document.objects.filter(run=OuterRef("pk"), status="draft")
    failed = BillRunAccount.objects.filter(run=OuterRef("pk"), status="failed").exclude(reason="")
    waiting = BillRun.objects.filter(Exists(drafted) | Exists(failed), status="completed")
    for run in waiting.order_by("-pk")[:_MOST_RUNS]:
        progress = get_run_progress(run.pk)
        drafts = progress.documents - progress.posted_documents
        totals = write_totals(progress.totals)
        note = f"{write_count(drafts, noun='draft')}, {totals}, due up to {write_day(run.target_on)}"
        if progress.failed_accounts:
            note += f"; {write_count(progress.failed_accounts, noun='account')} failed"
        yield Task(f"Review bill run {run.number}", note, _to("bill_run", run.pk), "fact_check", "wait")


def _list_undelivered() -> Iterator[Task]:
    for run in BillRun.objects.filter(status="posted", posted_at__gt=now() - _DELIVERED_WITHIN).order_by("-pk")[:3]:
        missing = count_undelivered(run.pk)
        if missing.documents:
            note = f"Not asked for yet or gone wrong: {missing.by_email:,} by e-mail, {missing.by_print:,} by print"
            yield Task(f"Deliver bill run {run.number}", note, _to("bill_run", run.pk), "outgoing_mail", "wait")


def _list_failed_payments() -> Iterator[Task]:
    failed = PaymentRunItem.objects.filter(_STILL_OWED, status="failed", follow_up="open")
    per_run = failed.order_by("-run_id").values_list("run_id", "run__number", "currency")
    for run_id, number, currency, many, owed in per_run.annotate(Count("pk"), Sum("charged_minor"))[:_MOST_RUNS]:
        title = f"Follow up {write_count(many, noun='failed payment')} of {number}"
        yield Task(title, write_money(owed, currency=currency), _to("payment_run", run_id), "credit_card_off", "bad")


def _find_held_attempts() -> Iterator[Task]:
    many = list_held_attempts().count()
    if many:
        title = f"{write_count(many, noun='payment attempt')} held"
        note = "The gateway reports something other than we asked for: compare both sides"
        yield Task(title, note, _to("attempts") + "?state=held", "back_hand", "bad")
    late = list_overdue_attempts(created_before=now() - ATTEMPT_OVERDUE_AFTER).count()
    if late:
        title = f"{write_count(late, noun='payment attempt')} open for more than two weeks"
        yield Task(title, "No bank takes that long", _to("attempts") + "?state=overdue", "hourglass_bottom", "bad")


def _find_money_back() -> Iterator[Task]:
    by_hand = Refund.objects.filter(status="pending", payment__attempt__isnull=True).count()
    if by_hand:
        title = f"Transfer {write_count(by_hand, noun='refund')} back"
        yield Task(title, "Send the money, then confirm it", _to("refunds") + "?state=to_transfer", "undo", "wait")
    failed = Refund.objects.filter(status="failed", final_at__gt=now() - _MONEY_BACK_WITHIN).count()
    if failed:
        title = f"{write_count(failed, noun='refund')} failed"
        yield Task(title, "The money is the customer's credit again", _to("refunds") + "?state=failed", "undo", "bad")
    disputed = Dispute.objects.filter(status__in=["open", "lost"], recorded_at__gt=now() - _MONEY_BACK_WITHIN).count()
    if disputed:
        title = f"{write_count(disputed, noun='payment')} taken back by payers' banks"
        yield Task(title, "What they had paid is open again; the method is stopped", _to("disputes"), "gavel", "bad")
    short = CreditSource.objects.filter(remaining_minor__lt=0).count()
    if short:
        title = f"{write_count(short, noun='payment')} refunded and taken back by the bank too"
        yield Task(title, "The customer has the money twice: ask for it", _to("disputes"), "gavel", "bad")


def _find_differences() -> Iterator[Task]:
    # a difference waits until it is explained; a notice that nobody could explain is news for a while
    notices = list_unexplained_notices().filter(worked_at__gt=now() - _UNEXPLAINED_WITHIN)
    many = list_findings().count() + notices.count()
    if many:
        title = f"{write_count(many, noun='difference')} between a gateway and us"
        yield Task(title, "Nothing explains them: compare both sides", _to("differences"), "compare_arrows", "bad")


def _find_refused_actions() -> Iterator[Task]:
    refused = ScheduledAction.objects.filter(status="refused", settled_at__gt=now() - _REFUSED_WITHIN).count()
    if refused:
        title = f"{write_count(refused, noun='scheduled action')} refused on the day"
        note = "Nothing was changed, and none is tried again: see why, and do what is still wanted"
        yield Task(title, note, _to("scheduled_actions") + "?state=refused", "event_busy", "bad")


def _find_expiring_methods() -> Iterator[Task]:
    many = list_expiring_methods(today()).count()
    if many:
        title = f"{write_count(many, noun='payment method')} expire{'s' if many == 1 else ''} soon"
        note = "Customers are written to; the gateway is asked every night for renewed cards"
        yield Task(title, note, _to("payment_methods") + "?state=expiring", "credit_card_clock", "wait")


def _find_failed_deliveries() -> Iterator[Task]:
    many = list_delivery_failures().count()
    if many:
        title = f"{write_count(many, noun='delivery', nouns='deliveries')} failed or came back"
        yield Task(
            title, "Mend the address and send them again", _to("deliveries") + "?state=unsettled", "mail_off", "bad"
        )


def _find_overdue() -> Iterator[Task]:
    late = Document.objects.filter(IS_OPEN, due_on__lt=today()).order_by("currency")
    for currency, many, owed in late.values_list("currency").annotate(many=Count("pk"), owed=Sum(OPEN_MINOR)):
        title = f"{write_count(many, noun='invoice')} overdue"
        note = write_money(owed, currency=currency)
        yield Task(title, note, _to("invoices") + "?state=overdue", "schedule", "bad")


def _find_waiting_for_print() -> Iterator[Task]:
    many = sum(each.documents for each in count_waiting())
    if many:
        title = f"{write_count(many, noun='document')} wait{'s' if many == 1 else ''} for the printer"
        yield Task(title, "Put them into a print batch", _to("print_batches"), "print", "wait")


def _find_jobs() -> Iterator[Task]:
    many = list_stuck_jobs().count()
    if many:
        title = f"{write_count(many, noun='job')} gave up"
        yield Task(title, "What they were to do stands still", _to("stuck_jobs"), "error", "bad")
    if has_waiting_jobs() and not are_workers_alive():
        note = "Start one: tallystick serve or tallystick worker"
        yield Task("Work is waiting and no worker runs", note, _to("stuck_jobs"), "hourglass_disabled", "bad")


def _to(name: str, *args: int) -> str:
    return reverse(f"admin:{name}", args=args)
