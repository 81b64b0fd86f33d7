"""Shapes that the rollups share."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Day, Row, Text40, Text80

BillingMode = Literal["", "self_serve", "managed"]


class RollupQuery(Schema):
    """Which accounts, and of which month."""

    seller: SellerCode = ""
    month: Day | None = Field(None, description="any day of the month; null: the present one")
    search: Text80 = Field("", description="part of the account's id or name, or of its manager's or admin contact's")
    billing_mode: BillingMode = ""
    segment: Text40 = ""
    plan: Text80 = Field("", description="code of a plan")
    manager_email: Text80 = ""


class RollupAccount(Row):
    """Whom a row is about."""

    account_id: int
    account: str = Field(validation_alias="external_id", description="external id of the account")
    name: str
    currency: str
    billing_mode: str
    segment: str
    manager_name: str
    manager_email: str
    admin_contact_name: str = Field(validation_alias="contact_name")
    admin_contact_email: str = Field(validation_alias="contact_email")


class InvoiceReference(Row):
    """An invoice."""

    invoice_id: int = Field(validation_alias="document_id")
    number: str
