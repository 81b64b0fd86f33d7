"""Preview runs: the list with their files, and asking for one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from tallystick.errors import Refusal
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, show_refusal
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.pages.run_choices import BillingFiltersForm
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.models import PreviewRun
from tallystick.invoicing.operations.start_preview import NewPreview, start_preview
from tallystick.invoicing.queries.previews import get_preview, get_preview_file
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, RECORDS_READ

_RENEWALS = (("none", "None"), ("automatic", "Those that renew themselves"), ("all", "All"))


def _link_file(preview: PreviewRun) -> cells.Cell:
    if preview.status != "completed":
        return cells.Text(preview.reason)
    return cells.Text(preview.file_name, href=reverse("admin:preview_file", args=[preview.pk]))


def _link_failures(preview: PreviewRun) -> cells.Cell:
    if preview.status != "completed" or not preview.failed_accounts:
        return cells.Count(preview.failed_accounts)
    return cells.Text(str(preview.failed_accounts), href=reverse("admin:preview_failures_file", args=[preview.pk]))


PREVIEWS = Listing(
    title="Previews",
    question="What would a run draft? In a file, and without a single document.",
    noun="preview",
    rows=lambda: PreviewRun.objects.select_related("seller"),
    sort="-id",
    columns=(
        Column[PreviewRun]("Preview", lambda row: cells.Text(row.number, row.seller.code)),
        Column[PreviewRun]("State", lambda row: cells.Chip(chips.describe(row.status)), sort="status"),
        Column[PreviewRun]("Target date", lambda row: cells.Day(row.target_on), sort="target_on"),
        Column[PreviewRun]("For", lambda row: cells.Text(RunFilters.from_json(row.filters).in_words().capitalize())),
        Column[PreviewRun]("Renewed terms", lambda row: cells.Text(dict(_RENEWALS)[row.renewal])),
        Column[PreviewRun]("Lines", lambda row: cells.Count(row.lines), is_right=True),
        Column[PreviewRun]("Accounts", lambda row: cells.Count(row.accounts), is_right=True),
        Column[PreviewRun]("Failed", _link_failures, is_right=True),
        Column[PreviewRun]("File", _link_file),
        Column[PreviewRun]("Asked for by", lambda row: cells.Text(row.created_by)),
    ),
    filters=(
        States(
            (
                ("pending", "At work", lambda rows: rows.filter(status="pending")),
                ("completed", "Completed", lambda rows: rows.filter(status="completed")),
                ("failed", "Failed", lambda rows: rows.filter(status="failed")),
            )
        ),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty("A preview writes what a run would draft into a file.", "New preview", "admin:preview_new"),
)


class PreviewForm(BillingFiltersForm):
    """What a preview is to show."""

    renewal = forms.ChoiceField(label="Terms taken to be renewed", choices=_RENEWALS, required=False)
    includes_drafts = forms.BooleanField(label="Show drafts that wait for their posting too", required=False)
    leaves_out_evergreen = forms.BooleanField(label="Leave out subscriptions without an end", required=False)

    def read_preview(self) -> NewPreview:
        """What was asked for."""
        given = self.cleaned_data
        return NewPreview(
            given["target_on"],
            self.read_filters(),
            tuple(given["excluded_kinds"]),
            given["renewal"] or "none",
            given["includes_drafts"],
            not given["leaves_out_evergreen"],
        )


@needs(RECORDS_READ)
def list_previews(request: HttpRequest) -> HttpResponseBase:
    """All previews, with their files."""
    return show_listing(request, listing=PREVIEWS, template="console/previews.html")


@needs(BILL_RUNS_CREATE)
def new_preview(request: HttpRequest) -> HttpResponseBase:
    """Ask for a preview; what was refused stays in the form."""
    form = PreviewForm(request.POST or None, initial={"target_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = start_preview(
                form.cleaned_data["seller"], new=form.read_preview(), at=now(), actor=get_actor(request)
            )
        except Refusal as refusal:
            show_refusal(form, refusal=refusal, aliases={"filters": "accounts"})
        else:
            messages.success(request, f"Preview {made.number} is at work; its file will stand in this list.")
            return redirect("admin:previews")
    crumbs = [crumb("Previews", name="previews")]
    return draw_page(
        request, template="console/preview_new.html", title="New preview", crumbs=crumbs, context={"form": form}
    )


@needs(RECORDS_READ)
def download(request: HttpRequest, *, preview_id: int) -> HttpResponseBase:
    """The lines that would be drafted."""
    path = get_preview_file(get_preview(preview_id))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@needs(RECORDS_READ)
def download_failures(request: HttpRequest, *, preview_id: int) -> HttpResponseBase:
    """The accounts that could not be drafted, and why."""
    path = get_preview_file(get_preview(preview_id), is_failures=True)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
