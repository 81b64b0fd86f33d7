"""Assembly: from an account's due services to its drafted bill. Pure; the same for one account and for a million."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

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
    """A due service with what its lines say and where they go."""

    terms: ServiceTerms
    subscription_id: int
    collection_method: str
    is_invoiced_separately: bool
    description: str
    revenue_code: str
    tax_category: str
    service_id: int = 0
    billing_model: str = PAY_AFTER
    is_mandatory: bool = True
    requires_id: int | None = None
    plan_id: int = 0


class AccountToBill(NamedTuple):
    """An account with all that its drafts need, its services in rank order.

    `taxes` says which tax a category bears for it on a tax point. Without `funds` nothing bounds what it may owe, and
    there is nothing to test.
    """

    account_id: int
    collection_method: str
    net_terms_days: Mapping[str, int]
    services: Sequence[ServiceToBill]
    taxes: Callable[[str, date], LineTax]
    credit_rule: str = WHOLE
    funds: AccountFunds | None = None
    granularity: str = BY_SERVICE
    fee_terms: FeeTerms | None = None


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
    rated.sort(
        key=lambda pair: document_key(account, service=pair[0])
    )  # stable: keeps the rank order inside a document
    parts = [
        _compose_part(account, list(group), invoice_on)
        for _, group in groupby(rated, key=lambda pair: document_key(account, service=pair[0]))
    ]
    documents = tuple(
        _draft_document(account, part, invoice_on) for part in split_by_credit_rule(parts, rule=account.credit_rule)
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
            tax = account.taxes(service.tax_category, min(invoice_on, charge.period_end - DAY))
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


def _compose_part(
    account: AccountToBill, rated: Sequence[tuple[ServiceToBill, tuple[Charge, ...]]], invoice_on: date
) -> DocumentPart:
    first = rated[0][0]
    method = first.collection_method or account.collection_method
    return DocumentPart(INVOICE, method, tuple(_list_units(account, rated, invoice_on)), _hold_kind(account, first))


def _hold_kind(account: AccountToBill, service: ServiceToBill) -> str:
    if service.billing_model == PAY_BEFORE:
        return "credit"
    return account.funds.hold_kind if account.funds is not None else ""


def _list_units(
    account: AccountToBill, rated: Iterable[tuple[ServiceToBill, tuple[Charge, ...]]], invoice_on: date
) -> Iterator[ChargeUnit]:
    for service, charges in rated:
        for _, period in groupby(charges, key=attrgetter("period_start")):
            of_period = list(period)
            yield ChargeUnit(
                tuple(_draft_line(account, service, charge, invoice_on) for charge in of_period),
                # Tiers make several charges of one period, which is claimed once.
                tuple(
                    dict.fromkeys(
                        ClaimPeriod(charge.subscription_service_id, charge.kind, charge.period_start, charge.period_end)
                        for charge in of_period
                        if charge.kind != DISCOUNT
                    )
                ),
            )


def _draft_document(account: AccountToBill, part: DocumentPart, invoice_on: date) -> DraftDocument:
    lines = tuple(line for unit in part.units for line in unit.lines)
    tax_lines: tuple[DraftTaxLine, ...] = compute_tax_lines(lines)
    net = sum(line.net_minor for line in lines)
    tax = sum(line.tax_minor for line in tax_lines)
    terms_days = account.net_terms_days[part.collection_method] if part.kind == INVOICE else 0
    return DraftDocument(
        account_id=account.account_id,
        collection_method=part.collection_method,
        due_on=invoice_on + timedelta(days=terms_days),
        net_minor=net,
        tax_minor=tax,
        gross_minor=net + tax,
        lines=lines,
        tax_lines=tax_lines,
        claims=tuple(claim for unit in part.units for claim in unit.claims),
        kind=part.kind,
        hold_kind=part.hold_kind if part.kind == INVOICE else "",
    )


def _draft_line(account: AccountToBill, service: ServiceToBill, charge: Charge, invoice_on: date) -> DraftLine:
    tax = account.taxes(service.tax_category, min(invoice_on, charge.period_end - DAY))
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
    )


def _describe(service: ServiceToBill, charge: Charge) -> str:
    name = charge.label or service.description
    return f"{name[:LONGEST_NAME]} ({charge.note})" if charge.note else name


def _billed_from(service: ServiceToBill) -> date:
    return service.terms.billed_through or service.terms.starts_on
