"""Everything that the page of a document shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from tallystick.collection.models import PaymentRunEvent
from tallystick.delivery.models import DeliveryEvent
from tallystick.interfaces.console.reads.line_words import write_period
from tallystick.interfaces.console.reads.moments import (
    Moment,
    list_attempt_moments,
    list_delivery_moments,
    list_document_moments,
    list_payment_run_moments,
    list_settlement_moments,
    merge,
)
from tallystick.invoicing.core.posting import document_subject
from tallystick.invoicing.models import Allocation, Document, DocumentEvent, DocumentLine, DocumentTaxLine
from tallystick.invoicing.queries.documents import list_explanations, list_tax_lines
from tallystick.payments.models import AttemptEvent, AttemptPurpose
from tallystick.subscriptions.models import Subscription


class ExplainedLine(NamedTuple):
    """A line with how its amount came about and the days it covers."""

    line: DocumentLine
    explanation: str
    period: str

    @property
    def position_text(self) -> str:
        """Its position, to make names of."""
        return str(self.line.position)


class LineGroup(NamedTuple):
    """The lines of one subscription (none: lines that belong to no subscription)."""

    subscription: Subscription | None
    lines: Sequence[ExplainedLine]


class DocumentPage(NamedTuple):
    """Lines by subscription, VAT summary, what was paid, what a credit note's credit settled, and the history."""

    groups: Sequence[LineGroup]
    tax_lines: Sequence[DocumentTaxLine]
    allocations: Sequence[Allocation]
    used: Sequence[Allocation]
    moments: Sequence[Moment]


def get_document_page(document: Document) -> DocumentPage:
    """Read it, in as many queries whatever its length."""
    return DocumentPage(
        groups=_list_groups(document),
        tax_lines=list_tax_lines(document.pk),
        allocations=list(
            Allocation.objects.filter(document=document)
            .select_related("source__document", "source__payment__attempt__method")
            .order_by("pk")
        ),
        used=list(Allocation.objects.filter(source__document=document).select_related("document").order_by("pk")),
        moments=_list_moments(document),
    )


def _list_moments(document: Document) -> list[Moment]:
    """Everything, newest first. Of one instant the later step counts as newer: it is posted, sent, charged, paid."""
    purpose = AttemptPurpose.objects.filter(attempt=OuterRef("attempt"), purpose=document_subject(document.pk))
    return merge(
        list_settlement_moments(Allocation.objects.filter(document=document)),
        list_payment_run_moments(PaymentRunEvent.objects.filter(item__document=document), names_it=False),
        list_attempt_moments(AttemptEvent.objects.filter(Exists(purpose)), tells_steps=True),
        list_delivery_moments(DeliveryEvent.objects.filter(delivery__document=document), names_it=False),
        list_document_moments(DocumentEvent.objects.filter(document=document), names_it=False),
    )


def _list_groups(document: Document) -> list[LineGroup]:
    lines = DocumentLine.objects.filter(document=document).order_by("position")
    lines = lines.select_related("subscription_service__subscription__plan")
    told = dict(zip(lines.values_list("position", flat=True), list_explanations(document.pk), strict=True))
    return [
        LineGroup(subscription, [_explain(line, told[line.position]) for line in group])
        for subscription, group in groupby(lines, key=_subscription_of)
    ]


def _subscription_of(line: DocumentLine) -> Subscription | None:
    return line.subscription_service.subscription if line.subscription_service else None


def _explain(line: DocumentLine, explanation: str) -> ExplainedLine:
    period = write_period(line.period_start_on, end_on=line.period_end_on)
    return ExplainedLine(line, explanation, period)
