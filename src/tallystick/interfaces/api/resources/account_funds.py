"""How much an account may owe, and what it may spend."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts import queries
from tallystick.accounts.core.funding import FundingTerms
from tallystick.accounts.core.new_account import LARGEST_LIMIT_MINOR, LONGEST_TERMS_DAYS
from tallystick.accounts.operations.set_funding_policy import set_funding_policy
from tallystick.credit.queries import get_funds
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.schemas import Body, Id, Reason
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import CREDIT_WRITE, RECORDS_READ

router = Router(tags=["Accounts"])

Policy = Literal["invoiced", "prepaid", "credit_limit", "postpaid"]
Amount = Annotated[int, Field(ge=0, le=LARGEST_LIMIT_MINOR)]
Days = Annotated[int, Field(ge=0, le=LONGEST_TERMS_DAYS)]


class FundingPolicyChange(Body):
    """A funding policy with what belongs to it. Only one of the two postpaid modes can be on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "funding_policy": "credit_limit",
                    "credit_limit_minor": 10000,
                    "credit_term_days": 14,
                    "credit_grace_days": 14,
                    "reason": "Agreed with their buyer",
                }
            ]
        }
    )

    funding_policy: Policy
    receivable_limit_minor: Amount | None = Field(None, description="of an invoiced account; null: no limit")
    credit_limit_minor: Amount | None = Field(None, description="of a credit limit")
    credit_term_days: Days | None = Field(None, description="days until due, of a credit limit")
    credit_grace_days: Days | None = Field(None, description="days from due to blocked, of a credit limit")
    reason: Reason


class AccountFunds(Schema):
    """What they may spend, and what it is made of. Spendable of null is without a bound."""

    funding_policy: Policy
    currency: str
    balance_minor: int = Field(description="credit - receivable - unbilled; negative: they owe")
    unbilled_minor: int = Field(description="drawn and on no document yet; the balance counts it")
    held_minor: int = Field(description="what drafts will take")
    limit_minor: int | None = Field(description="the credit limit, or the receivable limit of an invoiced account")
    spendable_minor: int | None = Field(description="on renewals")
    purchasable_minor: int | None = Field(description="on something new")
    restriction: str = Field(description="why staff stopped its spending, if they did")
    restricts: str = Field(description="what of it they stopped: renewals, new purchases, or both")
    receivable_limit_minor: int | None
    credit_limit_minor: int | None
    credit_term_days: int | None
    credit_grace_days: int | None


@router.get("/accounts/{account_id}/funds", response=AccountFunds, auth=Needs(RECORDS_READ))
def get_account_funds(request: HttpRequest, account_id: Path[Id]) -> dict[str, Any]:
    """What an account may spend under its funding policy."""
    return _show(account_id)


@router.put("/accounts/{account_id}/funding-policy", response=AccountFunds, auth=Needs(CREDIT_WRITE))
def change_funding_policy(request: HttpRequest, account_id: Path[Id], body: FundingPolicyChange) -> dict[str, Any]:
    """Set how much an account may owe, at once. One postpaid mode is switched off before the other is switched on."""
    given = body.model_dump(exclude={"reason", "funding_policy"})
    terms = FundingTerms(body.funding_policy, **given)
    set_funding_policy(account_id, terms=terms, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(account_id)


def _show(account_id: int) -> dict[str, Any]:
    account = queries.get_account_by_id(account_id)
    terms = queries.get_funding_terms(account)._asdict()
    del terms["policy"]
    return {**get_funds(account)._asdict(), **terms}
