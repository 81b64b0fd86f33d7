"""The pages themselves: read back from the PDF."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import typst
from pypdf import PdfReader

from tallystick.documents.core.languages.chosen import LANGUAGES
from tallystick.documents.core.view import DocumentView, LineGroup
from tallystick.documents.rendering import render
from tallystick.documents.rendering.render import render_document_pdf, render_documents
from tests.unit.documents.conftest import BAKERY, MakeLine, MakeView

A4_HEIGHT = 841.89


def _read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def _read_text(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in _read(pdf).pages)
    return " ".join(text.replace("\u00a0", " ").replace("\u2009", " ").split())


@pytest.fixture
def long_view(make_view: MakeView, make_line: MakeLine) -> DocumentView:
    """An invoice of three subscriptions with twenty lines each."""
    groups = (
        LineGroup("Mobile Team", f"SUB-{n}", tuple(make_line(f"SIM {n}-{i}", net_minor=1500) for i in range(20)))
        for n in range(3)
    )
    return make_view(groups=tuple(groups))


@pytest.mark.rule("DEM-64")
def test_a_finance_department_finds_all_that_it_books(make_view: MakeView, make_line: MakeLine) -> None:
    text = _read_text(render_document_pdf(make_view(make_line(share_days=(14, 31), net_minor=2235))))
    for expected in (
        "Invoice NWF-2026-000101",
        "22 November 2026",
        "22 December 2026",
        "Bakkerij De Gouden Aar Dorpsstraat 12 3511 AB Utrecht",
        "PO-2026-881",
        "NL812345678B01",
        "Business Fiber",
        "Subscription SUB-7781",
        "1–31 Dec 2026",
        "14/31 days",
        "Total excluding VAT 22.35",
        "VAT 21% 22.35 4.69",
        "Total 27.04 EUR",
        "NL91 ABNA 0417 1643 00",
        "RF33 NWF2 0260 0010 1",
        "Page 1 of 1",
    ):
        assert expected in text


def test_how_to_pay_stands_in_the_first_third_of_page_one(make_view: MakeView) -> None:
    heights: dict[str, float] = {}

    def note(text: str, cm: list[float], tm: list[float], *_font: object) -> None:
        heights.setdefault(text.strip().replace("\u00a0", " "), tm[4] * cm[1] + tm[5] * cm[3] + cm[5])

    _read(render_document_pdf(make_view())).pages[0].extract_text(visitor_text=note)
    lowest = A4_HEIGHT * 2 / 3
    for text in ("59.90 EUR", "22 December 2026", "NL91 ABNA 0417 1643 00", "RF33 NWF2 0260 0010 1"):
        assert heights[text] > lowest, text


def test_the_same_view_gives_the_same_bytes(make_view: MakeView) -> None:
    first = render_document_pdf(make_view())
    render_document_pdf(make_view(number="NWF-2026-000102"))
    assert render_document_pdf(make_view()) == first
    assert render_document_pdf(make_view(number="NWF-2026-000102")) != first


def test_the_file_carries_the_documents_date_not_the_clocks(make_view: MakeView) -> None:
    information: Any = _read(render_document_pdf(make_view(invoice_on=date(2019, 2, 28)))).metadata
    assert information["/CreationDate"] == information["/ModDate"] == "D:20190228000000Z"


def test_the_file_is_archivable_and_accessible(make_view: MakeView) -> None:
    catalog: Any = _read(render_document_pdf(make_view(language="nl"))).root_object
    metadata = catalog["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("nl")


def test_a_long_invoice_repeats_titles_and_counts_its_pages(long_view: DocumentView) -> None:
    pages = [page.extract_text() for page in _read(render_document_pdf(long_view)).pages]
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of 2" in page
        assert "Description" in page
        assert "Amount in EUR" in page
    assert "NWF-2026-000101" in pages[1]
    assert sum(page.count("SUB-1") for page in pages) == 2  # the subscription that is torn apart says so on both pages


def test_every_line_is_printed_once(long_view: DocumentView) -> None:
    words = _read_text(render_document_pdf(long_view)).split()
    assert [words.count(f"{n}-{i}") for n in range(3) for i in range(20)] == [1] * 60


def test_a_draft_is_marked_on_every_page(long_view: DocumentView) -> None:
    pages = _read(render_document_pdf(replace(long_view, status="draft", number=""))).pages
    assert ["DRAFT" in page.extract_text() for page in pages] == [True, True]
    assert "DRAFT" not in _read_text(render_document_pdf(long_view))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_prints_its_own_words(make_view: MakeView, make_line: MakeLine, language: str) -> None:
    words = LANGUAGES[language]
    line = make_line(treatment="outside_scope", tax_rate=Decimal(0))
    text = _read_text(render_document_pdf(make_view(line, language=language)))
    legal = words.treatments["outside_scope"].legal_text  # type: ignore[index]
    for expected in (words.kinds["invoice"].title, words.due_on, words.table.vat_summary, legal):
        assert " ".join(expected.split()) in text


def test_references_are_printed_letter_by_letter(make_view: MakeView) -> None:
    # Inter would print the x of "4x2" as a multiplication sign: then two signs of the font would stand for an x.
    page: Any = _read(render_document_pdf(make_view(buyer=replace(BAKERY, reference="text 4x2Lk")))).pages[0]
    regular = next(f.get_object() for f in page["/Resources"]["/Font"].values() if "Regular" in str(f["/BaseFont"]))
    assert regular["/ToUnicode"].get_data().count(b"<0078>") == 1


def test_a_name_in_any_script_is_no_reason_to_print_nothing(make_view: MakeView) -> None:
    text = _read_text(render_document_pdf(make_view(buyer=replace(BAKERY, name="Ελληνικά Кириллица 日本 😀"))))
    assert "Ελληνικά Кириллица" in text
    assert "59.90 EUR" in text


def test_the_shipped_fonts_are_the_ones_printed(make_view: MakeView) -> None:
    page: Any = _read(render_document_pdf(make_view())).pages[0]
    fonts = page["/Resources"]["/Font"]
    names = {font.get_object()["/BaseFont"].split("+")[1].split("-Identity")[0] for font in fonts.values()}
    assert names == {"Inter-Regular", "Inter-SemiBold"}


def test_a_mistake_in_a_template_is_not_taken_for_a_missing_character(
    make_view: MakeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "compose_sheet", lambda _view: {"language": "en"})
    with pytest.raises(typst.TypstError, match="accent"):
        render_document_pdf(make_view())


def test_threads_may_render_at_the_same_time(make_view: MakeView) -> None:
    views = [make_view(number=f"NWF-{n:04d}") for n in range(12)]
    barrier = threading.Barrier(4, timeout=30)

    def render_after_all_are_here(part: list[DocumentView]) -> list[bytes]:
        barrier.wait()
        return [render_document_pdf(view) for view in part]

    with ThreadPoolExecutor(4) as threads:
        parts = list(threads.map(render_after_all_are_here, [views[n::4] for n in range(4)]))
    assert [parts[n % 4][n // 4] for n in range(12)] == [render_document_pdf(view) for view in views]


def test_many_documents_come_in_their_order_and_are_read_as_they_are_needed(make_view: MakeView) -> None:
    read: list[int] = []

    def list_views() -> Iterator[DocumentView]:
        for number in range(30):
            read.append(number)
            yield make_view(number=f"NWF-{number:04d}")

    pdfs = render_documents(list_views())
    assert "NWF-0000" in _read_text(next(pdfs))
    assert len(read) < 12
    assert ["NWF-00" in _read_text(pdf) for pdf in pdfs] == [True] * 29
    assert read == list(range(30))


def test_a_view_that_fails_stops_the_rest(make_view: MakeView) -> None:
    views = [make_view(), make_view(currency="XXX"), make_view()]
    with pytest.raises(Exception, match="XXX"):
        list(render_documents(views))
