"""What customers do by themselves, for a seller's own pages: subscribe, stop, resume, leave a payment method."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.collection.queries.standing import find_standing
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.schemas import Body, GivenNumber, Id, Reason, Text80, Text200
from tallystick.journeys.stop_and_resume import cancel_at_period_end, resume_subscription
from tallystick.journeys.subscribe import subscribe
from tallystick.payments.operations.choose_method import make_default, remove_method
from tallystick.payments.operations.open_setup import open_setup
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE, PAYMENTS_COLLECT, RECORDS_READ, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.queries import get_subscription

router = Router(tags=["Self-serve"])


class SubscriptionWanted(Body):
    """A plan, and how many of which of its services; null: one each of those that it always has."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"plan": "basic", "quantities": {"seat": "3"}}]})

    plan: Text80 = Field(min_length=1)
    quantities: dict[str, GivenNumber] | None = Field(None, max_length=50)


class FirstPaymentMade(Schema):
    """What was charged for and what came of it: it begins once the money is confirmed."""

    subscription_id: int
    currency: str
    amount_minor: int
    status: str = Field(description="of the attempt", examples=["succeeded"])
    failure_code: str


class CancelReason(Body):
    """CancelReason, for its history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the customer asked for it"}]})

    reason: Reason


class Standing(Schema):
    """Where an account stands, in one word."""

    standing: Literal["none", "pending", "active", "past_due", "canceled"]


class Ending(Schema):
    """When a subscription ends, if it does."""

    id: int
    status: str
    ends_on: str | None


class NewSetup(Body):
    """Where the customer comes back to, and the method that the new one replaces."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"return_url": "https://shop.example/billing"}]})

    return_url: Text200 = Field(pattern=r"^https?://", description="{setup} in it becomes the set-up's id")
    replaces: Id | None = Field(None, description="a method that is charged no more then")


class Setup(Schema):
    """The gateway's page, where the customer leaves a method."""

    setup: str
    action_url: str
    expires_at: datetime | None


class ChosenMethod(Schema):
    """A method as it is now."""

    id: int
    label: str
    state: str
    is_default: bool


@router.get("/accounts/{account_id}/standing", response=Standing, auth=Needs(RECORDS_READ))
def get_account_standing(request: HttpRequest, account_id: Path[Id]) -> dict[str, Any]:
    """Whether the account has what it subscribed to, and whether that is paid."""
    return {"standing": find_standing(get_account_by_id(account_id))}


@router.post(
    "/accounts/{account_id}/subscribe",
    response=FirstPaymentMade,
    auth=Needs(PAYMENTS_COLLECT, is_key_required=True),
)
def subscribe_account(request: HttpRequest, account_id: Path[Id], body: SubscriptionWanted) -> dict[str, Any]:
    """Charge the default method with the first period of a plan, and with what is owed; it begins when that is paid."""
    made = subscribe(account_id, plan=body.plan, quantities=body.quantities, at=clock.now(), actor=get_actor(request))
    return {**made.first._asdict(), "status": made.status, "failure_code": made.failure_code}


@router.post("/subscriptions/{subscription_id}/cancel-at-period-end", response=Ending, auth=Needs(SUBSCRIPTIONS_WRITE))
def cancel_subscription_at_period_end(
    request: HttpRequest, subscription_id: Path[Id], body: CancelReason
) -> dict[str, Any]:
    """Let it end with the period that was billed last."""
    cancel_at_period_end(subscription_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show_end(subscription_id)


@router.post("/subscriptions/{subscription_id}/resume", response=Ending, auth=Needs(SUBSCRIPTIONS_WRITE))
def resume_canceled_subscription(request: HttpRequest, subscription_id: Path[Id], body: CancelReason) -> dict[str, Any]:
    """Take back a cancellation before its day; nothing is charged for that."""
    resume_subscription(subscription_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show_end(subscription_id)


@router.post("/accounts/{account_id}/payment-method-setups", response=Setup, auth=Needs(PAYMENT_METHODS_WRITE))
def open_payment_method_setup(request: HttpRequest, account_id: Path[Id], body: NewSetup) -> dict[str, Any]:
    """The gateway's page for a new payment method. It is saved on the gateway's word, not on the customer's return."""
    setup = open_setup(
        account_id, return_url=body.return_url, replaces_id=body.replaces, at=clock.now(), actor=get_actor(request)
    )
    return {"setup": str(setup.our_id), "action_url": setup.action_url, "expires_at": setup.expires_at}


@router.post(
    "/accounts/{account_id}/payment-methods/{method_id}/default",
    response=ChosenMethod,
    auth=Needs(PAYMENT_METHODS_WRITE),
)
def choose_payment_method(request: HttpRequest, account_id: Path[Id], method_id: Path[Id]) -> object:
    """Charge this method from now on."""
    return make_default(account_id, method_id=method_id, at=clock.now(), actor=get_actor(request))


@router.post(
    "/accounts/{account_id}/payment-methods/{method_id}/remove",
    response=ChosenMethod,
    auth=Needs(PAYMENT_METHODS_WRITE),
)
def remove_payment_method(request: HttpRequest, account_id: Path[Id], method_id: Path[Id]) -> object:
    """End a method, here and at its gateway."""
    return remove_method(account_id, method_id=method_id, at=clock.now(), actor=get_actor(request))


def _show_end(subscription_id: int) -> dict[str, Any]:
    found = get_subscription(subscription_id)
    ends_on = found.ends_on.isoformat() if found.ends_on is not None else None
    return {"id": found.pk, "status": found.status, "ends_on": ends_on}
