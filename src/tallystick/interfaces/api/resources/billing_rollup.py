"""The billing rollup: what should each account pay?"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.files import CSV, answer_lines, describe_file
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.rollup_shapes import RollupAccount, RollupQuery
from tallystick.interfaces.api.schemas import Row, Text40
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.billing import BillingFilters
from tallystick.rollups.queries import billing
from tallystick.sellers.queries import get_seller

router = Router(tags=["Rollups"])
LIST = "billing-rollup"


class BillingRollupQuery(RollupQuery):
    """Which accounts, and of which month."""

    revenue_class: Text40 = Field("", description="free, trial, comped, paying, managed or unclassified")


class BillingRollupRow(Row):
    """One account, amounts in minor units of its currency."""

    account: RollupAccount
    plans: list[str] = Field(description="names of the plans of its running subscriptions")
    revenue_class: str = Field(
        validation_alias="revenue.revenue_class",
        description="free, trial, comped, paying, managed (no paid invoice covers today) or unclassified",
    )
    billing_state: str = Field(description="billed, partly_billed, not_billed_yet or nothing_due in the month")
    should_pay_minor: int | None = Field(description="asked for in the month; null while it is not billed yet")
    drafted_minor: int = Field(validation_alias="asked.drafted_minor", description="in drafts of the month")
    mrr_forecast_minor: int = Field(validation_alias="revenue.mrr_forecast_minor")
    mrr_confirmed_minor: int = Field(validation_alias="revenue.mrr_confirmed_minor")
    receivable_minor: int = Field(validation_alias="owed.receivable_minor", description="owed today, of any month")
    overdue_minor: int = Field(validation_alias="owed.overdue_minor")
    note: str = Field(description="why a value could not be told")


class RevenueClassCount(Schema):
    """How many accounts are in a revenue class."""

    revenue_class: str
    accounts: int


class BillingRollupTotal(Schema):
    """The sums in one currency, in minor units."""

    currency: str
    accounts: int
    managed_accounts: int
    not_billed_accounts: int = Field(description="not billed yet for the month")
    not_billed_mrr_minor: int = Field(description="what these are worth a month, before tax")
    should_pay_minor: int
    drafted_minor: int
    mrr_forecast_minor: int
    mrr_confirmed_minor: int
    receivable_minor: int
    overdue_minor: int
    classes: list[RevenueClassCount]


@router.get("/rollups/billing", response=Page[BillingRollupRow], auth=Needs(ROLLUPS_READ))
def list_billing_rollup(
    request: HttpRequest, which: Query[BillingRollupQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """What each account should pay in a month, by name."""
    after_id = read_cursor(paging, of=LIST)
    rows = billing.list_billing_rollup(**_read(request, which), after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.key)


@router.get("/rollups/billing/totals", response=list[BillingRollupTotal], auth=Needs(ROLLUPS_READ))
def sum_billing_rollup(request: HttpRequest, which: Query[BillingRollupQuery]) -> list[dict[str, Any]]:
    """The sums over all accounts that the filters leave, by currency."""
    totals = billing.compute_billing_totals(**_read(request, which))
    return [
        {
            **total._asdict(),
            "classes": [{"revenue_class": name, "accounts": accounts} for name, accounts in total.classes],
        }
        for total in totals
    ]


@router.get("/rollups/billing.csv", auth=Needs(ROLLUPS_READ), openapi_extra=describe_file(CSV))
def download_billing_rollup(request: HttpRequest, which: Query[BillingRollupQuery]) -> StreamingHttpResponse:
    """The whole rollup as CSV."""
    return answer_lines(billing.write_billing_csv(**_read(request, which)), name="billing-rollup.csv")


def _read(request: HttpRequest, which: BillingRollupQuery) -> dict[str, Any]:
    seller = get_seller(which.seller)
    as_of: date = clock.today(seller.time_zone)
    return {
        "seller": seller,
        "month": which.month or as_of,
        "as_of": as_of,
        "filters": BillingFilters(**which.model_dump(exclude={"seller", "month"})),
        "actor": get_actor(request),
    }
