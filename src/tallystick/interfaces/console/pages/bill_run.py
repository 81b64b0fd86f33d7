"""One bill run: its progress, totals and review list, and what can be done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.accounts.models import Account
from tallystick.delivery.queries.deliveries import count_deliveries, count_sent_emails, count_undelivered
from tallystick.errors import Conflict
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may, perform
from tallystick.interfaces.console.chrome import crumb, draw_fragment, draw_page, needs
from tallystick.interfaces.console.formats import write_day, write_duration, write_instant
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.pages.run_review import draw_review
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.reads.moments import list_run_moments
from tallystick.interfaces.console.reads.printing import count_waiting, describe_channel
from tallystick.interfaces.console.reads.progress import measure
from tallystick.interfaces.console.reads.run_page import (
    compare_totals,
    get_previous_run,
    is_at_work,
    is_waiting,
    list_stages,
    write_question,
)
from tallystick.interfaces.console.reads.workers import are_workers_alive
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.run_options import BILL, CATCH_UP
from tallystick.invoicing.models import BillRun, BillRunEvent
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.delete_bill_run import DELETABLE, delete_bill_run
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.invoicing.queries.lists import get_run
from tallystick.invoicing.queries.runs import RunProgress, get_run_progress
from tallystick.invoicing.queries.summary import get_run_summary
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_EDIT, BILL_RUNS_POST, RECORDS_READ

_VERBS = {"pending": "Waiting for a worker", "running": "Drafting", "posting": "Posting", "canceling": "Canceling"}


@needs(RECORDS_READ)
def show_bill_run(request: HttpRequest, *, run_id: int) -> HttpResponseBase:
    """The page of a run. While it works, the progress on it renews itself every second."""
    run = get_run(run_id)
    progress = get_run_progress(run.pk)
    works = is_at_work(run)
    context = {
        "run": run,
        "status": chips.describe_bill_run(run),
        "sentence": _write_sentence(run),
        "progress": progress,
        "is_at_work": works,
        "warnings": list_warnings(run.seller, auto_posts=run.auto_posts, auto_emails=run.auto_emails, at=now()),
        "moments": list_run_moments(BillRunEvent.objects.filter(run=run)),
        **(_draw_work(request, run, progress) if works else _draw_result(request, run, progress)),
    }
    crumbs = [crumb("Bill runs", name="bill_runs")]
    return draw_page(request, template="console/bill_run.html", title=run.number, crumbs=crumbs, context=context)


@needs(RECORDS_READ)
def show_progress(request: HttpRequest, *, run_id: int) -> HttpResponseBase:
    """The part of the page that is fetched every second. When the work is over, the whole page is asked for again."""
    run = get_run(run_id)
    if not is_at_work(run):
        return HttpResponse(headers={"HX-Refresh": "true"})
    status = chips.describe_run(run.status)
    context = {"run": run, "status": status, "is_fragment": True, **_draw_work(request, run, get_run_progress(run.pk))}
    return draw_fragment(request, template="console/parts/run_progress.html", context=context)


@require_POST
@needs(RECORDS_READ)
def post_run(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Post it, if it still is what the question was asked about."""
    run = get_run(run_id)

    def post() -> BillRun:
        if request.POST.get("asked") != write_question(get_run_progress(run.pk)):
            raise Conflict("The run has changed since you were asked; look at its figures again.")
        return post_bill_run(run, at=now(), actor=get_actor(request))

    perform(request, act=post, done=lambda posted: f"Posting bill run {posted.number} has begun.")
    return redirect("admin:bill_run", run_id)


@require_POST
@needs(RECORDS_READ)
def cancel_run(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Take back every draft."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: cancel_bill_run(get_run(run_id), reason=reason, at=now(), actor=get_actor(request)),
        done=lambda run: f"Canceling bill run {run.number} has begun; everything in it can be billed again.",
    )
    return redirect("admin:bill_run", run_id)


