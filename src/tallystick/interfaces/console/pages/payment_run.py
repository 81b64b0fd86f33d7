"""One payment run: its progress, its summary, and the failures to follow up with the reason and what to do next."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.collection.models import PaymentRun, PaymentRunEvent
from tallystick.collection.operations.cancel_payment_run import cancel_payment_run
from tallystick.collection.operations.follow_up import Retried, close_items, retry_items
from tallystick.collection.queries.failures import list_failures, list_skipped
from tallystick.collection.queries.retrying import RetryPlan, plan_retry
from tallystick.collection.queries.runs import (
    PaymentRunProgress,
    find_standstill,
    get_payment_run_by_id,
    get_payment_run_progress,
    is_run_working,
    list_document_ids,
    list_items,
    write_follow_up,
)
from tallystick.collection.queries.schedules import describe_choices
from tallystick.collection.queries.timing import find_run_too_early
from tallystick.delivery.queries.undelivered import count_undelivered
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may, perform
from tallystick.interfaces.console.chrome import crumb, draw_fragment, draw_page, needs
from tallystick.interfaces.console.formats import write_count, write_day, write_money
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.reads.moments import list_payment_run_moments
from tallystick.interfaces.console.reads.progress import measure
from tallystick.interfaces.console.reads.workers import are_workers_alive
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, PAYMENTS_COLLECT, RECORDS_READ

_PAGE_SIZE = 100
LISTS = {
    "follow_up": "Follow up",
    "failed": "All failures",
    "skipped": "Left out",
    "collected": "Collected",
    "waiting": "Waiting for the bank",
}


@needs(RECORDS_READ)
def show_payment_run(request: HttpRequest, *, run_id: int) -> HttpResponseBase:
    """The page of a payment run. While it works, the progress on it renews itself every second."""
    run = get_payment_run_by_id(run_id)
    progress = get_payment_run_progress(run.pk)
    retrying = plan_retry(run, at=now())
    is_waiting = run.status == "pending" and run.queued_at is None
    is_deletable = run.status in ("canceled", "failed") and not progress.items_total
    is_at_work = is_run_working(run.pk) and not is_waiting
    context = {
        "run": run,
        "status": _describe(run, is_at_work=is_at_work),
        "sentence": _write_sentence(run),
        "progress": progress,
        "warning": find_run_too_early(run, at=now()),
        "is_waiting": is_waiting,
        "can_change": is_waiting and may(request, permission=PAYMENT_RUNS_CREATE),
        "can_delete": is_deletable and may(request, permission=PAYMENT_RUNS_CREATE),
        "hours": range(24),
        "follow_up": write_follow_up(progress),
        "undelivered": count_undelivered(list_document_ids(run.pk)) if run.status == "completed" else 0,
        "is_at_work": is_at_work,
        "can_cancel": run.status == "pending" and may(request, permission=PAYMENT_RUNS_CREATE),
        "can_retry": not is_at_work and may(request, permission=PAYMENTS_COLLECT),
        "retrying": retrying,
        "retry_question": _write_retry_question(retrying),
        "can_close": not is_at_work and may(request, permission=PAYMENT_RUNS_CREATE),
        "moments": list_payment_run_moments(PaymentRunEvent.objects.filter(run=run)),
        **(_draw_work(request, run, progress) if is_at_work else {}),
        **_draw_lists(request, run, progress),
    }
    crumbs = [crumb("Payment runs", name="payment_runs")]
    return draw_page(request, template="console/payment_run.html", title=run.number, crumbs=crumbs, context=context)


@needs(RECORDS_READ)
def show_progress(request: HttpRequest, *, run_id: int) -> HttpResponseBase:
    """The part of the page that is fetched every second. When the work is over, the whole page is asked for again."""
    run = get_payment_run_by_id(run_id)
    if not is_run_working(run.pk):
        return HttpResponse(headers={"HX-Refresh": "true"})
    work = _draw_work(request, run, get_payment_run_progress(run.pk))
    lists = _draw_lists(request, run, work["progress"])
    context = {"run": run, "status": _describe(run, is_at_work=True), "is_fragment": True, **work, **lists}
    return draw_fragment(request, template="console/parts/payment_run_progress.html", context=context)


@require_POST
@needs(RECORDS_READ)
def retry(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Charge again: one failure, the chosen ones, or all that are open."""
    items = _read_items(request)
    if request.POST.get("chosen") and not items:
        messages.error(request, "Choose the failures that shall be charged again.")
        return redirect(_address(request, run_id))
    perform(
        request,
        act=lambda: retry_items(get_payment_run_by_id(run_id), item_ids=items, at=now(), actor=get_actor(request)),
        done=_write_retried,
    )
    return redirect(_address(request, run_id))


