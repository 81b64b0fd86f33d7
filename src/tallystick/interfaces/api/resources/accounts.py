"""Accounts: whom we bill, on which terms, and what they owe."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from tallystick.accounts import queries
from tallystick.accounts.operations.assign_manager import assign_manager
from tallystick.accounts.operations.change_account import change_account as change
from tallystick.accounts.operations.close_account import close_account as close
from tallystick.accounts.operations.close_account import reopen_account as reopen
from tallystick.accounts.operations.create_account import create_account as create
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.account_shapes import (
    Account,
    AccountChange,
    AccountQuery,
    AccountSummary,
    Balance,
    Closing,
    ManagerChange,
    NewAccount,
)
from tallystick.interfaces.api.schemas import Id
from tallystick.ledger.queries.balances import find_balance
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import ACCOUNTS_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Accounts"])
LIST = "accounts"


@router.get("/accounts", response=Page[AccountSummary], auth=Needs(RECORDS_READ))
def list_accounts(request: HttpRequest, which: Query[AccountQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Accounts."""
    asked = which.model_dump(exclude={"seller"})
    filters = queries.AccountFilters(seller_id=get_seller(which.seller).pk if which.seller else None, **asked)
    rows = queries.list_accounts(filters=filters, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda account: account.pk)


@router.post("/accounts", response={201: Account}, auth=Needs(ACCOUNTS_WRITE))
def create_account(request: HttpRequest, body: NewAccount) -> dict[str, Any]:
    """Open an account. Its currency can't change later."""
    seller = get_seller(body.seller)
    new = body.as_account(currency=seller.currency)
    account = create(seller, account=new, at=clock.now(), actor=get_actor(request))
    return _show(account.pk)


@router.get("/accounts/{account_id}", response=Account, auth=Needs(RECORDS_READ))
def get_account(request: HttpRequest, account_id: Path[Id]) -> dict[str, Any]:
    """One account with its present profile and contacts."""
    return _show(account_id)


@router.patch("/accounts/{account_id}", response=Account, auth=Needs(ACCOUNTS_WRITE))
def change_account(request: HttpRequest, account_id: Path[Id], body: AccountChange) -> dict[str, Any]:
    """Change what is sent, keep the rest. Posted invoices keep the name and address of their day."""
    changes = body.model_dump(exclude_unset=True)
    change(account_id, changes=changes, at=clock.now(), actor=get_actor(request))
    return _show(account_id)


@router.put("/accounts/{account_id}/manager", response=Account, auth=Needs(ACCOUNTS_WRITE))
def change_account_manager(request: HttpRequest, account_id: Path[Id], body: ManagerChange) -> dict[str, Any]:
    """Let a staff user manage the account, or nobody."""
    assign_manager(account_id, email=body.email, actor=get_actor(request))
    return _show(account_id)


@router.post("/accounts/{account_id}/close", response=Account, auth=Needs(ACCOUNTS_WRITE))
def close_account(request: HttpRequest, account_id: Path[Id], body: Closing) -> dict[str, Any]:
    """Let the account take nothing new. What was agreed is billed and collected until it is ended."""
    close(account_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(account_id)


@router.post("/accounts/{account_id}/reopen", response=Account, auth=Needs(ACCOUNTS_WRITE))
def reopen_account(request: HttpRequest, account_id: Path[Id], body: Closing) -> dict[str, Any]:
    """Let a closed account take something new again."""
    reopen(account_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(account_id)


@router.get("/accounts/{account_id}/balance", response=Balance, auth=Needs(RECORDS_READ))
def get_account_balance(request: HttpRequest, account_id: Path[Id]) -> dict[str, Any]:
    """What the account owes and what we hold for it, as the ledger says."""
    account, balance = queries.get_account_by_id(account_id), find_balance(account_id)
    return {
        "currency": account.currency,
        "receivable_minor": balance.receivable_minor,
        "unbilled_minor": balance.unbilled_minor,
        "customer_credit_minor": balance.customer_credit_minor,
        "balance_minor": balance.balance_minor,
    }


def _show(account_id: int) -> dict[str, Any]:
    account = queries.get_account_by_id(account_id)
    return {
        **AccountSummary.from_orm(account).model_dump(),
        "profile": queries.get_current_profile(account_id),
        "contacts": queries.list_contacts(account_id),
    }