@require_POST
@needs(RECORDS_READ)
def delete_run(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Delete a canceled or failed run with its drafts."""
    reason = request.POST.get("reason", "")
    gone = perform(
        request,
        act=lambda: delete_bill_run(get_run(run_id), reason=reason, at=now(), actor=get_actor(request)),
        done=lambda trace: f"Bill run {trace.number} is gone, with {trace.documents} canceled drafts.",
    )
    return redirect("admin:bill_runs") if gone else redirect("admin:bill_run", run_id)


@require_POST
@needs(RECORDS_READ)
def drop(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Take one account out of the run."""
    reason = request.POST.get("reason", "")

    def act() -> Account:
        account = get_account(_read_id(request))
        drop_account(get_run(run_id), account=account, reason=reason, at=now(), actor=get_actor(request))
        return account

    perform(request, act=act, done=lambda account: f"{account.name} is out of this run; it can be billed again.")
    return redirect(_review_address(request, run_id))


@require_POST
@needs(RECORDS_READ)
def regenerate(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Draft one account again from today's data."""

    def act() -> Account:
        account = get_account(_read_id(request))
        regenerate_account(get_run(run_id), account=account, at=now(), actor=get_actor(request))
        return account

    perform(request, act=act, done=lambda account: f"{account.name} is drafted again.")
    return redirect(_review_address(request, run_id))


def _draw_work(request: HttpRequest, run: BillRun, progress: RunProgress) -> dict[str, Any]:
    return {
        "verb": _VERBS[run.status],
        "progress": progress,
        "work": measure(progress.accounts_done, total=progress.accounts_total, given=request.GET),
        "has_workers": are_workers_alive(),
        "stages": list_stages(run, progress=progress),
    }


def _draw_result(request: HttpRequest, run: BillRun, progress: RunProgress) -> dict[str, Any]:
    previous, figures = get_previous_run(run), get_run_summary(run.pk)
    is_under_review = run.status == "completed"
    return {
        "stages": list_stages(run, progress=progress),
        "previous": previous,
        "changes": compare_totals(progress, previous=previous),
        "question": write_question(progress),
        "can_post": is_under_review and progress.documents > 0 and may(request, permission=BILL_RUNS_POST),
        "can_select": run.status == "posted",
        "can_edit": is_under_review and may(request, permission=BILL_RUNS_EDIT),
        "can_cancel": _can_cancel(run, progress) and may(request, permission=BILL_RUNS_EDIT),
        "can_delete": run.status in DELETABLE and may(request, permission=BILL_RUNS_EDIT),
        "figures": figures,
        "drafted_in": _write_duration(figures.drafting_duration),
        "emails": count_sent_emails(run.pk),
        **_draw_delivery(run),
        **draw_review(request, run=run),
    }


def _write_duration(lasted: timedelta | None) -> str:
    """How long it took; nothing where the business clock stood still or was moved meanwhile, which measures nothing."""
    is_measured = lasted is not None and not clock.is_set() and lasted >= timedelta(seconds=1)
    return write_duration(int(lasted.total_seconds())) if lasted is not None and is_measured else ""


def _can_cancel(run: BillRun, progress: RunProgress) -> bool:
    is_under_review = run.status == "completed" and run.kind == BILL
    return is_waiting(run) or (is_under_review and progress.posted_documents == 0)


def _draw_delivery(run: BillRun) -> dict[str, Any]:
    if run.status != "posted":
        return {}
    return {
        "undelivered": count_undelivered(run.pk),
        "waiting": sum(each.documents for each in count_waiting(run.pk)),
        "deliveries": [
            (describe_channel(each.channel), chips.describe(each.status), each.deliveries)
            for each in count_deliveries(run.pk)
        ],
    }


def _write_sentence(run: BillRun) -> str:
    filters = RunFilters.from_json(run.filters).in_words()
    kind = "Catch-up, without invoices. " if run.kind == CATCH_UP else ""
    left_out = f" Without {' and '.join(run.excluded_kinds)} charges." if run.excluded_kinds else ""
    begins = f" Begins at {write_instant(run.starts_at)}." if is_waiting(run) and run.starts_at else ""
    return (
        f"{kind}Everything due up to {write_day(run.target_on)}, for {filters};"
        f" invoices dated {write_day(run.invoice_on)}.{left_out}{begins}"
    )


def _read_id(request: HttpRequest) -> int:
    text = request.POST.get("account", "")
    return int(text) if text.isdecimal() else 0


def _review_address(request: HttpRequest, run_id: int) -> str:
    # Without the fragment of the list: what became of it, or why it was refused, stands at the top.
    show = request.POST.get("show", "")
    return f"{reverse('admin:bill_run', args=[run_id])}?show={show if show.isalpha() else ''}"