@require_POST
@needs(RECORDS_READ)
def close(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Close failures with a note."""
    perform(
        request,
        act=lambda: close_items(
            get_payment_run_by_id(run_id),
            item_ids=_read_items(request),
            note=request.POST.get("note", ""),
            at=now(),
            actor=get_actor(request),
        ),
        done=lambda closed: f"{write_count(closed, noun='failure')} closed. What they are about stays owed.",
    )
    return redirect(_address(request, run_id))


@require_POST
@needs(RECORDS_READ)
def cancel(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Cancel a run that has not begun."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: cancel_payment_run(
            get_payment_run_by_id(run_id), reason=reason, at=now(), actor=get_actor(request)
        ),
        done=lambda run: f"Payment run {run.number} is canceled; nothing was charged.",
    )
    return redirect("admin:payment_run", run_id)


def _describe(run: PaymentRun, *, is_at_work: bool) -> chips.Status:
    """A run counts as running until its retries have ended too."""
    return chips.describe("running") if is_at_work and run.status == "completed" else chips.describe_payment_run(run)


def _draw_work(request: HttpRequest, run: PaymentRun, progress: PaymentRunProgress) -> dict[str, Any]:
    return {
        "progress": progress,
        "work": measure(progress.items_done, total=progress.items_total, given=request.GET),
        "has_workers": are_workers_alive(),
        "standstill": find_standstill(run.pk),
        "is_clock_set": clock.is_set(),
    }


def _draw_lists(request: HttpRequest, run: PaymentRun, progress: PaymentRunProgress) -> dict[str, Any]:
    show = request.GET.get("show", "")
    show = show if show in LISTS else "follow_up" if progress.open_failures else "collected"
    after = request.GET.get("after", "")
    after_id = int(after) if after.isdecimal() else 0
    context: dict[str, Any] = {"show": show, "lists": LISTS.items()}
    if show in ("follow_up", "failed", "skipped"):
        read = list_skipped if show == "skipped" else lambda run_id, **page: list_failures(run_id=run_id, **page)
        found = read(run.pk, after_id=after_id, limit=_PAGE_SIZE + 1)
        shown = [item for item in found[:_PAGE_SIZE] if show != "follow_up" or item.needs_work]
        last = found[_PAGE_SIZE - 1].item_id if len(found) > _PAGE_SIZE else 0
        return {**context, "failures": shown, "next_after": last}
    status = "collected" if show == "collected" else "processing"
    items = list_items(run.pk, status=status, after_id=after_id, limit=_PAGE_SIZE + 1)
    last = items[_PAGE_SIZE - 1].pk if len(items) > _PAGE_SIZE else 0
    return {**context, "items": items[:_PAGE_SIZE], "next_after": last}


def _write_retry_question(plan: RetryPlan) -> str:
    """ "Charge 5 invoices again, 402.18 EUR? 3 can't be, each for the reason that stands beside it." """
    amounts = " and ".join(write_money(minor, currency=currency) for currency, minor in plan.totals)
    left = f" {plan.refused:,} can't be, each for the reason that stands beside it." if plan.refused else ""
    return f"Charge {write_count(len(plan.item_ids), noun='invoice')} again, {amounts}?{left}"


def _write_sentence(run: PaymentRun) -> str:
    due = f"due up to {write_day(run.target_on)}"
    words = f"Posted invoices {due} that are paid automatically, for {describe_choices(run)}."
    if run.queued_at is not None or run.status != "pending":
        return words
    if run.starts_at is None:
        return f"Waits: begins {write_count(run.after_hours or 0, noun='hour')} after {run.bill_run} is posted. {words}"
    begins = run.starts_at.astimezone(ZoneInfo(run.seller.time_zone))
    return f"Waits: begins on {write_day(begins.date())} at {begins:%H:%M}. {words}"


def _write_retried(retried: Retried) -> str:
    words = f"Charging {write_count(len(retried.attempt_ids), noun='invoice')} again."
    if retried.refused:
        words += f" {write_count(len(retried.refused), noun='invoice')} can't be: {retried.refused[0].reason}"
    return words


def _read_items(request: HttpRequest) -> list[int]:
    return [int(text) for text in request.POST.getlist("item") if text.isdecimal()]


def _address(request: HttpRequest, run_id: int) -> str:
    show = request.POST.get("show", "")
    return f"{reverse('admin:payment_run', args=[run_id])}?show={show if show in LISTS else ''}#lists"
