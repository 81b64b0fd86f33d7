"""Lines of a draft: changed, added and dropped before it is posted (ZUO-47)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.resources.invoices import LARGEST_MINOR, Invoice, show_invoice
from tallystick.interfaces.api.resources.services import Code
from tallystick.interfaces.api.schemas import Body, Id, Reason, Text200
from tallystick.invoicing.operations.add_draft_line import add_draft_line
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.drop_draft_line import drop_draft_line
from tallystick.invoicing.queries import documents
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_EDIT

router = Router(tags=["Invoices"])


class LineChange(Body):
    """What a draft line shall come to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"net_minor": 900, "reason": "agreed with the customer by phone"}]}
    )

    net_minor: int = Field(ge=-LARGEST_MINOR, le=LARGEST_MINOR, description="in minor units of the document's currency")
    description: Text200 | None = Field(None, description="null: as it is")
    reason: Reason


class NewLine(Body):
    """A line to be added to a draft."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"service": "setup", "net_minor": 5000, "reason": "forgotten in March"}]}
    )

    service: Code = Field(description="code of a service: its tax category and revenue code")
    net_minor: int = Field(ge=-LARGEST_MINOR, le=LARGEST_MINOR, description="in minor units, not 0")
    description: Text200 = Field("", description="empty: the service's name")
    reason: Reason


class LineDrop(Body):
    """Why a line is dropped."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "was promised for free"}]})

    reason: Reason


@router.patch("/invoices/{invoice_id}/lines/{position}", response=Invoice, auth=Needs(BILL_RUNS_EDIT))
def change_invoice_line(
    request: HttpRequest, invoice_id: Path[Id], position: Path[Id], body: LineChange
) -> dict[str, Any]:
    """Change a line of a draft; tax and totals follow. A posted invoice is refused: credit notes correct it."""
    change_draft_line(
        documents.get_document(document_id=invoice_id),
        position=position,
        net_minor=body.net_minor,
        description=body.description,
        reason=body.reason,
        at=clock.now(),
        actor=get_actor(request),
    )
    return show_invoice(invoice_id)


@router.post("/invoices/{invoice_id}/lines", response={201: Invoice}, auth=Needs(BILL_RUNS_EDIT))
def add_invoice_line(request: HttpRequest, invoice_id: Path[Id], body: NewLine) -> object:
    """Add a line to a draft, for a service of the catalog, which says how it is taxed; tax and totals follow."""
    add_draft_line(
        documents.get_document(document_id=invoice_id),
        service_code=body.service,
        net_minor=body.net_minor,
        description=body.description,
        reason=body.reason,
        at=clock.now(),
        actor=get_actor(request),
    )
    return Status(201, show_invoice(invoice_id))


@router.post("/invoices/{invoice_id}/lines/{position}/drop", response=Invoice, auth=Needs(BILL_RUNS_EDIT))
def drop_invoice_line(request: HttpRequest, invoice_id: Path[Id], position: Path[Id], body: LineDrop) -> dict[str, Any]:
    """Take a line off a draft; what it charged is waived and not billed again. Tax and totals follow."""
    drop_draft_line(
        documents.get_document(document_id=invoice_id),
        position=position,
        reason=body.reason,
        at=clock.now(),
        actor=get_actor(request),
    )
    return show_invoice(invoice_id)
