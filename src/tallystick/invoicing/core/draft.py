"""Drafts as plain values: what assembly makes and what is then written in bulk."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.credit.core.renewals import NotRenewed


class DraftLine(NamedTuple):
    """One line of a draft. `net_minor` is before tax; `part_days` of `full_days` are billed, 0 of 0 for a whole
    period; a percentage discount says of what it took how many percent. `plan_name` is printed over it."""

    kind: str
    subscription_service_id: int | None
    description: str
    period_start_on: date | None
    period_end_on: date | None
    quantity: Decimal | int
    unit_price: Decimal
    part_days: int
    full_days: int
    percent: Decimal | None
    percent_of_minor: int
    net_minor: int
    treatment: str
    tax_rate: Decimal
    revenue_code: str
    registration: str
    plan_name: str = ""


class DraftTaxLine(NamedTuple):
    """Tax of one group of lines (registration, treatment, rate), rounded once for the group."""

    registration: str
    treatment: str
    tax_rate: Decimal
    net_minor: int
    tax_minor: int


class ClaimPeriod(NamedTuple):
    """A service period that the draft bills, half-open."""

    subscription_service_id: int
    kind: str
    start_on: date
    end_on: date


class BilledThroughMove(NamedTuple):
    """Compare-and-set of a service's first unbilled day."""

    subscription_service_id: int
    from_on: date
    to_on: date


class ChargeUnit(NamedTuple):
    """A service's charges for one period with the discounts on them: what the credit rules take for one charge."""

    lines: tuple[DraftLine, ...]
    claims: tuple[ClaimPeriod, ...]

    @property
    def net_minor(self) -> int:
        """Sum of its lines before tax."""
        return sum(line.net_minor for line in self.lines)


class DocumentPart(NamedTuple):
    """What is to stand on one document."""

    kind: str
    collection_method: str
    units: tuple[ChargeUnit, ...]
    hold_kind: str = ""


class DraftDocument(NamedTuple):
    """One document to be drafted, amounts in minor units of the account's currency.

    An invoice, or a credit note: then with the signs of what it gives back turned round, so that its gross is positive.
    Until it is posted it holds its gross of the account's credit or room, or nothing (`hold_kind`).
    """

    account_id: int
    collection_method: str
    due_on: date
    net_minor: int
    tax_minor: int
    gross_minor: int
    lines: tuple[DraftLine, ...]
    tax_lines: tuple[DraftTaxLine, ...]
    claims: tuple[ClaimPeriod, ...]
    kind: str = "invoice"
    hold_kind: str = ""


class DraftBill(NamedTuple):
    """All drafts that one run makes for one account, and how far they move its services.

    What failed its funds test is not renewed and stands in none of them; with `shortfall_minor` more, all of it that is
    paid before would be (CRM-16).
    """

    account_id: int
    documents: tuple[DraftDocument, ...]
    moves: tuple[BilledThroughMove, ...]
    not_renewed: tuple[NotRenewed, ...] = ()
    shortfall_minor: int = 0
