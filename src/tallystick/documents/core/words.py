"""The words of a document in one language, and which language a document is written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from tallystick.taxes.core.treatment import Treatment


@dataclass(frozen=True, slots=True)
class KindWords:
    """What one kind of document is called, and how its number, date and total are."""

    title: str
    number: str
    issued_on: str
    amount: str


@dataclass(frozen=True, slots=True)
class TreatmentWords:
    """A VAT treatment in the VAT summary, and the sentence that the law wants about it ("" where it wants none)."""

    label: str
    legal_text: str = ""


@dataclass(frozen=True, slots=True)
class PaymentWords:
    """Everything said about paying. Braces are filled in: {date}, {method}, {number}."""

    how_to_pay: str
    transfer_by: str
    holder: str
    iban: str
    account_number: str
    bic: str
    reference: str
    reference_follows: str
    scan: str
    qr_alternative: str
    scan_online: str
    link_qr_alternative: str
    collected: str
    online: str
    ask_us: str
    credited: str
    settled: str
    nothing_to_pay: str
    withdrawn: str


@dataclass(frozen=True, slots=True)
class TableWords:
    """Headings of the tables and names of the sums. Braces are filled in: {currency}, {part}/{whole}, {amount}."""

    description: str
    quantity: str
    unit_price: str
    share: str
    days: str
    percent_of: str
    amount: str
    subscription: str
    other: str
    subtotal: str
    net_total: str
    total: str
    covered: str
    difference: str
    vat_summary: str
    rate: str
    taxable: str
    vat: str


@dataclass(frozen=True, slots=True)
class Words:
    """A language: its code, the locale of its numbers and dates, and all words of a document.

    `corrects` names what a note corrects, by its kind. Braces are filled in: {page}, {pages}, {number}, {date}.
    """

    code: str
    locale: str
    kinds: Mapping[str, KindWords]
    treatments: Mapping[Treatment, TreatmentWords]
    payment: PaymentWords
    table: TableWords
    due_on: str
    customer_number: str
    buyer_reference: str
    corrects: Mapping[str, str]
    corrected_document: str
    statement_of: str
    number_follows: str
    draft: str
    canceled: str
    vat_number: str
    registration_number: str
    page: str
    draft_subject: str
