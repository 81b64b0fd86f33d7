"""Views for the tests of documents: a Dutch seller's invoice for one fiber line, unless a test says otherwise."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tallystick.documents.core.view import (
    Address,
    BankTransfer,
    BuyerBlock,
    DocumentView,
    LineGroup,
    PaymentTerms,
    SellerBlock,
    TaxRow,
    ViewLine,
)
from tallystick.taxes.core.computation import tax_on

MakeLine = Callable[..., ViewLine]
MakeView = Callable[..., DocumentView]

NORTHWIND = SellerBlock(
    legal_name="Northwind Fiber B.V.",
    address=Address("Keizersgracht 241", "1016 EA", "Amsterdam", "NL"),
    registration_number="34123456",
    vat_numbers=("NL812345678B01",),
    email="billing@northwind.example",
    brand_color="#0b7a75",
)
BAKERY = BuyerBlock(
    name="Bakkerij De Gouden Aar",
    address=Address("Dorpsstraat 12", "3511 AB", "Utrecht", "NL"),
    account_reference="ACC-10042",
    reference="PO-2026-881",
)
BANK = BankTransfer("Northwind Fiber B.V.", "NL91ABNA0417164300", "ABNANL2A")
DECEMBER = (date(2026, 12, 1), date(2027, 1, 1))


def _make_line(description: str = "Fiber 500 Mbit/s", *, net_minor: int = 4950, **others: Any) -> ViewLine:
    start_on, end_on = others.pop("period", DECEMBER) or (None, None)
    given = {
        "kind": "recurring",
        "quantity": Decimal(1),
        "unit_price": Decimal(net_minor).scaleb(-2),
        "tax_rate": Decimal("21.000"),
        "treatment": "standard",
        "period_start_on": start_on,
        "period_end_on": end_on,
    }
    return ViewLine(description=description, net_minor=net_minor, **{**given, **others})


def _make_view(*lines: ViewLine, **others: Any) -> DocumentView:
    groups = others.pop("groups", (LineGroup("Business Fiber", "SUB-7781", lines or (_make_line(),)),))
    nets: dict[tuple[str, Decimal], int] = {}
    for line in (line for group in groups for line in group.lines):
        nets[line.treatment, line.tax_rate] = nets.get((line.treatment, line.tax_rate), 0) + line.net_minor
    tax_rows = tuple(TaxRow(*key, net, tax_on(net, rate=key[1])) for key, net in sorted(nets.items()))
    net_minor, tax_minor = sum(nets.values()), sum(row.tax_minor for row in tax_rows)
    given = {
        "kind": "invoice",
        "status": "posted",
        "number": "NWF-2026-000101",
        "language": "en",
        "currency": "EUR",
        "invoice_on": date(2026, 11, 22),
        "due_on": date(2026, 12, 22),
        "seller": NORTHWIND,
        "buyer": BAKERY,
        "payment": PaymentTerms("remittance", BANK),
        "groups": groups,
        "tax_rows": tax_rows,
        "net_minor": net_minor,
        "tax_minor": tax_minor,
        "gross_minor": net_minor + tax_minor,
    }
    return DocumentView(**{**given, **others})


@pytest.fixture(scope="session")
def make_line() -> MakeLine:
    """Make a line from what matters in a test; `period=None` for a line without one."""
    return _make_line


@pytest.fixture(scope="session")
def make_view() -> MakeView:
    """Make the view of a document with these lines, its tax and totals added up."""
    return _make_view
