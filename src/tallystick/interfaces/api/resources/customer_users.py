"""Customer users: who of the customer may see an account in the portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status
from pydantic import ConfigDict, Field

from tallystick.access import queries
from tallystick.access.operations.invite_customer import end_customer_access
from tallystick.accounts.queries import get_account_by_id
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.schemas import Body, Id, Text80, Text200
from tallystick.interfaces.record_links import get_portal_address
from tallystick.journeys.invite_to_portal import invite_to_portal
from tallystick.plumbing.permissions import ACCOUNTS_WRITE, RECORDS_READ

router = Router(tags=["Accounts"])


class NewCustomerUser(Body):
    """Whom to invite."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "eva@example.com", "name": "Eva Jansen"}]})

    email: Text200 = Field(min_length=3, description="where codes to sign in with are mailed to")
    name: Text80 = ""


class CustomerUserLeaves(Body):
    """Whose access ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "eva@example.com"}]})

    email: Text200 = Field(min_length=3)


class CustomerUser(Schema):
    """Someone of the customer who may see the account."""

    email: str
    name: str
    invited_at: datetime
    invited_by: str
    last_signed_in_at: datetime | None
    ended_at: datetime | None


class Invitation(CustomerUser):
    """The same, and whether the invitation was mailed."""

    is_mailed: bool
    problem: str = Field(description="why it was not mailed; the access stands all the same")


@router.get("/accounts/{account_id}/customer-users", response=list[CustomerUser], auth=Needs(RECORDS_READ))
def list_customer_users(request: HttpRequest, account_id: Path[Id]) -> object:
    """Who of the customer may see the account in the portal, by address."""
    return [_show(each) for each in queries.list_customer_users(get_account_by_id(account_id).pk)]


@router.post("/accounts/{account_id}/customer-users", response={201: Invitation}, auth=Needs(ACCOUNTS_WRITE))
def invite_customer_user(request: HttpRequest, account_id: Path[Id], body: NewCustomerUser) -> object:
    """Invite someone to the portal by e-mail; asked again, the invitation is mailed again."""
    invited = invite_to_portal(
        account_id,
        email=body.email,
        name=body.name,
        at=timezone.now(),
        actor=get_actor(request),
        portal_address=get_portal_address(request),
    )
    (access,) = [each for each in queries.list_customer_users(account_id) if each.customer_user.email == invited.email]
    return Status(201, {**_show(access), "is_mailed": invited.is_mailed, "problem": invited.problem})


@router.post("/accounts/{account_id}/customer-users/end", response=CustomerUser, auth=Needs(ACCOUNTS_WRITE))
def end_customer_user(request: HttpRequest, account_id: Path[Id], body: CustomerUserLeaves) -> object:
    """Take the access to this account back; it ends with their next click."""
    return _show(end_customer_access(account_id, email=body.email, at=timezone.now(), actor=get_actor(request)))


def _show(access: Any) -> dict[str, Any]:
    person = access.customer_user
    return {
        "email": person.email,
        "name": person.name,
        "invited_at": access.invited_at,
        "invited_by": access.invited_by,
        "last_signed_in_at": person.last_signed_in_at,
        "ended_at": access.ended_at,
    }
