"""The accounts in a bill run: which were drafted, which were not and why; drop one, or draft it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.invoices import InvoiceSummary
from tallystick.interfaces.api.schemas import Body, Id, Reason, Row
from tallystick.invoicing.core.risks import WEIGHTS
from tallystick.invoicing.operations.drop_account import drop_account as drop
from tallystick.invoicing.operations.drop_account import regenerate_account as regenerate
from tallystick.invoicing.queries import lists, reviews, runs
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_EDIT, RECORDS_READ

router = Router(tags=["Bill runs"])
RISKS, DIFFERENCES = "risks", "differences"
LIST = "bill-run-accounts"
LARGEST_FIRST = 100

AccountStatus = Literal[
    "due",
    "drafted",
    "drawn",
    "nothing_due",
    "failed",
    "not_renewed",
    "dropped",
    "awaiting_funds",
    "posted",
    "caught_up",
]


class RunAccountQuery(Schema):
    """Which of them."""

    status: AccountStatus | None = None


class AccountDrop(Body):
    """Why an account is dropped."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "disputed, billed next month"}]})

    reason: Reason


class RunAccount(Row):
    """An account in a run."""

    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    name: str = Field(validation_alias="account.name")
    status: AccountStatus
    reason: str = Field(description="why it was not drafted, if it was not")


class AccountCount(Schema):
    """How many accounts of a run are in a state."""

    status: AccountStatus
    accounts: int


class RiskReason(Schema):
    """Why an account should be looked at."""

    code: str = Field(examples=[*WEIGHTS])
    words: str


class ReviewedAccount(Schema):
    """An account that stands out, or whose bill differs from the run before. Amounts are gross, null: no bill."""

    account_id: int
    account: str = Field(description="external id of the account")
    name: str
    weight: int = Field(description="how urgent its reasons are together")
    reasons: list[RiskReason]
    currency: str
    gross_minor: int | None
    previous_gross_minor: int | None = Field(description="in the run before")
    change: Literal["", "new", "missing", "up", "down", "tax_changed"]
    change_basis_points: int | None = Field(description="hundredths of a percent of the amount before")


class DifferenceQuery(Schema):
    """Which of them."""

    change: Literal["new", "missing", "up", "down", "tax_changed"] | None = None
    at_least_percent: int = Field(0, ge=0, le=1_000_000, description="what went up or down by less is left out")


class DifferenceCount(Schema):
    """How many accounts differ in one way."""

    change: str
    accounts: int


class Review(Schema):
    """What to look at before a run is posted."""

    is_reviewed: bool = Field(description="whether risks and differences are written down yet")
    differences: list[DifferenceCount]
    risks: list[ReviewedAccount] = Field(description=f"at most {LARGEST_FIRST}, most urgent first")

    accounts: list[AccountCount]
    largest_invoices: list[InvoiceSummary] = Field(description=f"at most {LARGEST_FIRST}, largest first")


@router.get("/bill-runs/{run_id}/accounts", response=Page[RunAccount], auth=Needs(RECORDS_READ))
def list_bill_run_accounts(
    request: HttpRequest, run_id: Path[Id], which: Query[RunAccountQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """The accounts of a run, by id; with `status=failed` those that need someone to look."""
    after_id = read_cursor(paging, of=LIST)
    run = lists.get_run(run_id)
    rows = lists.list_run_accounts(run.pk, status=which.status, after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.account_id)


@router.get("/bill-runs/{run_id}/review", response=Review, auth=Needs(RECORDS_READ))
def review_bill_run(request: HttpRequest, run_id: Path[Id]) -> dict[str, Any]:
    """What a spot-check starts with."""
    run = lists.get_run(run_id)
    return {
        "accounts": runs.count_run_accounts(run.pk),
        "is_reviewed": run.is_reviewed,
        "differences": [each._asdict() for each in reviews.count_differences(run.pk)],
        "risks": [_show_reviewed(each) for each in reviews.list_risky_accounts(run.pk)[:LARGEST_FIRST]],
        "largest_invoices": list(runs.list_run_documents(run.pk)[:LARGEST_FIRST]),
    }


@router.get("/bill-runs/{run_id}/risks", response=Page[ReviewedAccount], auth=Needs(RECORDS_READ))
def list_bill_run_risks(request: HttpRequest, run_id: Path[Id], paging: Query[Paging]) -> dict[str, Any]:
    """Accounts to be looked at before posting, most urgent first."""
    rows = reviews.list_risky_accounts(lists.get_run(run_id).pk, after_account_id=read_cursor(paging, of=RISKS))
    return _show_page(rows[: paging.limit + 1], paging, of=RISKS)


@router.get("/bill-runs/{run_id}/differences", response=Page[ReviewedAccount], auth=Needs(RECORDS_READ))
def list_bill_run_differences(
    request: HttpRequest, run_id: Path[Id], which: Query[DifferenceQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """Accounts whose bill is new, missing, up, down or taxed otherwise than in the run before."""
    rows = reviews.list_differences(
        lists.get_run(run_id).pk,
        change=which.change or "",
        at_least_percent=which.at_least_percent,
        after_account_id=read_cursor(paging, of=DIFFERENCES),
    )
    return _show_page(rows[: paging.limit + 1], paging, of=DIFFERENCES)


def _show_page(rows: Iterable[Any], paging: Paging, *, of: str) -> dict[str, Any]:
    page = make_page(list(rows), paging=paging, of=of, get_id=lambda row: row.account_id)
    return {**page, "data": [_show_reviewed(each) for each in page["data"]]}


@router.post(
    "/bill-runs/{run_id}/accounts/{account_id}/drop",
    response={204: None},
    auth=Needs(BILL_RUNS_EDIT, is_key_required=True),
)
def drop_bill_run_account(request: HttpRequest, run_id: Path[Id], account_id: Path[Id], body: AccountDrop) -> None:
    """Take an account out of a completed run; what it was charged can be billed again."""
    run, account = lists.get_run(run_id), get_account_by_id(account_id)
    drop(run, account=account, reason=body.reason, at=clock.now(), actor=get_actor(request))


@router.post(
    "/bill-runs/{run_id}/accounts/{account_id}/regenerate",
    response={204: None},
    auth=Needs(BILL_RUNS_EDIT, is_key_required=True),
)
def regenerate_bill_run_account(request: HttpRequest, run_id: Path[Id], account_id: Path[Id]) -> None:
    """Draft an account of a completed run again from today's data, also one that was dropped or had failed."""
    run, account = lists.get_run(run_id), get_account_by_id(account_id)
    regenerate(run, account=account, at=clock.now(), actor=get_actor(request))


def _show_reviewed(row: Any) -> dict[str, Any]:
    names = ("account_id", "weight", "currency", "gross_minor", "previous_gross_minor", "change", "change_basis_points")
    return {
        **{name: getattr(row, name) for name in names},
        "account": row.account.external_id,
        "name": row.account.name,
        "reasons": [{"code": code, "words": words} for code, words in row.risks],
    }
