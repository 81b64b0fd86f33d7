"""Draws of an account, and the statements that ask for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode, SellerQuery
from tallystick.interfaces.api.schemas import Body, Id
from tallystick.invoicing.operations.start_statements import start_statements
from tallystick.invoicing.queries import draws, statements
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_POST, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Draws and statements"])
DRAWS, STATEMENT_RUNS = "draws", "statement-runs"


class DrawQuery(Schema):
    """Which of them."""

    is_unbilled: bool = Field(False, description="only what no document asks for yet and was not taken back")


class AccountDraw(Schema):
    """A charge taken on an account before it is asked for. One that takes another back is its opposite."""

    id: int
    run_id: int | None
    drawn_on: date
    statement_month_on: date = Field(description="first day of the month whose statement asks for it")
    description: str
    period_start_on: date | None
    period_end_on: date | None = Field(description="first day that it does not cover")
    net_minor: int
    tax_minor: int
    gross_minor: int
    tax_rate: str
    revenue_code: str
    reverses_id: int | None
    reason: str
    statement_id: int | None = Field(description="the document that asks for it")


class StatementRun(Schema):
    """The statements of one seller for one month."""

    id: int
    seller: str = Field(validation_alias="seller.code")
    month_on: date
    invoice_on: date
    status: Literal["running", "completed"]
    documents: int
    accounts: int
    failed: dict[str, str] = Field(description="external id of an account -> why it has no statement")
    created_by: str
    created_at: datetime
    completed_at: datetime | None


class NewStatementRun(Body):
    """Which month; null is the last one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month_on": None}]})

    seller: SellerCode = ""
    month_on: date | None = Field(None, description="any day of the month")


@router.get("/accounts/{account_id}/draws", response=Page[AccountDraw], auth=Needs(RECORDS_READ))
def list_account_draws(
    request: HttpRequest, account_id: Path[Id], which: Query[DrawQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """What was drawn on an account."""
    account = get_account_by_id(account_id)
    rows = draws.list_draws(
        account_id=account.pk,
        is_unbilled=which.is_unbilled,
        after_id=read_cursor(paging, of=DRAWS),
        limit=paging.limit + 1,
    )
    return make_page([_show(row) for row in rows], paging=paging, of=DRAWS, get_id=lambda row: row["id"])


@router.get("/statement-runs", response=Page[StatementRun], auth=Needs(RECORDS_READ))
def list_statement_runs(request: HttpRequest, which: Query[SellerQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Months whose statements were made."""
    rows = statements.list_statement_runs(
        seller_id=get_seller(which.seller).pk if which.seller else None,
        after_id=read_cursor(paging, of=STATEMENT_RUNS),
        limit=paging.limit + 1,
    )
    return make_page(rows, paging=paging, of=STATEMENT_RUNS, get_id=lambda run: run.pk)


@router.post("/statement-runs", response={202: StatementRun}, auth=Needs(BILL_RUNS_POST))
def create_statement_run(request: HttpRequest, body: NewStatementRun) -> object:
    """Make what is missing of a month's statements, dated the first of the month after. A worker posts them.

    The business clock does it by itself on that day; asked for again, there is still one statement each.
    """
    seller = get_seller(body.seller)
    return start_statements(seller, month_on=body.month_on, at=clock.now(), actor=get_actor(request))


@router.get("/statement-runs/{statement_run_id}", response=StatementRun, auth=Needs(RECORDS_READ))
def get_statement_run(request: HttpRequest, statement_run_id: Path[Id]) -> object:
    """The statements of one month."""
    return statements.get_statement_run(statement_run_id)


def _show(draw: draws.DrawRow) -> dict[str, Any]:
    return {**draw._asdict(), "tax_rate": f"{draw.tax_rate.normalize():f}"}
