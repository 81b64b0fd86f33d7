"""Contacts: whom to talk to at a customer, by role."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router

from tallystick.accounts import queries
from tallystick.accounts.core.new_account import ContactDetails
from tallystick.accounts.errors import AccountInvalid
from tallystick.accounts.operations.set_contact import set_contact
from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.resources.account_shapes import Contact, ContactChange
from tallystick.interfaces.api.schemas import Id
from tallystick.plumbing.permissions import ACCOUNTS_WRITE, RECORDS_READ

router = Router(tags=["Accounts"])

Role = Literal["admin", "billing"]


@router.get("/accounts/{account_id}/contacts", response=list[Contact], auth=Needs(RECORDS_READ))
def list_contacts(request: HttpRequest, account_id: Path[Id]) -> object:
    """Whom to talk to: at most one a role."""
    return queries.list_contacts(queries.get_account_by_id(account_id).pk)


@router.put("/accounts/{account_id}/contacts/{role}", response=Contact, auth=Needs(ACCOUNTS_WRITE))
def change_contact(request: HttpRequest, account_id: Path[Id], role: Path[Role], body: ContactChange) -> object:
    """Set whom to talk to."""
    contact = ContactDetails(body.name, body.email, body.phone)
    try:
        return set_contact(account_id, role=role, contact=contact, actor=get_actor(request))
    except AccountInvalid as refusal:
        # An account's fields carry the role in their names; here the role stands in the address.
        refusal.problems = [Problem(each.field.removeprefix(f"{role}_"), each.reason) for each in refusal.problems]
        raise


@router.delete("/accounts/{account_id}/contacts/{role}", response={204: None}, auth=Needs(ACCOUNTS_WRITE))
def remove_contact(request: HttpRequest, account_id: Path[Id], role: Path[Role]) -> Any:
    """Forget whom to talk to. Where there is none, nothing changes."""
    return set_contact(account_id, role=role, contact=None, actor=get_actor(request))
