"""Which VAT treatment a supply has (DEM-25, DEM-64; docs/rules/vat.md)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.taxes.core.rates import DatedRate, choose_rate
from tallystick.taxes.core.supply import EU_COUNTRIES, Registration, Supply
from tallystick.taxes.core.treatment import CATEGORIES, TAXED, Treatment
from tallystick.taxes.errors import TreatmentUnsettled

_NO_RATE = Decimal(0)


class TaxDecision(NamedTuple):
    """The VAT of a supply: in which country it is accounted for, the treatment, and the rate in percent."""

    country: str
    treatment: Treatment
    rate: Decimal


def decide_tax(supply: Supply, *, rates: Sequence[DatedRate]) -> TaxDecision:
    """The VAT of a supply: treatment by :func:`decide_treatment`, rate by ``choose_rate`` on the tax point date.

    The country is the seller's: all supplies decided so far are accounted for there. Refuses what either of them
    refuses.
    """
    seller_country, registrations, buyer, category, on = supply
    treatment = decide_treatment(
        seller_country=seller_country,
        seller_registrations=registrations,
        buyer_country=buyer.country,
        buyer_is_business=buyer.is_business,
        buyer_vat_id_valid=buyer.is_vat_id_valid,
        category=category,
        on=on,
    )
    rate = choose_rate(rates, country=seller_country, category=treatment, on=on) if treatment in TAXED else _NO_RATE
    return TaxDecision(seller_country, treatment, rate)


def decide_treatment(
    *,
    seller_country: str,
    seller_registrations: Sequence[Registration],
    buyer_country: str,
    buyer_is_business: bool,
    buyer_vat_id_valid: bool,
    category: str,
    on: date,
) -> Treatment:
    """How a service is taxed on its tax point date.

    A seller without any registration charges no VAT. Else: at home by the service's category; to a business with a
    confirmed VAT id in another member state reverse charge; to anyone else in the EU as at home; outside the EU out
    of scope. What can't be told is refused (:class:`TreatmentUnsettled`), never taken as 0: a buyer without a
    country, an unknown category, a seller who is registered, but not at home.
    """
    registered_in = {registration.country for registration in seller_registrations if registration.is_in_force(on)}
    if not registered_in:
        return Treatment.NOT_REGISTERED
    if category not in CATEGORIES:
        raise TreatmentUnsettled(reason=f"{category!r} is not a tax category", field="tax_category")
    if len(buyer_country) != 2:
        raise TreatmentUnsettled(reason="the buyer's country is not known", field="country")
    if seller_country not in registered_in:
        raise TreatmentUnsettled(
            reason=f"the seller is registered for VAT, but not in {seller_country} on {on}", field="vat_registrations"
        )
    if buyer_country == seller_country:
        return Treatment(category)
    if buyer_country not in EU_COUNTRIES or seller_country not in EU_COUNTRIES:
        return _across_the_border_of_the_union(buyer_country, registered_in)
    if buyer_is_business and buyer_vat_id_valid and category != Treatment.EXEMPT:
        return Treatment.REVERSE_CHARGE
    return Treatment(category)


def _across_the_border_of_the_union(buyer_country: str, registered_in: set[str]) -> Treatment:
    if buyer_country in registered_in:
        raise TreatmentUnsettled(
            reason=f"the seller is registered for VAT in {buyer_country} too, where the buyer is",
            field="vat_registrations",
        )
    return Treatment.OUTSIDE_SCOPE
