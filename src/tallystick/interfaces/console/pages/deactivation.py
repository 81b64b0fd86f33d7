"""The deactivation queue and its runs: what waits, what is off, what was done, and what to do next."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.pages.run_forms import WordsField
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.sellers import list_seller_options
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_ACT
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.candidacy import REASONS_IN_WORDS
from tallystick.subscriptions.core.deactivation import DeactivationFilters
from tallystick.subscriptions.models import DeactivationCandidate, DeactivationRun
from tallystick.subscriptions.operations.start_deactivation_run import delete_deactivation_run, start_deactivation_run
from tallystick.subscriptions.queries.deactivation import get_deactivation_run, list_run_items

_EMPTY = Empty("Everybody's services were renewed: nothing waits to be switched off.")
_KINDS = (("deactivate", "Switch off what is queued"), ("activate", "Bring back what is off and can be paid"))

_REPETITIONS = (("once", "Once"), ("daily", "Every day"), ("weekly", "Every week"), ("monthly", "Every month"))


def _draw_service(row: DeactivationCandidate) -> cells.Cell:
    subscription = row.subscription_service.subscription
    address = reverse("admin:subscription", args=[subscription.pk])
    return cells.Text(row.subscription_service.service.name, subscription.external_id, address)


def _draw_account(row: DeactivationCandidate) -> cells.Cell:
    return cells.Text(row.account.name, row.account.external_id, reverse("admin:account", args=[row.account_id]))


QUEUE = Listing(
    title="Deactivation queue",
    question="Which services were not renewed, and why?",
    noun="service",
    rows=lambda: DeactivationCandidate.objects.filter(status__in=["queued", "deactivated"]).select_related(
        "account", "subscription_service__service", "subscription_service__subscription"
    ),
    sort="-id",
    columns=(
        Column[DeactivationCandidate]("Service", _draw_service),
        Column[DeactivationCandidate]("Account", _draw_account),
        Column[DeactivationCandidate](
            "State", lambda row: cells.Text("Still on" if row.status == "queued" else "Switched off")
        ),
        Column[DeactivationCandidate]("Why", lambda row: cells.Text(REASONS_IN_WORDS[row.reason].capitalize())),
        Column[DeactivationCandidate]("Not renewed by", lambda row: cells.Text(row.queued_by)),
        Column[DeactivationCandidate]("Since", lambda row: cells.Instant(row.queued_at), sort="queued_at"),
        Column[DeactivationCandidate]("Off from", lambda row: cells.Day(row.off_on)),
    ),
    filters=(
        States(
            (
                ("queued", "Still on", lambda rows: rows.filter(status="queued")),
                ("off", "Switched off", lambda rows: rows.filter(status="deactivated")),
            )
        ),
        Choice(
            "seller", "Seller", list_seller_options, lambda rows, chosen: rows.filter(account__seller_id=int(chosen))
        ),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=_EMPTY,
)

RUNS = Listing(
    title="Deactivation runs",
    question="When was what switched off or brought back?",
    noun="run",
    rows=lambda: DeactivationRun.objects.select_related("seller"),
    sort="-id",
    columns=(
        Column[DeactivationRun](
            "Run", lambda row: cells.Text(row.number, href=reverse("admin:deactivation_run", args=[row.pk]))
        ),
        Column[DeactivationRun](
            "Does", lambda row: cells.Text("Switch off" if row.kind == "deactivate" else "Bring back")
        ),
        Column[DeactivationRun]("State", lambda row: cells.Text(row.status.capitalize())),
        Column[DeactivationRun]("On", lambda row: cells.Day(row.runs_on), sort="runs_on"),
        Column[DeactivationRun]("Again", lambda row: cells.Text(dict(_REPETITIONS)[row.repeats])),
        Column[DeactivationRun](
            "For",
            lambda row: cells.Text(DeactivationFilters.from_json(row.filters).in_words().capitalize(), row.seller.code),
        ),
        Column[DeactivationRun]("By", lambda row: cells.Text(row.created_by)),
    ),
    filters=(States((("pending", "Pending", lambda rows: rows.filter(status="pending")),)),),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty(
        "A run switches off what is still queued on its day.", "New deactivation run", "admin:deactivation_run_new"
    ),
)


class NewRunForm(PlainForm):
    """What a run is asked for; empty fields ask nothing."""

    seller = forms.ModelChoiceField(label="Seller", queryset=Seller.objects.order_by("code"), empty_label=None)
    kind = forms.ChoiceField(label="What to do", choices=_KINDS)
    runs_on = forms.DateField(label="On", help_text="Today: at once.")
    repeats = forms.ChoiceField(
        label="Again", choices=_REPETITIONS, initial="once", required=False, help_text="Deleting the next one ends it."
    )
    segments = WordsField(label="Only these segments", required=False)
    plans = WordsField(label="Only these plans", required=False, help_text="Codes, separated by commas.")
    longest_off_days = forms.IntegerField(
        label="Off for at most, days", required=False, help_text="Bringing back; empty: as the billing rule says."
    )
    sections = (("", ("seller", "kind", "runs_on", "repeats")), ("For", ("segments", "plans", "longest_off_days")))


@needs(RECORDS_READ)
def list_queue(request: HttpRequest) -> HttpResponseBase:
    """What waits to be switched off, and what is off because of it."""
    return show_listing(request, listing=QUEUE, template="console/deactivation_list.html")


@needs(RECORDS_READ)
def list_runs(request: HttpRequest) -> HttpResponseBase:
    """All deactivation and activation runs."""
    return show_listing(request, listing=RUNS, template="console/deactivation_list.html")


@needs(SUBSCRIPTIONS_ACT)
def new_run(request: HttpRequest) -> HttpResponseBase:
    """Define a run."""
    form = NewRunForm(request.POST or None, initial={"runs_on": today()})

    def act(filled: NewRunForm) -> DeactivationRun:
        given = filled.cleaned_data
        names = ("segments", "plans", "longest_off_days")
        return start_deactivation_run(
            given["seller"],
            kind=given["kind"],
            runs_on=given["runs_on"],
            repeats=given["repeats"] or "once",
            filters=DeactivationFilters(**{name: given[name] for name in names}),
            at=now(),
            actor=get_actor(request),
        )

    filling = Filling(
        title="New deactivation run",
        intro="Customers lose the services that it switches off. Until its day it can be deleted.",
        button="Define the run",
        crumbs=[crumb("Deactivation runs", name="deactivation_runs")],
        act=act,
        done=lambda run: f"Run {run.number} is defined for {run.runs_on}.",
        go=lambda run: reverse("admin:deactivation_run", args=[run.pk]),
    )
    return fill(request, form=form, filling=filling)


@needs(RECORDS_READ)
def show_run(request: HttpRequest, *, run_id: int) -> HttpResponseBase:
    """One run, and what it did with each service."""
    run = get_deactivation_run(run_id)
    context = {
        "run": run,
        "items": list_run_items(run_id),
        "filters": DeactivationFilters.from_json(run.filters).in_words(),
    }
    crumbs = [crumb("Deactivation runs", name="deactivation_runs")]
    return draw_page(
        request, template="console/deactivation_run.html", title=run.number, crumbs=crumbs, context=context
    )


@require_POST
@needs(RECORDS_READ)
def delete_run(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Delete a run that was not executed."""
    perform(
        request,
        act=lambda: delete_deactivation_run(run_id, at=now(), actor=get_actor(request)),
        done=lambda run: f"Run {run.number} is deleted.",
    )
    return redirect("admin:deactivation_runs")
