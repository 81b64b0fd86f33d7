"""Write the draft of a correction: a note over lines of a posted document, dated and worded like them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from tallystick.invoicing.core.crediting import CorrectionPlan
from tallystick.invoicing.models import Document, DocumentLine, DocumentTaxLine
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.money.currency import get_currency
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import ReasonCode

NO_STARTS: Mapping[int, date] = MappingProxyType({})


def write_correction(
    corrected: Document,
    *,
    kind: str,
    plan: CorrectionPlan,
    dated_on: date,
    reason: str,
    at: datetime,
    actor: Actor,
    reason_code: ReasonCode | None = None,
    is_reversal: bool = False,
    starts: Mapping[int, date] = NO_STARTS,
) -> Document:
    """Write what `plan` says as a draft, in the caller's transaction, under the account's lock.

    Parties are those of the corrected document; a debit note is due as long after its date as that was. `starts` says
    for positions of the corrected document from which day on they are corrected, where that is not the first.
    """
    terms = corrected.due_on - corrected.invoice_on
    note = Document.objects.create(
        seller_id=corrected.seller_id,
        account_id=corrected.account_id,
        kind=kind,
        status="draft",
        currency=corrected.currency,
        collection_method=corrected.collection_method,
        invoice_on=dated_on,
        due_on=dated_on + terms if kind == "debit_note" else dated_on,
        net_minor=plan.net_minor,
        tax_minor=plan.tax_minor,
        gross_minor=plan.gross_minor,
        seller_profile_id=corrected.seller_profile_id,
        account_profile_id=corrected.account_profile_id,
        corrects=corrected,
        is_reversal=is_reversal,
        reason_code=reason_code,
        created_at=at,
    )
    originals = {line.position: line for line in DocumentLine.objects.filter(document=corrected)}
    DocumentLine.objects.bulk_create(
        _compose_line(note, originals[original], net_minor, position, starts.get(original))
        for position, (original, net_minor) in enumerate(sorted(plan.amounts.items()), 1)
    )
    write_tax_lines(note, plan=plan)
    record_document_events(
        [note.pk], event="draft", from_status="", to_status="draft", at=at, actor=actor, reason=reason[:300]
    )
    return note


def write_tax_lines(note: Document, *, plan: CorrectionPlan) -> None:
    """Make the draft's tax lines be those of the plan."""
    DocumentTaxLine.objects.filter(document=note).delete()
    DocumentTaxLine.objects.bulk_create(
        DocumentTaxLine(document=note, position=position, **tax_line._asdict())
        for position, tax_line in enumerate(plan.tax_lines, 1)
    )


def _compose_line(
    note: Document, original: DocumentLine, net_minor: int, position: int, starts_on: date | None
) -> DocumentLine:
    """The original line; where it is corrected in part it stands for itself: one times its amount."""
    line = DocumentLine(
        document=note,
        position=position,
        kind=original.kind,
        subscription_service_id=original.subscription_service_id,
        description=original.description,
        period_start_on=starts_on or original.period_start_on,
        period_end_on=original.period_end_on,
        quantity=original.quantity,
        unit_price=original.unit_price,
        part_days=original.part_days,
        full_days=original.full_days,
        percent=original.percent,
        percent_of_minor=original.percent_of_minor,
        net_minor=net_minor,
        treatment=original.treatment,
        tax_rate=original.tax_rate,
        revenue_code=original.revenue_code,
        plan_name=original.plan_name,
        corrects_document_id=original.document_id,
        corrects_position=original.position,
    )
    if net_minor != original.net_minor:
        exponent = get_currency(note.currency).exponent
        line.quantity, line.unit_price = Decimal(1), Decimal(net_minor).scaleb(-exponent)
        line.part_days, line.full_days, line.percent, line.percent_of_minor = 0, 0, None, 0
    return line
