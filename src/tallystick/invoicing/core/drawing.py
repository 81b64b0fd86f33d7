"""Drawing: charges of a bill taken on the account before invoicing, and the entries of that (model section 3). Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.invoicing.core.assembly import AccountToBill
from tallystick.invoicing.core.credit_rules import turn_signs
from tallystick.invoicing.core.draft import ClaimPeriod, DraftBill, DraftLine
from tallystick.invoicing.core.posting import RevenuePart, TaxPart, post_entries, tax_detail
from tallystick.ledger.core.chart import CUSTOMER_CREDIT, RECEIVABLE, TAX_ACCRUED, TAX_PAYABLE, UNBILLED
from tallystick.ledger.core.entries import Entry
from tallystick.taxes.core.computation import compute_tax_cumulative


class DrawGroup(NamedTuple):
    """What a statement asks for and rounds together: one invoice, and in it one registration, treatment and rate.

    `statement_month_on` is the first of the month; `subscription_id` is set where it asks for its own invoice.
    """

    account_id: int
    statement_month_on: date
    collection_method: str
    subscription_id: int | None
    registration: str
    treatment: str
    tax_rate: Decimal


class GroupSum(NamedTuple):
    """What was drawn in a group so far, in minor units."""

    net_minor: int = 0
    tax_minor: int = 0


class ChargeToDraw(NamedTuple):
    """A charge of an account's bill: its line, the invoice it will stand on, and the period that it claims."""

    line: DraftLine
    collection_method: str
    subscription_id: int | None
    claim: ClaimPeriod | None


class NewDraw(NamedTuple):
    """A draw to be written; `tax_minor` is what it adds to the tax of its group."""

    group: DrawGroup
    line: DraftLine
    tax_minor: int
    claim: ClaimPeriod | None = None

    @property
    def gross_minor(self) -> int:
        """What it takes of the account, in minor units."""
        return self.line.net_minor + self.tax_minor


def list_charges(account: AccountToBill, *, bill: DraftBill) -> Iterator[ChargeToDraw]:
    """The charges of an assembled bill with the signs that they have: what a draft gives back is a negative draw."""
    services = {service.terms.subscription_service_id: service for service in account.services}
    for document in bill.documents:
        claims: dict[object, ClaimPeriod] = {claim[:3]: claim for claim in document.claims}
        for line in document.lines:
            service = services[line.subscription_service_id] if line.subscription_service_id else None
            own = service is not None and service.is_invoiced_separately
            period = (line.subscription_service_id, line.kind, line.period_start_on)
            yield ChargeToDraw(
                turn_signs(line) if document.kind == "credit_note" else line,
                document.collection_method,
                service.subscription_id if own and service is not None else None,
                claims.pop(period, None),
            )


def compute_draws(
    charges: Sequence[ChargeToDraw],
    *,
    account_id: int,
    statement_month_on: date,
    sums: dict[DrawGroup, GroupSum],
) -> list[NewDraw]:
    """The draws of charges, in their order: tax is that of the group so far with this, less what it bore already.

    So that the statement's tax for a rate is exactly what was accrued: three draws of 0.35 at 21 % bear 0.07, 0.08 and
    0.07, which is the 0.22 of 1.05. `sums` is what the groups came to so far, and is moved on.
    """
    draws = []
    for charge in charges:
        line = charge.line
        group = DrawGroup(
            account_id,
            statement_month_on,
            charge.collection_method,
            charge.subscription_id,
            line.registration,
            line.treatment,
            line.tax_rate,
        )
        tax_minor = add_to_group(sums, group=group, net_minor=line.net_minor)
        draws.append(NewDraw(group, line, tax_minor, charge.claim))
    return draws


def add_to_group(sums: dict[DrawGroup, GroupSum], *, group: DrawGroup, net_minor: int) -> int:
    """Add a net to the sum of its group; return the tax that it adds, in minor units."""
    before = sums.get(group, GroupSum())
    tax_minor = compute_tax_cumulative(
        before.net_minor, tax_so_far=before.tax_minor, net_new=net_minor, rate=group.tax_rate
    )
    sums[group] = GroupSum(before.net_minor + net_minor, before.tax_minor + tax_minor)
    return tax_minor


def draw_subject(draw_id: int) -> str:
    """The text by which the ledger names a draw."""
    return f"draw:{draw_id}"


def draw_entries(draw: NewDraw) -> tuple[Entry, ...]:
    """Unbilled (gross) against revenue (net) and tax accrued; of a negative draw the sides are swapped."""
    group, account_id = draw.group, draw.group.account_id
    return post_entries(
        account_id,
        gross_minor=draw.gross_minor,
        revenue=[RevenuePart(draw.line.revenue_code, draw.line.net_minor)],
        taxes=[TaxPart(group.registration, group.treatment, group.tax_rate, draw.tax_minor)],
        owed=UNBILLED,
        tax_owed=TAX_ACCRUED,
    )


def statement_entries(account_id: int, *, kind: str, gross_minor: int, taxes: Sequence[TaxPart]) -> tuple[Entry, ...]:
    """Receivable and tax accrued against unbilled and tax payable: the balance moves by 0 (BIL-8).

    A statement below zero is a credit note: unbilled and tax payable against customer credit and tax accrued.
    """
    sign = -1 if kind == "credit_note" else 1
    entries = [
        Entry(CUSTOMER_CREDIT if sign < 0 else RECEIVABLE, sign * gross_minor, account_id),
        Entry(UNBILLED, -sign * gross_minor, account_id),
    ]
    for part in taxes:
        detail = tax_detail(part.registration, treatment=part.treatment, tax_rate=part.tax_rate)
        entries += [
            Entry(TAX_ACCRUED, sign * part.tax_minor, None, detail),
            Entry(TAX_PAYABLE, -sign * part.tax_minor, None, detail),
        ]
    return tuple(entry for entry in entries if entry.amount_minor != 0)
