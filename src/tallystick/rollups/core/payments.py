"""The payments rollup: what arrived, and what was tried. Rows, filters, totals."""

from datetime import date, datetime
from typing import NamedTuple

PAYMENTS_QUESTION = "What did arrive?"

SAVED_METHOD, PAGE, TRANSFER = "saved_method", "page", "transfer"

#: By which way a payment comes, with what a list calls it.
PAYMENT_WAYS: dict[str, str] = {
    SAVED_METHOD: "Saved payment method",
    PAGE: "Payment page or link",
    TRANSFER: "Bank transfer",
}


class PaymentFilters(NamedTuple):
    """Which payments; empty does not ask.

    `month` is any day of it: the month in which the money arrived, or, where it did not, was tried. `bucket` is one
    of BUCKETS, `status` of an attempt's states, `way` of PAYMENT_WAYS, `gateway` a gateway's kind; `search` a part of
    the account's id or name or of the reference, or an invoice's number. `is_unused`: money of which a part has
    settled no invoice.
    """

    month: date | None = None
    bucket: str = ""
    search: str = ""
    status: str = ""
    way: str = ""
    gateway: str = ""
    account_external_id: str = ""
    is_unused: bool = False


class InvoiceRef(NamedTuple):
    """An invoice that a payment was for, or that a gap is made of."""

    document_id: int
    number: str


class PaymentRow(NamedTuple):
    """One charge, or one transfer (DEM-57). Amounts in minor units of `currency`.

    `given_back_minor` of the amount has left again, by refunds and by what banks took back (`taken_back_minor` of it);
    `unused_minor` has settled no invoice. `on` is the day the money arrived, or that of the try. `status` is the
    attempt's own state, `succeeded` for a transfer. `dashboard_url` leads to the charge at the gateway.
    """

    key: int
    on: date
    at: datetime
    kind: str
    way: str
    account_id: int
    account_external_id: str
    account_name: str
    amount_minor: int
    given_back_minor: int
    taken_back_minor: int
    unused_minor: int
    currency: str
    bucket: str
    status: str
    gateway: str
    method_label: str
    reference: str
    dashboard_url: str
    failure_code: str
    why: str
    next_step: str
    payment_id: int | None
    attempt_id: int | None
    invoices: tuple[InvoiceRef, ...] = ()


class PaymentTotal(NamedTuple):
    """How many payments of one currency are in a bucket, and their sums in minor units."""

    currency: str
    bucket: str
    payments: int
    amount_minor: int
    given_back_minor: int = 0
    unused_minor: int = 0
