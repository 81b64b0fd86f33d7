"""Assembly: from an account's due services to its drafted bill. Pure; the same for one account and for a million."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from tallystick.catalog.core.items import DIGITAL
from tallystick.credit.core.model_tests import PAY_AFTER, PAY_BEFORE, AccountFunds
from tallystick.credit.core.purse import NetPart, Renewal
from tallystick.credit.core.renewals import BY_SERVICE, Decision, decide_renewals
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
from tallystick.invoicing.core.fee_terms import FeeTerms
from tallystick.invoicing.core.taxing import LineTax, compute_tax_lines
from tallystick.rating.bill import rate_services
from tallystick.rating.charge import DISCOUNT, Charge
from tallystick.rating.terms import ServiceTerms
from tallystick.sellers.core.credit_rules import WHOLE

DAY = timedelta(days=1)
EVERYTHING = Decision((), (), 0)
#: What of a name stands beside a note on a line of 200 letters.
LONGEST_NAME = 160


class ServiceToBill(NamedTuple):
    """A due service with what its lines say and where they go. `waits_for_run`: no action bills its first days."""

    terms: ServiceTerms
    subscription_id: int
    collection_method: str
    is_invoiced_separately: bool
    description: str
    revenue_code: str
    tax_category: str
    service_id: int = 0
    supply_kind: str = DIGITAL
    billing_model: str = PAY_AFTER
    is_mandatory: bool = True
    requires_id: int | None = None
    plan_id: int = 0
    plan_name: str = ""
    waits_for_run: bool = False


class AccountToBill(NamedTuple):
    """An account with all that its drafts need, its services in rank order.

    `taxes` says which tax a category of a kind of supply bears for it on a tax point. Without `funds` nothing bounds
    what it may owe, and there is nothing to test.
    """

    account_id: int
    collection_method: str
    net_terms_days: Mapping[str, int]
    services: Sequence[ServiceToBill]
    taxes: Callable[[str, str, date], LineTax]
    credit_rule: str = WHOLE
    funds: AccountFunds | None = None
    granularity: str = BY_SERVICE
    fee_terms: FeeTerms | None = None


class DocumentHead(NamedTuple):
    """What a document is, besides its lines."""

    kind: str
    collection_method: str
    due_on: date
    hold_kind: str


Rated = Sequence[tuple[ServiceToBill, tuple[Charge, ...]]]


def assemble_bill(account: AccountToBill, *, target_on: date, invoice_on: date) -> DraftBill:
    """Rate every due service up to `target_on` and group the charges into documents dated `invoice_on`.

    What fails its funds test is left out. One document per collection method, one for what is paid before, and one per
    subscription that asks for its own; what comes out below zero goes by the seller's credit rule. Raises the refusals
    of rating and taxes (no price, no settled treatment).
    """
    charged = rate_services([service.terms for service in account.services], target_on)
    rated = [(service, charges) for service, charges in zip(account.services, charged, strict=True) if charges]
    decision = EVERYTHING
    if account.funds is not None:
        decision = _test_funds(account, account.funds, rated, invoice_on)
        rated = [rated[place] for place in decision.renewed]
    # stable: keeps the rank order inside a document
    rated.sort(key=lambda pair: document_key(account, service=pair[0]))
    groups = [list(group) for _, group in groupby(rated, key=lambda pair: document_key(account, service=pair[0]))]
    if all(_is_positive(charges) for _, charges in rated):
        documents = tuple(_draft_invoice(account, group, invoice_on) for group in groups)
    else:
        parts = [_compose_part(account, group, invoice_on) for group in groups]
        documents = tuple(
            _draft_part(account, part, invoice_on) for part in split_by_credit_rule(parts, rule=account.credit_rule)
        )
    moves = tuple(
        BilledThroughMove(
            service.terms.subscription_service_id, _billed_from(service), max(c.period_end for c in charges)
        )
        for service, charges in rated
    )
    return DraftBill(account.account_id, documents, moves, decision.not_renewed, decision.shortfall_minor)


def _test_funds(
    account: AccountToBill, funds: AccountFunds, rated: list[tuple[ServiceToBill, tuple[Charge, ...]]], invoice_on: date
) -> Decision:
    renewals = []
    for service, charges in rated:
        document = document_key(account, service=service)
        parts = []
        for charge in charges:
            tax = account.taxes(service.tax_category, service.supply_kind, min(invoice_on, charge.period_end - DAY))
            parts.append(NetPart((document, *tax), tax.rate, charge.amount_minor))
        ends_on = service.terms.ends_on
        renewals.append(
            Renewal(
                service.terms.subscription_service_id,
                service.subscription_id,
                service.service_id,
                service.requires_id,
                service.is_mandatory,
                service.billing_model,
                ends_on is not None and charges[-1].period_end >= ends_on,
                tuple(parts),
            )
        )
    return decide_renewals(renewals, funds=funds, granularity=account.granularity)


def document_key(account: AccountToBill, *, service: ServiceToBill) -> tuple[str, bool, int]:
    """What the services of one document have in common."""
    method = service.collection_method or account.collection_method
    return method, service.billing_model == PAY_BEFORE, service.subscription_id if service.is_invoiced_separately else 0


def _compose_part(account: AccountToBill, rated: Rated, invoice_on: date) -> DocumentPart:
    first = rated[0][0]
    method = first.collection_method or account.collection_method
    return DocumentPart(INVOICE, method, _list_units(account, rated, invoice_on), _hold_kind(account, first))


def _hold_kind(account: AccountToBill, service: ServiceToBill) -> str:
    if service.billing_model == PAY_BEFORE:
        return "credit"
    return account.funds.hold_kind if account.funds is not None else ""


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


def _draft_invoice(account: AccountToBill, rated: Rated, invoice_on: date) -> DraftDocument:
    first = rated[0][0]
    method = first.collection_method or account.collection_method
    lines = tuple(_draft_line(account, service, charge, invoice_on) for service, charges in rated for charge in charges)
    claims = tuple(claim for _, charges in rated for claim in _list_claims(charges))
    due_on = invoice_on + timedelta(days=account.net_terms_days[method])
    head = DocumentHead(INVOICE, method, due_on, _hold_kind(account, first))
    return _draft_document(account, head, lines, claims)


def _list_units(account: AccountToBill, rated: Rated, invoice_on: date) -> tuple[ChargeUnit, ...]:
    units = []
    for service, charges in rated:
        for _, period in groupby(charges, key=attrgetter("period_start")):
            of_period = list(period)
            lines = tuple(_draft_line(account, service, charge, invoice_on) for charge in of_period)
            units.append(ChargeUnit(lines, _list_claims(of_period)))
    return tuple(units)


def _draft_part(account: AccountToBill, part: DocumentPart, invoice_on: date) -> DraftDocument:
    terms_days = account.net_terms_days[part.collection_method] if part.kind == INVOICE else 0
    lines = tuple(line for unit in part.units for line in unit.lines)
    claims = tuple(claim for unit in part.units for claim in unit.claims)
    due_on = invoice_on + timedelta(days=terms_days)
    head = DocumentHead(part.kind, part.collection_method, due_on, part.hold_kind if part.kind == INVOICE else "")
    return _draft_document(account, head, lines, claims)


def _draft_document(
    account: AccountToBill, head: DocumentHead, lines: tuple[DraftLine, ...], claims: tuple[ClaimPeriod, ...]
) -> DraftDocument:
    kind, collection_method, due_on, hold_kind = head
    tax_lines: tuple[DraftTaxLine, ...] = compute_tax_lines(lines)
    net = sum(line.net_minor for line in lines)
    tax = sum(line.tax_minor for line in tax_lines)
    return DraftDocument(
        account.account_id, collection_method, due_on, net, tax, net + tax, lines, tax_lines, claims, kind, hold_kind
    )


def _list_claims(charges: Iterable[Charge]) -> tuple[ClaimPeriod, ...]:
    """What charges bill; tiers make several charges of one period, which is claimed once."""
    return tuple(
        dict.fromkeys(
            ClaimPeriod(charge.subscription_service_id, charge.kind, charge.period_start, charge.period_end)
            for charge in charges
            if charge.kind != DISCOUNT
        )
    )


def _draft_line(account: AccountToBill, service: ServiceToBill, charge: Charge, invoice_on: date) -> DraftLine:
    tax = account.taxes(service.tax_category, service.supply_kind, min(invoice_on, charge.period_end - DAY))
    return DraftLine(
        kind=charge.kind,
        subscription_service_id=charge.subscription_service_id,
        description=_describe(service, charge),
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
        plan_name=service.plan_name,
    )


def _describe(service: ServiceToBill, charge: Charge) -> str:
    name = charge.label or service.description
    return f"{name[:LONGEST_NAME]} ({charge.note})" if charge.note else name


def _billed_from(service: ServiceToBill) -> date:
    return service.terms.billed_through or service.terms.starts_on
