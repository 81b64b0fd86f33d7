"""How a print batch is ordered, cut and named."""

import pytest

from tallystick.delivery.core.batching import (
    Sheet,
    compose_document_name,
    compose_file_name,
    compose_member_name,
    cut,
    sort_for_printer,
)


@pytest.mark.rule("ZUO-48")
def test_printer_order_is_by_account_name_without_regard_to_case_then_by_number() -> None:
    sheets = [
        Sheet(1, 11, "delta", "INV-000004"),
        Sheet(2, 12, "Bakery", "INV-000003"),
        Sheet(3, 13, "alder", "INV-000009"),
        Sheet(4, 14, "Bakery", "INV-000001"),
    ]
    told = [(sheet.account_name, sheet.number) for sheet in sort_for_printer(sheets)]
    assert told == [
        ("alder", "INV-000009"),
        ("Bakery", "INV-000001"),
        ("Bakery", "INV-000003"),
        ("delta", "INV-000004"),
    ]


def test_files_of_a_zip_sort_by_name_into_printer_order() -> None:
    names = [compose_member_name(Sheet(1, 1, "a", "INV-9"), position=position) for position in (9, 10, 100)]
    assert names == sorted(names)
    assert names[0] == "000009-INV-9.pdf"


@pytest.mark.parametrize(
    ("number", "name"),
    [("INV-000017", "INV-000017.pdf"), ("INV/2026/17", "INV-2026-17.pdf"), ("../etc", "..-etc.pdf")],
)
def test_a_documents_file_has_a_name_that_any_disk_takes(number: str, name: str) -> None:
    assert compose_document_name(number) == name


def test_a_batch_is_named_after_its_seller_and_number() -> None:
    assert compose_file_name(seller_code="acme", number="PB-000012", file_format="zip") == "acme-PB-000012.zip"


def test_pieces_are_cut_in_order() -> None:
    assert list(cut([1, 2, 3, 4, 5], size=2)) == [[1, 2], [3, 4], [5]]
    assert list(cut([], size=2)) == []
