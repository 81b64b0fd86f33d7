"""The gap: why is what arrived not what was asked for?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router
from pydantic import Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.files import CSV, answer_lines, describe_file
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.rollup_shapes import InvoiceReference, RollupAccount, RollupQuery
from tallystick.interfaces.api.schemas import Row, Text40
from tallystick.interfaces.record_links import RecordLinks, get_site_address
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.gap import GapFilters
from tallystick.rollups.queries import gap
from tallystick.sellers.queries import get_seller

router = Router(tags=["Rollups"])
LIST = "gap"


class GapQuery(RollupQuery):
    """Which accounts, and of which month."""

    reason: Text40 = Field("", description="only accounts with this reason, such as charge_failed")


class GapReason(Row):
    """Some of a difference, in minor units, for one reason."""

    reason: str = Field(examples=["charge_failed"])
    amount_minor: int
    why: str
    next_step: str
    invoices: list[InvoiceReference]
    dashboard_url: str


class GapRow(Row):
    """One account, in minor units of its currency. The difference is the sum of its reasons."""

    account: RollupAccount
    expected_minor: int
    gateway_minor: int = Field(description="arrived by gateway")
    transfer_minor: int = Field(description="arrived by transfer")
    from_before_minor: int = Field(description="credit that was there before")
    difference_minor: int
    reasons: list[GapReason]


class GapReasonTotal(Row):
    """How many accounts have a reason, and what it comes to, in minor units."""

    reason: str
    accounts: int
    amount_minor: int


class GapTotal(Row):
    """The sums of one currency over all accounts that were asked for something, also those without a gap."""

    currency: str
    accounts: int
    accounts_with_gap: int
    expected_minor: int
    gateway_minor: int
    transfer_minor: int
    from_before_minor: int
    difference_minor: int
    reasons: list[GapReasonTotal]


@router.get("/rollups/gap", response=Page[GapRow], auth=Needs(ROLLUPS_READ))
def list_gap(request: HttpRequest, which: Query[GapQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Accounts with a gap in a month, by name, with every reason for it."""
    after_id = read_cursor(paging, of=LIST)
    rows = gap.list_gap(**_read(request, which), after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.key)


@router.get("/rollups/gap/totals", response=list[GapTotal], auth=Needs(ROLLUPS_READ))
def sum_gap(request: HttpRequest, which: Query[GapQuery]) -> object:
    """The sums over all accounts that the filters leave, by currency and reason."""
    return gap.compute_gap_totals(**_read(request, which))


@router.get("/rollups/gap.csv", auth=Needs(ROLLUPS_READ), openapi_extra=describe_file(CSV))
def download_gap(request: HttpRequest, which: Query[GapQuery]) -> StreamingHttpResponse:
    """Accounts with a gap as CSV, a line a reason, with a link to the page that explains it."""
    link = RecordLinks(get_site_address(request)).of_gap
    return answer_lines(gap.write_gap_csv(**_read(request, which), link=link), name="gap.csv")


def _read(request: HttpRequest, which: GapQuery) -> dict[str, Any]:
    seller = get_seller(which.seller)
    as_of: date = clock.today(seller.time_zone)
    return {
        "seller": seller,
        "month": which.month or as_of,
        "as_of": as_of,
        "filters": GapFilters(**which.model_dump(exclude={"seller", "month"})),
        "actor": get_actor(request),
    }
