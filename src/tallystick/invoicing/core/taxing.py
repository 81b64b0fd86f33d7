"""Tax of drafts: which tax a line bears for this buyer, and the tax lines of a document. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from tallystick.invoicing.core.draft import DraftTaxLine
from tallystick.taxes.core.computation import TaxedNet, compute_tax
from tallystick.taxes.core.decision import choose_registration, decide_tax
from tallystick.taxes.core.rates import DatedRate
from tallystick.taxes.core.supply import Party, Registration, Supply, SupplyKind
from tallystick.taxes.core.treatment import Treatment


class LineTax(NamedTuple):
    """How a line is taxed: treatment, rate in percent, and the VAT number under which the seller accounts for it."""

    treatment: str
    rate: Decimal
    registration: str


class TaxedLine(Protocol):
    """Anything with a net that is taxed in one way."""

    @property
    def net_minor(self) -> int:
        """Net in minor units."""

    @property
    def treatment(self) -> str:
        """The VAT treatment."""

    @property
    def tax_rate(self) -> Decimal:
        """Rate in percent."""

    @property
    def registration(self) -> str:
        """The seller's VAT number."""


def compute_tax_lines(lines: Iterable[TaxedLine]) -> tuple[DraftTaxLine, ...]:
    """One tax line for each registration, treatment and rate, rounded once on the sum of its nets."""
    nets: dict[tuple[str, str, Decimal], int] = {}
    for line in lines:
        group = line.registration, line.treatment, line.tax_rate
        nets[group] = nets.get(group, 0) + line.net_minor
    computed = compute_tax(
        TaxedNet(registration, Treatment(treatment), rate, net_minor)
        for (registration, treatment, rate), net_minor in nets.items()
    )
    return tuple(DraftTaxLine(t.country, str(t.treatment), t.rate, t.net_minor, t.tax_minor) for t in computed)


class SellerTaxes:
    """Decides the tax of a seller's supplies, each situation once: a run asks the same few questions all day."""

    def __init__(self, *, country: str, registrations: Sequence[Registration], rates: Sequence[DatedRate]) -> None:
        self._country = country
        self._registrations = tuple(registrations)
        self._rates = tuple(rates)
        self._settled: dict[tuple[Party, str, str, date], LineTax] = {}

    def for_buyer(self, buyer: Party) -> Callable[[str, str, date], LineTax]:
        """Which tax bears a category of a kind of supply on a day, for one buyer? Raises what decide_tax refuses."""

        def line_tax(category: str, supply_kind: str, on: date) -> LineTax:
            key = (buyer, category, supply_kind, on)
            settled = self._settled.get(key)
            if settled is None:
                settled = self._settled[key] = self._decide(buyer, category, SupplyKind(supply_kind), on)
            return settled

        return line_tax

    def _decide(self, buyer: Party, category: str, kind: SupplyKind, on: date) -> LineTax:
        decision = decide_tax(Supply(self._country, self._registrations, buyer, category, on, kind), rates=self._rates)
        registration = choose_registration(self._registrations, country=decision.country, on=on)
        return LineTax(str(decision.treatment), decision.rate, registration.number if registration else "")
