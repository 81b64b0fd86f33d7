"""From view to PDF: typst with one compiler a thread, kept for the life of the process.

The same view gives the same bytes: nothing of the clock goes in (the time written in the file is the start of the
document's date), and nothing of the machine unless the shipped fonts lack a character. typst computes outside the
interpreter lock, so that threads render side by side.
"""

import json
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from typst import PDFStandard

from tallystick.documents.core.view import DocumentView
from tallystick.documents.rendering.sheet import compose_sheet

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FONTS = TEMPLATES.parent / "fonts"
THREADS = 2

#: Archivable with all structure (PDF/A-3a) and accessible (PDF/UA-1).
ARCHIVABLE: "list[PDFStandard]" = ["a-3a", "ua-1"]
_UNKNOWN_CHARACTER = "could not be displayed"

_thread = threading.local()


def render_document_pdf(view: DocumentView) -> bytes:
    """The PDF of one document, PDF/A-3a and PDF/UA-1; about 10 ms. May be called from any thread.

    A character that the shipped fonts lack (Chinese, emoji) is looked for in the fonts of the machine. Where they lack
    it too, it prints as a box in a plain PDF: an invoice that can't be archived is better than none.
    """
    sheet = json.dumps(compose_sheet(view), ensure_ascii=False)
    written_at = datetime.combine(view.invoice_on, time(), tzinfo=UTC)
    try:
        return _compile(sheet, written_at, has_machine_fonts=False, standards=ARCHIVABLE)
    except typst.TypstError as error:
        _refuse_other(error)
    try:
        return _compile(sheet, written_at, has_machine_fonts=True, standards=ARCHIVABLE)
    except typst.TypstError as error:
        _refuse_other(error)
    return _compile(sheet, written_at, has_machine_fonts=True, standards=[])


def render_documents(views: Iterable[DocumentView]) -> Iterator[bytes]:
    """The PDFs of many documents, in their order, rendered on two threads a few documents ahead of the reader.

    Takes views as they come and keeps no more than eight PDFs, so that any number of documents needs the same memory.
    """
    with ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="render") as threads:
        ahead: deque[Future[bytes]] = deque()
        try:
            for view in views:
                ahead.append(threads.submit(render_document_pdf, view))
                if len(ahead) >= 4 * THREADS:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


def _compile(sheet: str, written_at: datetime, *, has_machine_fonts: bool, standards: "list[PDFStandard]") -> bytes:
    pdf = _get_compiler(has_machine_fonts=has_machine_fonts).compile(
        sys_inputs={"sheet": sheet}, format="pdf", pdf_standards=standards, timestamp=written_at
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst made no PDF, but {type(pdf).__name__}")
    return pdf


def _get_compiler(*, has_machine_fonts: bool) -> typst.Compiler:
    """This thread's compiler: one can't be shared by two threads at the same time."""
    compilers: dict[bool, typst.Compiler] = _thread.__dict__.setdefault("compilers", {})
    if has_machine_fonts not in compilers:
        compilers[has_machine_fonts] = typst.Compiler(
            str(TEMPLATES / "invoice.typ"),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)],
            ignore_system_fonts=not has_machine_fonts,
        )
    return compilers[has_machine_fonts]


def _refuse_other(error: typst.TypstError) -> None:
    if _UNKNOWN_CHARACTER not in error.message:
        raise error
