"""By which schedule a seller's failed charges are tried again."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import ConfigDict, Field

from tallystick.collection.core.retry_terms import RetryTerms
from tallystick.collection.operations.set_retry_rule import set_retry_rule as set_rule
from tallystick.collection.queries.retries import get_retry_terms
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.schemas import Body, Day, Text40
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SELLERS_WRITE
from tallystick.sellers.queries import get_seller

router = Router(tags=["Payment runs"])
Days = Annotated[list[Annotated[int, Field(ge=1, le=60)]], Field(min_length=1, max_length=10)]


class RetryRule(Body):
    """Days count from the first failure and fall on the morning of the next working day; what is left out is as usual.

    No number may exceed what banks and card networks allow.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"funds_days": [3, 6], "holidays": ["2026-04-27"]}]})

    funds_days: Days = Field([2, 5], description="card, not enough money: days of the first tries")
    funds_month_days: Days = Field([1, 15, 25], description="then the nearest of these days of the month (at most 31)")
    funds_last_day: int = Field(21, ge=1, le=60, description="and the last time so many days after the first")
    funds_tries: int = Field(5, ge=1, le=6, description="in all")
    decline_days: Days = Field([1, 4, 9], description="card, declined")
    decline_tries: int = Field(4, ge=1, le=6, description="in all")
    error_hours: int = Field(1, ge=1, le=72, description="card, broke down: then a day, then as a decline")
    debit_bank_days: int = Field(5, ge=5, le=7, description="direct debit: working days to the one re-presentation")
    debit_tries: int = Field(2, ge=1, le=2, description="in all")
    tries_an_invoice: int = Field(6, ge=1, le=6)
    tries_a_card_a_day: int = Field(2, ge=1, le=2, description="failures of a card in 24 hours, over all invoices")
    tries_a_card_and_amount: int = Field(12, ge=1, le=12, description="failures of a card and amount in 30 days")
    morning_hour: int = Field(8, ge=0, le=23, description="where the seller is; spread over two hours")
    holidays: list[Day] = Field(default_factory=list, max_length=400, description="no working days")

    def as_terms(self) -> RetryTerms:
        """The settings as an operation takes them."""
        given: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in self.model_dump().items()}
        return RetryTerms(**given)


@router.get("/sellers/{code}/retry-rule", response=RetryRule, auth=Needs(RECORDS_READ))
def get_retry_rule(request: HttpRequest, code: Path[Text40]) -> dict[str, Any]:
    """The seller's settings; the usual ones where it has set none."""
    return _show(get_seller(code).pk)


@router.put("/sellers/{code}/retry-rule", response=RetryRule, auth=Needs(SELLERS_WRITE))
def set_retry_rule(request: HttpRequest, code: Path[Text40], body: RetryRule) -> dict[str, Any]:
    """Set all of it. It holds for failures from now on; what failed before keeps the time that it was given."""
    seller = get_seller(code)
    set_rule(seller, terms=body.as_terms(), at=clock.now(), actor=get_actor(request))
    return _show(seller.pk)


def _show(seller_id: int) -> dict[str, Any]:
    return get_retry_terms(seller_id).as_json()
