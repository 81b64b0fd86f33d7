"""Many PDFs into one file for the printer."""

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from tallystick.documents.core.view import DocumentView, LineGroup, PaymentTerms
from tallystick.documents.rendering.merging import merge_pdfs
from tallystick.documents.rendering.render import render_document_pdf
from tallystick.errors import InvariantBroken
from tests.unit.documents.conftest import MakeLine, MakeView


def _merge(*pdfs: bytes) -> tuple[int, PdfReader]:
    file = io.BytesIO()
    pages = merge_pdfs(pdfs, into=file)
    return pages, PdfReader(file, strict=True)


@pytest.fixture
def long_view(make_view: MakeView, make_line: MakeLine) -> DocumentView:
    """An invoice of several pages."""
    return make_view(groups=(LineGroup("Plan", "S-1", tuple(make_line(f"SIM {i}") for i in range(500))),))


@pytest.mark.rule("ZUO-48")
def test_pages_follow_each_other_in_the_order_given(make_view: MakeView) -> None:
    pdfs = [render_document_pdf(make_view(number=f"NWF-{n:04d}")) for n in (3, 1, 2)]
    pages, reader = _merge(*pdfs)
    assert pages == len(reader.pages) == 3
    assert [f"NWF-{n:04d}" in page.extract_text() for n, page in zip((3, 1, 2), reader.pages, strict=True)] == [
        True
    ] * 3


def test_every_page_reads_as_it_did_alone(make_view: MakeView, long_view: DocumentView) -> None:
    pay_url = "https://pay.example/(12 0 R) 3 0 R"
    views = [make_view(), long_view, make_view(language="fr", payment=PaymentTerms("remittance", None, "", pay_url))]
    pdfs = [render_document_pdf(view) for view in views]
    alone = [page.extract_text() for pdf in pdfs for page in PdfReader(io.BytesIO(pdf)).pages]
    pages, reader = _merge(*pdfs)
    assert pages == len(alone) > 10
    assert [page.extract_text() for page in reader.pages] == alone
    last: Any = reader.pages[-1]
    assert last["/Annots"][0]["/A"]["/URI"] == pay_url


def test_every_document_keeps_its_own_page_numbers(make_view: MakeView, long_view: DocumentView) -> None:
    _, reader = _merge(render_document_pdf(make_view()), render_document_pdf(long_view))
    texts = [page.extract_text() for page in reader.pages]
    assert "Page 1 of 1" in texts[0]
    assert f"Page 1 of {len(texts) - 1}" in texts[1]


def test_what_no_page_needs_is_left_behind(make_view: MakeView) -> None:
    pdf = render_document_pdf(make_view())
    _, reader = _merge(*[pdf] * 5)
    assert "/StructTreeRoot" not in reader.root_object
    assert len(reader.xref[0]) < 5 * len(PdfReader(io.BytesIO(pdf)).xref[0]) / 2


def test_nothing_merged_is_an_empty_file() -> None:
    pages, reader = _merge()
    assert pages == len(reader.pages) == 0


def test_a_pdf_from_elsewhere_is_refused() -> None:
    foreign = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(foreign)
    with pytest.raises(InvariantBroken):
        merge_pdfs([foreign.getvalue()], into=io.BytesIO())
