"""The payments rollup: what did arrive?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.files import CSV, answer_lines, describe_file
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.rollup_shapes import InvoiceReference
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Day, Row, Text40, Text80
from tallystick.interfaces.record_links import RecordLinks, get_site_address
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.payments import PaymentFilters
from tallystick.rollups.queries import payments
from tallystick.sellers.queries import get_seller

router = Router(tags=["Rollups"])
LIST = "payments-rollup"

Bucket = Literal["arrived", "open", "failed", "unknown"]
Way = Literal["saved_method", "page", "transfer"]
Status = Literal[
    "created",
    "submitting",
    "unknown",
    "action_required",
    "processing",
    "succeeded",
    "failed",
    "canceled",
    "expired",
    "not_executed",
]


class PaymentsRollupQuery(Schema):
    """Which payments."""

    seller: SellerCode = ""
    month: Day | None = Field(None, description="any day of the month in which it arrived or was tried; null: all")
    bucket: Bucket | None = None
    status: Status | None = None
    way: Way | None = Field(None, description="page: paid by the customer on a page or by a link")
    gateway: Text40 = Field("", description="kind of gateway, such as mollie")
    account: Text80 = Field("", description="external id of an account, as it is written")
    without_invoice: bool = Field(False, description="only money of which a part has settled no invoice")
    search: Text80 = Field("", description="part of the account's id or name or of the reference, or an invoice number")


class PaymentsRollupRow(Row):
    """One charge or one transfer."""

    on: date = Field(description="when the money arrived, or of the try")
    at: datetime
    kind: str
    way: Way
    account_id: int
    account: str = Field(validation_alias="account_external_id", description="external id of the account")
    account_name: str
    amount_minor: int
    given_back_minor: int = Field(description="left again, by refunds or because a bank took it back")
    taken_back_minor: int = Field(description="of that, what banks took back")
    unused_minor: int = Field(description="has settled no invoice")
    currency: str
    bucket: Bucket
    status: Status
    gateway: str
    method_label: str
    reference: str
    dashboard_url: str = Field(description="leads to the charge at the gateway")
    failure_code: str
    why: str = Field(description="it stands where it stands, in plain words")
    next_step: str
    payment_id: int | None = Field(description="null while no money has arrived")
    invoices: list[InvoiceReference]


class PaymentsRollupTotal(Schema):
    """The payments of one currency in a bucket; the sum in minor units."""

    currency: str
    bucket: Bucket
    payments: int
    amount_minor: int
    given_back_minor: int
    unused_minor: int


@router.get("/rollups/payments", response=Page[PaymentsRollupRow], auth=Needs(ROLLUPS_READ))
def list_payments_rollup(
    request: HttpRequest, which: Query[PaymentsRollupQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """Every payment with its status, invoices and, if it failed, why; the newest day first."""
    after_id = read_cursor(paging, of=LIST)
    rows = payments.list_payments_rollup(**_read(request, which), after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.key)


@router.get("/rollups/payments/totals", response=list[PaymentsRollupTotal], auth=Needs(ROLLUPS_READ))
def sum_payments_rollup(request: HttpRequest, which: Query[PaymentsRollupQuery]) -> list[dict[str, Any]]:
    """The sums over all payments that the filters leave, by currency and bucket."""
    return [total._asdict() for total in payments.compute_payment_totals(**_read(request, which))]


@router.get("/rollups/payments.csv", auth=Needs(ROLLUPS_READ), openapi_extra=describe_file(CSV))
def download_payments_rollup(request: HttpRequest, which: Query[PaymentsRollupQuery]) -> StreamingHttpResponse:
    """The whole rollup as CSV."""
    link = RecordLinks(get_site_address(request)).of_payment
    return answer_lines(payments.write_payments_csv(**_read(request, which), link=link), name="payments-rollup.csv")


def _read(request: HttpRequest, which: PaymentsRollupQuery) -> dict[str, Any]:
    seller = get_seller(which.seller)
    return {
        "seller": seller,
        "as_of": clock.today(seller.time_zone),
        "filters": PaymentFilters(
            month=which.month,
            bucket=which.bucket or "",
            search=which.search,
            status=which.status or "",
            way=which.way or "",
            gateway=which.gateway,
            account_external_id=which.account,
            is_unused=which.without_invoice,
        ),
        "actor": get_actor(request),
    }
