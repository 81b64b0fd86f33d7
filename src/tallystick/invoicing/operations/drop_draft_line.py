"""Drop one line of a draft, with a reason (ZUO-47). Never a posted one."""

from datetime import datetime

from django.db import transaction

from tallystick.invoicing.errors import OnlyLine
from tallystick.invoicing.models import Document, DocumentLine
from tallystick.invoicing.operations.change_draft_line import get_draft_line
from tallystick.invoicing.operations.edit_draft import lock_draft, settle_draft
from tallystick.money.amount import format_minor
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT


def drop_draft_line(document: Document, *, position: int, reason: str, at: datetime, actor: Actor) -> Document:
    """Take a line off a draft; tax and totals follow. A reason is mandatory.

    What it charged is waived: its service period stays claimed and is not billed again. Whoever wants it billed later
    drops the account from the run instead. Refuses anything but a draft, a run that is being posted, an unknown line,
    the only line (OnlyLine), and a document that would come out below zero.
    """
    actor.require(BILL_RUNS_EDIT)
    with transaction.atomic():
        document = lock_draft(document, reason=reason)
        line = get_draft_line(document, position=position)
        lines = DocumentLine.objects.filter(document=document)
        if lines.count() == 1:
            raise OnlyLine(name=str(document).capitalize(), field="position")
        lines.filter(position=position).delete()
        amount = format_minor(line.net_minor, document.currency)
        settle_draft(
            document, told=f"line {position} dropped, {line.description}, {amount}: {reason}", at=at, actor=actor
        )
    return document
