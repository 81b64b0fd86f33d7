"""Add a line to a draft, with a reason (ZUO-47). Never to a posted one."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from tallystick.catalog.queries import get_service
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.taxing import LineTax
from tallystick.invoicing.models import Document, DocumentLine
from tallystick.invoicing.operations.edit_draft import lock_draft, settle_draft
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT
from tallystick.taxes.core.supply import Party

MANUAL = "manual"


def add_draft_line(
    document: Document,
    *,
    service_code: str,
    net_minor: int,
    reason: str,
    at: datetime,
    actor: Actor,
    description: str = "",
) -> Document:
    """Put a line for a service of the catalog on a draft, at a net of minor units; tax and totals follow.

    The service says how it is taxed and as what revenue it counts; its name is the text unless one is given. Nothing is
    claimed by it. A reason is mandatory. Refuses an unknown service, an amount of 0, a draft that can't be changed, and
    a document that would come out below zero.
    """
    actor.require(BILL_RUNS_EDIT)
    if net_minor == 0:
        raise InvalidInput("A line of 0 says nothing; give an amount.", field="net_minor")
    with transaction.atomic():
        draft = lock_draft(document, reason=reason)
        service = get_service(draft.seller_id, code=service_code)
        tax = _decide_tax(draft, service.tax_category, service.supply_kind)
        text = (description.strip() or service.name)[:200]
        last = DocumentLine.objects.filter(document=draft).aggregate(last=Max("position"))["last"]
        DocumentLine.objects.create(
            document=draft,
            position=last + 1,
            kind=MANUAL,
            description=text,
            quantity=Decimal(1),
            unit_price=Decimal(net_minor).scaleb(-get_currency(draft.currency).exponent),
            net_minor=net_minor,
            treatment=tax.treatment,
            tax_rate=tax.rate,
            revenue_code=service.revenue_code,
        )
        settle_draft(
            draft,
            told=f"line {last + 1} added, {text}, {format_minor(net_minor, draft.currency)}: {reason}",
            at=at,
            actor=actor,
            registrations={(tax.treatment, tax.rate): tax.registration},
        )
    return draft


def _decide_tax(draft: Document, tax_category: str, supply_kind: str) -> LineTax:
    """As the run taxes this buyer on the date of the document. Raises what decide_tax refuses."""
    context, _ = load_billing_context(draft.seller)
    profile = draft.account_profile
    buyer = Party(profile.country, profile.is_business, bool(profile.vat_number))
    return context.taxes.for_buyer(buyer)(tax_category, supply_kind, draft.invoice_on)
