"""Change one line of a draft, with a reason (ZUO-47). Never a posted one."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tallystick.errors import NotFound
from tallystick.invoicing.models import Document, DocumentLine
from tallystick.invoicing.operations.edit_draft import lock_draft, settle_draft
from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT


def change_draft_line(
    document: Document,
    *,
    position: int,
    net_minor: int,
    reason: str,
    at: datetime,
    actor: Actor,
    description: str | None = None,
) -> Document:
    """Set a draft line's net (minor units) and, if given, its text; tax and totals follow. A reason is mandatory.

    The line then stands for itself: one times its new amount. Its service period stays claimed. Refuses anything but a
    draft, a run that is being posted, an unknown line, and a document that would come out below zero.
    """
    actor.require(BILL_RUNS_EDIT)
    with transaction.atomic():
        document = lock_draft(document, reason=reason)
        line = get_draft_line(document, position=position)
        before = line.net_minor
        _set_line(line, document.currency, net_minor, description)
        change = f"{format_minor(before, document.currency)} to {format_minor(net_minor, document.currency)}"
        settle_draft(document, told=f"line {position}, {change}: {reason}", at=at, actor=actor)
    return document


def get_draft_line(document: Document, *, position: int) -> DocumentLine:
    """The line at a position; raises NotFound."""
    line = DocumentLine.objects.filter(document=document, position=position).first()
    if line is None:
        raise NotFound(f"{document} has no line {position}.", field="position")
    return line


def _set_line(line: DocumentLine, currency: str, net_minor: int, description: str | None) -> None:
    exponent = get_currency(currency).exponent
    DocumentLine.objects.filter(document_id=line.document_id, position=line.position).update(
        net_minor=net_minor,
        quantity=Decimal(1),
        unit_price=Decimal(net_minor).scaleb(-exponent),
        part_days=0,
        full_days=0,
        percent=None,
        percent_of_minor=0,
        description=description or line.description,
    )
