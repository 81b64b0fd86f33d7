"""Imports: a company's files, all rows checked before any is written, every error told with its line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase

from tallystick.errors import Refusal
from tallystick.interfaces.console.acting import get_actor, show_refusal
from tallystick.interfaces.console.chrome import draw_page, needs
from tallystick.interfaces.console.filling import PlainForm
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.importing.import_file import IMPORTERS, import_file
from tallystick.interfaces.importing.report import ImportReport
from tallystick.interfaces.importing.telling import MOST_TOLD, group_errors
from tallystick.plumbing.permissions import IMPORTS_RUN
from tallystick.sellers.models import Seller

_MOST_ERRORS = 500
_MOST_KINDS = 100


class ImportForm(PlainForm):
    """A file, and what it is."""

    kind = forms.ChoiceField(label="What it holds", choices=[(kind, kind.capitalize()) for kind in IMPORTERS])
    file = forms.FileField(label="File", help_text="CSV or JSON.")
    seller = forms.ModelChoiceField(
        label="Of which seller", queryset=Seller.objects.order_by("code"), required=False, empty_label="The only one"
    )
    skip_invalid = forms.BooleanField(label="Write the sound rows though others are wrong", required=False)


@needs(IMPORTS_RUN)
def import_rows(request: HttpRequest) -> HttpResponseBase:
    """Take a file, and tell what it did or every reason why it did nothing."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "")})
    report = None
    if request.method == "POST" and form.is_valid():
        try:
            report = _import(request, form)
        except Refusal as refusal:
            show_refusal(form, refusal=refusal)
    errors = report.errors if report else ()
    kinds = group_errors(errors)[:_MOST_KINDS] if len(errors) > MOST_TOLD else ()
    context = {"form": form, "report": report, "errors": errors[:_MOST_ERRORS], "kinds": kinds}
    return draw_page(request, template="console/imports.html", title="Import", context=context)


def _import(request: HttpRequest, form: ImportForm) -> ImportReport:
    given = form.cleaned_data
    with _on_disk(given["file"]) as path:
        return import_file(
            given["kind"],
            path=path,
            seller_code=given["seller"].code if given["seller"] else "",
            skip_invalid=given["skip_invalid"],
            at=now(),
            actor=get_actor(request),
        )


@contextmanager
def _on_disk(file: UploadedFile[bytes]) -> Iterator[Path]:
    """The file under its own name, which errors tell."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(file.name or "").name or "file")
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        yield path
