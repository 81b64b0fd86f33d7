"""Assembly: from an account's due services to its drafted bill. Pure; the same for one account and for a million."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from tallystick.invoicing.core.credit_rules import INVOICE, split_by_credit_rule
from tallystick.invoicing.core.draft import (
    BilledThroughMove,
    ChargeUnit,
    ClaimPeriod,
    DocumentPart,
    DraftBill,
    DraftDocument,
    DraftLine,
    DraftTaxLine,
)
from tallystick.invoicing.core.taxing import LineTax, compute_tax_lines
from tallystick.rating.charge import DISCOUNT, Charge, rate
from tallystick.rating.terms import ServiceTerms
from tallystick.sellers.core.credit_rules import WHOLE

DAY = timedelta(days=1)


class ServiceToBill(NamedTuple):
    """A due service with what its lines say and where they go."""

    terms: ServiceTerms
    subscription_id: int
    collection_method: str
    is_invoiced_separately: bool
    description: str
    revenue_code: str
    tax_category: str


class AccountToBill(NamedTuple):
    """An account with all that its drafts need. `taxes` says which tax a category bears for it on a tax point."""

    account_id: int
    collection_method: str
    net_terms_days: Mapping[str, int]
    services: Sequence[ServiceToBill]
    taxes: Callable[[str, date], LineTax]
    credit_rule: str = WHOLE


def assemble_bill(account: AccountToBill, *, target_on: date, invoice_on: date) -> DraftBill:
    """Rate every due service up to `target_on` and group the charges into documents dated `invoice_on`.

    One document per collection method, and one per subscription that asks for its own; what comes out below zero goes
    by the seller's credit rule. Raises the refusals of rating and taxes (no price, no settled treatment).
    """
    rated = [(service, rate(service.terms, target_on)) for service in account.services]
    rated = [(service, charges) for service, charges in rated if charges]
    rated.sort(key=lambda pair: _document_key(account, pair[0]))  # stable: keeps the rank order inside a document
    groups = [
        (method, list(group)) for (method, _), group in groupby(rated, key=lambda pair: _document_key(account, pair[0]))
    ]
    if all(_is_positive(charges) for _, charges in rated):
        documents = tuple(_draft_invoice(account, method, group, invoice_on) for method, group in groups)
    else:
        parts = [DocumentPart(INVOICE, method, _list_units(account, group, invoice_on)) for method, group in groups]
        documents = tuple(
            _draft_part(account, part, invoice_on) for part in split_by_credit_rule(parts, rule=account.credit_rule)
        )
    moves = tuple(
        BilledThroughMove(
            service.terms.subscription_service_id, _billed_from(service), max(c.period_end for c in charges)
        )
        for service, charges in rated
    )
    return DraftBill(account.account_id, documents, moves)


def _document_key(account: AccountToBill, service: ServiceToBill) -> tuple[str, int]:
    method = service.collection_method or account.collection_method
    return method, service.subscription_id if service.is_invoiced_separately else 0


def _is_positive(charges: tuple[Charge, ...]) -> bool:
    """Whether every period's charges, with the discounts on them, come out above zero: then no credit rule applies."""
    total, start_on = 1, None
    for charge in charges:
        if charge.period_start != start_on:
            if total <= 0:
                return False
            total, start_on = 0, charge.period_start
        total += charge.amount_minor
    return total > 0


def _draft_invoice(
    account: AccountToBill, method: str, rated: list[tuple[ServiceToBill, tuple[Charge, ...]]], invoice_on: date
) -> DraftDocument:
    lines = tuple(_draft_line(account, service, charge, invoice_on) for service, charges in rated for charge in charges)
    claims = tuple(_claim(charge) for _, charges in rated for charge in charges if charge.kind != DISCOUNT)
    due_on = invoice_on + timedelta(days=account.net_terms_days[method])
    return _draft_document(account, (INVOICE, method, due_on), lines, claims)


def _list_units(
    account: AccountToBill, rated: list[tuple[ServiceToBill, tuple[Charge, ...]]], invoice_on: date
) -> tuple[ChargeUnit, ...]:
    units = []
    for service, charges in rated:
        for _, period in groupby(charges, key=attrgetter("period_start")):
            of_period = list(period)
            lines = tuple(_draft_line(account, service, charge, invoice_on) for charge in of_period)
            units.append(ChargeUnit(lines, tuple(_claim(charge) for charge in of_period if charge.kind != DISCOUNT)))
    return tuple(units)


def _draft_part(account: AccountToBill, part: DocumentPart, invoice_on: date) -> DraftDocument:
    terms_days = account.net_terms_days[part.collection_method] if part.kind == INVOICE else 0
    lines = tuple(line for unit in part.units for line in unit.lines)
    claims = tuple(claim for unit in part.units for claim in unit.claims)
    due_on = invoice_on + timedelta(days=terms_days)
    return _draft_document(account, (part.kind, part.collection_method, due_on), lines, claims)


def _draft_document(
    account: AccountToBill,
    head: tuple[str, str, date],
    lines: tuple[DraftLine, ...],
    claims: tuple[ClaimPeriod, ...],
) -> DraftDocument:
    kind, collection_method, due_on = head
    tax_lines: tuple[DraftTaxLine, ...] = compute_tax_lines(lines)
    net = sum(line.net_minor for line in lines)
    tax = sum(line.tax_minor for line in tax_lines)
    return DraftDocument(
        account.account_id, collection_method, due_on, net, tax, net + tax, lines, tax_lines, claims, kind
    )


def _claim(charge: Charge) -> ClaimPeriod:
    return ClaimPeriod(charge.subscription_service_id, charge.kind, charge.period_start, charge.period_end)


def _draft_line(account: AccountToBill, service: ServiceToBill, charge: Charge, invoice_on: date) -> DraftLine:
    tax = account.taxes(service.tax_category, min(invoice_on, charge.period_end - DAY))
    return DraftLine(
        kind=charge.kind,
        subscription_service_id=charge.subscription_service_id,
        description=charge.label or service.description,
        period_start_on=charge.period_start,
        period_end_on=charge.period_end,
        quantity=charge.quantity,
        unit_price=charge.unit_price,
        part_days=int(charge.share * charge.basis_days) if charge.basis_days else 0,
        full_days=charge.basis_days,
        percent=charge.percent,
        percent_of_minor=charge.percent_of_minor,
        net_minor=charge.amount_minor,
        treatment=tax.treatment,
        tax_rate=tax.rate,
        revenue_code=service.revenue_code,
        registration=tax.registration,
    )


def _billed_from(service: ServiceToBill) -> date:
    return service.terms.billed_through or service.terms.starts_on
