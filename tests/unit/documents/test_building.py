"""Views from rows: lines by subscription, VAT numbers, what is open."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tallystick.documents.core.building import (
    DocumentHead,
    LineRow,
    TaxLineRow,
    build_view,
    group_lines,
    list_vat_numbers,
)
from tallystick.documents.core.view import Address, BuyerBlock, DocumentView, PaymentTerms, SellerBlock, TaxRow


def _row(description: str, *, subscription_id: int | None = 1, **others: Any) -> LineRow:
    given = {
        "subscription_id": subscription_id,
        "plan_name": f"Plan {subscription_id}" if subscription_id else "",
        "subscription_reference": f"S-{subscription_id}" if subscription_id else "",
        "kind": "recurring",
        "description": description,
        "period_start_on": date(2026, 11, 1),
        "period_end_on": date(2026, 12, 1),
        "quantity": Decimal(1),
        "unit_price": Decimal(10),
        "part_days": 0,
        "full_days": 0,
        "percent": None,
        "percent_of_minor": 0,
        "net_minor": 1000,
        "treatment": "standard",
        "tax_rate": Decimal(21),
    }
    return LineRow(**{**given, **others})


def test_lines_stand_under_their_subscription_in_the_order_of_the_document() -> None:
    rows = [_row("a", subscription_id=7), _row("b", subscription_id=3), _row("c", subscription_id=7)]
    groups = group_lines(rows)
    assert [(group.plan_name, group.subscription_reference) for group in groups] == [
        ("Plan 7", "S-7"),
        ("Plan 3", "S-3"),
    ]
    assert [[line.description for line in group.lines] for group in groups] == [["a", "c"], ["b"]]
    assert [group.net_minor for group in groups] == [2000, 1000]


def test_lines_without_a_subscription_come_last() -> None:
    groups = group_lines([_row("manual", subscription_id=None), _row("seat", subscription_id=7)])
    assert [group.subscription_reference for group in groups] == ["S-7", ""]


@pytest.mark.rule("ZUO-32")
def test_a_share_is_told_in_days_and_a_whole_period_has_none() -> None:
    part, whole = group_lines([_row("part", part_days=14, full_days=31), _row("whole")])[0].lines
    assert (part.share_days, whole.share_days) == ((14, 31), None)


def test_a_group_tells_its_period_once_if_all_its_lines_share_it() -> None:
    other = (date(2026, 11, 20), date(2026, 12, 1))
    discount = _row("discount", kind="discount", period_start_on=other[0])
    assert group_lines([_row("a"), _row("b"), discount])[0].common_period == (date(2026, 11, 1), date(2026, 12, 1))
    assert group_lines([_row("a"), _row("b", period_start_on=other[0])])[0].common_period is None
    assert group_lines([_row("a"), _row("b", period_start_on=None)])[0].common_period is None


def test_the_seller_shows_the_vat_numbers_that_the_tax_is_accounted_for_under() -> None:
    tax_lines = [
        TaxLineRow("NL1", "standard", Decimal(21), 1000, 210),
        TaxLineRow("DE2", "standard", Decimal(19), 1000, 190),
        TaxLineRow("NL1", "reduced", Decimal(9), 1000, 90),
    ]
    assert list_vat_numbers(tax_lines) == ("NL1", "DE2")
    assert list_vat_numbers([TaxLineRow("", "not_registered", Decimal(0), 1000, 0)]) == ()


@pytest.fixture
def build() -> Callable[..., DocumentView]:
    """A view of a document of 10.00 + 2.10, with the head that matters."""

    def build(**head: Any) -> DocumentView:
        given = {
            "document_id": 1,
            "kind": "invoice",
            "status": "posted",
            "number": "INV-1",
            "language": "nl",
            "currency": "EUR",
            "invoice_on": date(2026, 11, 22),
            "due_on": date(2026, 12, 22),
            "net_minor": 1000,
            "tax_minor": 210,
            "gross_minor": 1210,
            "settled_minor": 0,
            "difference_minor": 0,
        }
        return build_view(
            DocumentHead(**{**given, **head}),
            seller=SellerBlock("Acme", Address()),
            buyer=BuyerBlock("Buyer", Address()),
            lines=[_row("seat")],
            tax_lines=[TaxLineRow("NL1", "standard", Decimal(21), 1000, 210)],
            payment=PaymentTerms("automatic"),
        )

    return build


@pytest.mark.rule("UNI-4")
def test_figures_and_dates_are_those_of_the_document(build: Callable[..., DocumentView]) -> None:
    view = build()
    assert (view.net_minor, view.tax_minor, view.gross_minor) == (1000, 210, 1210)
    assert (view.number, view.invoice_on, view.due_on) == ("INV-1", date(2026, 11, 22), date(2026, 12, 22))
    assert view.tax_rows == (TaxRow("standard", Decimal(21), 1000, 210),)


@pytest.mark.parametrize(
    ("head", "open_minor"),
    [
        ({}, 1210),
        ({"settled_minor": 1000}, 210),
        ({"settled_minor": 1208, "difference_minor": 2}, 0),
        ({"status": "draft", "number": ""}, 1210),
        ({"status": "voided"}, 0),
        ({"status": "canceled", "number": ""}, 0),
        ({"kind": "credit_note"}, 0),
    ],
)
def test_what_is_open(build: Callable[..., DocumentView], head: dict[str, Any], open_minor: int) -> None:
    assert build(**head).open_minor == open_minor
