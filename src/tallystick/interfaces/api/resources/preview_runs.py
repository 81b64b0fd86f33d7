"""Preview runs: what a run would draft, as a file."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Path, Query, Router

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.files import CSV, describe_file
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.preview_shapes import NewPreviewRun, PreviewRun
from tallystick.interfaces.api.schemas import Id
from tallystick.invoicing.operations.start_preview import NewPreview, start_preview
from tallystick.invoicing.queries import previews
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Preview runs"])
LIST = "preview-runs"


@router.get("/preview-runs", response=Page[PreviewRun], auth=Needs(RECORDS_READ))
def list_preview_runs(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Preview runs."""
    rows = previews.list_previews(after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.pk)


@router.post("/preview-runs", response={202: PreviewRun}, auth=Needs(BILL_RUNS_CREATE))
def create_preview_run(request: HttpRequest, body: NewPreviewRun) -> object:
    """Ask what a run would draft. A worker writes the file; ask until its status is `completed`."""
    new = NewPreview(
        body.target_on,
        body.as_filters(),
        tuple(body.excluded_kinds),
        body.renewal,
        body.includes_drafts,
        body.includes_evergreen,
    )
    return start_preview(get_seller(body.seller), new=new, at=clock.now(), actor=get_actor(request))


@router.get("/preview-runs/{preview_id}", response=PreviewRun, auth=Needs(RECORDS_READ))
def get_preview_run(request: HttpRequest, preview_id: Path[Id]) -> object:
    """One preview run."""
    return previews.get_preview(preview_id)


@router.get("/preview-runs/{preview_id}/file", auth=Needs(RECORDS_READ), openapi_extra=describe_file(CSV))
def download_preview_run(request: HttpRequest, preview_id: Path[Id]) -> FileResponse:
    """What would be drafted, a line each."""
    return _answer(preview_id, is_failures=False)


@router.get("/preview-runs/{preview_id}/failures", auth=Needs(RECORDS_READ), openapi_extra=describe_file(CSV))
def download_preview_run_failures(request: HttpRequest, preview_id: Path[Id]) -> FileResponse:
    """The accounts that could not be drafted, and why."""
    return _answer(preview_id, is_failures=True)


def _answer(preview_id: int, *, is_failures: bool) -> FileResponse:
    path = previews.get_preview_file(previews.get_preview(preview_id), is_failures=is_failures)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=f"{CSV}; charset=utf-8")
