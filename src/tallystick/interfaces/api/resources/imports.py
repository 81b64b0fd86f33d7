"""Imports: whole files of sellers, catalogs, accounts and subscriptions."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tallystick.errors import InvalidInput, Problem
from tallystick.interfaces.api.authentication import FORM, Needs, get_actor
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.counts import write_count
from tallystick.interfaces.importing.import_file import import_file as import_from
from tallystick.interfaces.importing.report import ImportReport
from tallystick.interfaces.importing.telling import tell_errors
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import IMPORTS_RUN

router = Router(tags=["Imports"])
MOST_ERRORS = 1000


class ImportRejected(InvalidInput):
    """{rows} of {file} are wrong, and nothing was written; `errors` names them."""

    code = "import_rejected"
    field = "file"


class NewImport(Schema):
    """What the file is, and for whom."""

    kind: Literal["seller", "catalog", "accounts", "subscriptions"]
    seller: SellerCode = ""
    skip_invalid: bool = Field(False, description="write the sound rows though others are wrong")


class Import(Schema):
    """What a file did, in rows."""

    kind: str
    file: str
    seller: str
    created: int
    updated: int
    unchanged: int = Field(description="said what was so already")
    skipped: int = Field(description="left out because of errors")
    errors: list[str] = Field(
        description=f"file:line: field: reason; where there are more than {MOST_ERRORS}, the first of each kind",
        examples=[["accounts.csv:3: country: must be a two-letter country code, but is 'Holland'"]],
    )


@router.post("/imports", response={201: Import}, auth=Needs(IMPORTS_RUN, media_type=FORM))
def import_file(request: HttpRequest, form: Form[NewImport], file: File[UploadedFile]) -> dict[str, Any]:
    """Make the database say what a CSV or JSON file says.

    All rows are checked before any is written; where one is wrong nothing is, unless wrong ones shall be skipped.
    What is there is updated, so importing twice changes nothing.
    """
    with TemporaryDirectory() as folder:
        report = import_from(
            form.kind,
            path=_save(file, Path(folder)),
            seller_code=form.seller,
            skip_invalid=form.skip_invalid,
            at=clock.now(),
            actor=get_actor(request),
        )
    told = tell_errors(report.errors, most=MOST_ERRORS)
    if not report.is_written:
        raise _reject(report, told)
    return {**report._asdict(), "errors": told}


def _save(file: UploadedFile, folder: Path) -> Path:
    """The file on disk under its own name, which errors tell, without the folders in which the caller keeps it."""
    path = folder / (Path(file.name or "").name or "file")
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return path


def _reject(report: ImportReport, told: list[str]) -> ImportRejected:
    lines = len({error.line for error in report.errors})
    refusal = ImportRejected(rows=write_count(lines, noun="row"), file=report.file)
    if len(report.errors) > MOST_ERRORS:
        told.append(f"{report.file} has {len(report.errors):,} errors; these are the first of their kinds")
    refusal.problems = [Problem("file", each) for each in told]
    return refusal
