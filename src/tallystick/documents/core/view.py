"""All that a document's page shows, as one frozen value: no rows, no texts of a language, no formats.

Amounts are minor units of `currency`, unit prices major units, periods half-open. Whoever has a view can render it.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

INVOICE, CREDIT_NOTE, DEBIT_NOTE = "invoice", "credit_note", "debit_note"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a party is. `country` is an ISO 3166 code of two letters; any part may be empty."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class SellerBlock:
    """Who bills, in the wording of the profile that the document froze."""

    legal_name: str
    address: Address
    registration_number: str = ""
    vat_numbers: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    website: str = ""
    brand_color: str = ""
    footer_text: str = ""


@dataclass(frozen=True, slots=True)
class BuyerBlock:
    """Who is billed, as frozen; `account_reference` is the customer number, `reference` what the buyer asked to see."""

    name: str
    address: Address
    account_reference: str = ""
    vat_number: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A line, a discount too. `share_days` is (14, 31) where 14 of 31 days are billed, None for a whole period.

    A percentage discount says how many percent of which amount it takes. `formula` is how it came to its amount, where
    that is asked for.
    """

    kind: str
    description: str
    net_minor: int
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal
    treatment: str
    period_start_on: date | None = None
    period_end_on: date | None = None
    share_days: tuple[int, int] | None = None
    percent: Decimal | None = None
    percent_of_minor: int = 0
    formula: str = ""

    @property
    def period(self) -> tuple[date, date] | None:
        """Its half-open service period, None where it has none."""
        if self.period_start_on is None or self.period_end_on is None:
            return None
        return self.period_start_on, self.period_end_on


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The lines of one subscription, in their order; both names empty for lines that belong to none."""

    plan_name: str
    subscription_reference: str
    lines: tuple[ViewLine, ...]

    @property
    def net_minor(self) -> int:
        """Sum of its lines before tax."""
        return sum(line.net_minor for line in self.lines)

    @property
    def common_period(self) -> tuple[date, date] | None:
        """The period of all its lines, discounts left aside; None where they differ or one has none."""
        periods = {line.period for line in self.lines if line.kind != "discount"}
        return periods.pop() if len(periods) == 1 else None


@dataclass(frozen=True, slots=True)
class TaxRow:
    """Tax of one treatment and rate (percent), as the document states it."""

    treatment: str
    tax_rate: Decimal
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """The seller's bank account for the document's currency. `iban` may be another kind of account number."""

    holder: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """By which ways this document may be paid. `method_label` names the saved method, such as "Visa •••• 4242".

    `page_url` is where it can be seen without signing in, `pay_url` the same where it can be paid there too.
    """

    collection_method: str
    bank: BankTransfer | None = None
    method_label: str = ""
    pay_url: str = ""
    page_url: str = ""


@dataclass(frozen=True, slots=True)
class CorrectedDocument:
    """What a note corrects (article 219, Directive 2006/112/EC: it refers to the invoice unambiguously)."""

    kind: str
    number: str
    invoice_on: date


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document. A draft has no number; `settled_minor` is what payments and credits have covered so far.

    What was written off stays asked for: giving up hope in the books releases nobody. A difference within tolerance
    is not asked for. A statement names the month whose draws it asks for.
    """

    kind: str
    status: str
    number: str
    language: str
    currency: str
    invoice_on: date
    due_on: date
    seller: SellerBlock
    buyer: BuyerBlock
    groups: tuple[LineGroup, ...]
    tax_rows: tuple[TaxRow, ...]
    net_minor: int
    tax_minor: int
    gross_minor: int
    settled_minor: int = 0
    difference_minor: int = 0
    payment: PaymentTerms = field(default_factory=lambda: PaymentTerms("remittance"))
    corrects: CorrectedDocument | None = None
    statement_month_on: date | None = None

    @property
    def is_draft(self) -> bool:
        """Whether it is not issued: it then has no number and asks for nothing yet."""
        return self.status == "draft"

    @property
    def is_credit(self) -> bool:
        """Whether it gives money back instead of asking for it."""
        return self.kind == CREDIT_NOTE

    @property
    def open_minor(self) -> int:
        """What is still to be paid; of a draft what it will ask for. 0 for credit notes and what is withdrawn."""
        if self.is_credit or self.status not in ("draft", "posted"):
            return 0
        return self.gross_minor - self.settled_minor - self.difference_minor
