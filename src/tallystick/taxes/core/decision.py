"""Which VAT treatment a supply has, and in which country (DEM-25, DEM-64; docs/rules/vat.md)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.sellers.core.countries import EU_COUNTRIES
from tallystick.taxes.core.rates import DatedRate, choose_rate
from tallystick.taxes.core.supply import Registration, Scheme, Supply, SupplyKind
from tallystick.taxes.core.treatment import CATEGORIES, TAXED, Treatment
from tallystick.taxes.errors import TreatmentUnsettled

_NO_RATE = Decimal(0)


class TaxPlace(NamedTuple):
    """The country whose VAT a supply is accounted for under, and how it is taxed there."""

    country: str
    treatment: Treatment


class TaxDecision(NamedTuple):
    """The VAT of a supply: in which country it is accounted for, the treatment, and the rate in percent."""

    country: str
    treatment: Treatment
    rate: Decimal


def decide_tax(supply: Supply, *, rates: Sequence[DatedRate]) -> TaxDecision:
    """The VAT of a supply: place and treatment by :func:`decide_place`, rate by ``choose_rate`` on the tax point date.

    Refuses what either of them refuses.
    """
    country, treatment = decide_place(supply)
    rate = choose_rate(rates, country=country, category=treatment, on=supply.on) if treatment in TAXED else _NO_RATE
    return TaxDecision(country, treatment, rate)


def decide_place(supply: Supply) -> TaxPlace:
    """Where and how a service is taxed on its tax point date.

    A seller without any registration charges no VAT. What can't be told is refused (:class:`TreatmentUnsettled`),
    never taken as 0: a buyer without a country, an unknown category, a seller who is registered, but not at home.
    """
    home, buyer = supply.seller_country, supply.buyer
    local, has_shop = _list_registrations(supply)
    if not local and not has_shop:
        return TaxPlace(home, Treatment.NOT_REGISTERED)
    if supply.category not in CATEGORIES:
        raise TreatmentUnsettled(reason=f"{supply.category!r} is not a tax category", field="tax_category")
    if len(buyer.country) != 2:
        raise TreatmentUnsettled(reason="the buyer's country is not known", field="country")
    if home not in local and (home in EU_COUNTRIES or not has_shop):
        raise TreatmentUnsettled(
            reason=f"the seller is registered for VAT, but not in {home} on {supply.on}", field="vat_registrations"
        )
    if buyer.country == home:
        return TaxPlace(home, Treatment(supply.category) if home in local else Treatment.NOT_REGISTERED)
    if buyer.country in EU_COUNTRIES and home in EU_COUNTRIES:
        return _within_the_union(supply, local, has_shop)
    if buyer.country in EU_COUNTRIES:
        return _into_the_union(supply, local, has_shop)
    return _out_of_the_union(supply, local)


def choose_registration(registrations: Sequence[Registration], *, country: str, on: date) -> Registration | None:
    """Under which registration a supply in a country is declared: the one there, else the one-stop shop, or none."""
    in_force = [each for each in registrations if each.is_in_force(on)]
    there = [each for each in in_force if each.scheme is Scheme.LOCAL and each.country == country]
    shop = [each for each in in_force if each.scheme is Scheme.ONE_STOP_SHOP and country in EU_COUNTRIES]
    return next(iter(there or shop), None)


def _list_registrations(supply: Supply) -> tuple[set[str], bool]:
    in_force = [each for each in supply.seller_registrations if each.is_in_force(supply.on)]
    local = {each.country for each in in_force if each.scheme is Scheme.LOCAL}
    return local, any(each.scheme is Scheme.ONE_STOP_SHOP for each in in_force)


def _is_taxed_business(supply: Supply) -> bool:
    # who claims to be a business without a confirmed VAT id is taxed as a consumer
    return supply.buyer.is_business and supply.buyer.is_vat_id_valid


def _within_the_union(supply: Supply, local: set[str], has_shop: bool) -> TaxPlace:
    home, there = supply.seller_country, supply.buyer.country
    if supply.category == Treatment.EXEMPT:
        return TaxPlace(home, Treatment.EXEMPT)
    if _is_taxed_business(supply):
        return TaxPlace(home, Treatment.REVERSE_CHARGE)  # art. 44 and 196
    if supply.kind is SupplyKind.DIGITAL and (there in local or has_shop):
        return _at_the_destination(supply)
    return TaxPlace(home, Treatment(supply.category))  # art. 45, and art. 59c below its threshold


def _into_the_union(supply: Supply, local: set[str], has_shop: bool) -> TaxPlace:
    there = supply.buyer.country
    if _is_taxed_business(supply) or supply.kind is SupplyKind.GENERAL or supply.category == Treatment.EXEMPT:
        return TaxPlace(supply.seller_country, Treatment.OUTSIDE_SCOPE)
    if there not in local and not has_shop:
        reason = f"consumers in {there} are taxed there: the seller lacks a registration there or for the one-stop shop"
        raise TreatmentUnsettled(reason=reason, field="vat_registrations")
    return _at_the_destination(supply)


def _out_of_the_union(supply: Supply, local: set[str]) -> TaxPlace:
    home, there = supply.seller_country, supply.buyer.country
    if supply.buyer.is_business:
        return TaxPlace(home, Treatment.OUTSIDE_SCOPE)
    if supply.kind is SupplyKind.GENERAL and home in local:
        return TaxPlace(home, Treatment(supply.category))
    if there in local:
        return _at_the_destination(supply)
    return TaxPlace(home, Treatment.OUTSIDE_SCOPE)


def _at_the_destination(supply: Supply) -> TaxPlace:
    there = supply.buyer.country
    if supply.category not in TAXED:
        # each state has its own zero rates and exemptions: those of the seller's home say nothing about them
        reason = f"what is {supply.category} at home need not be so in {there}, where the buyer is taxed"
        raise TreatmentUnsettled(reason=reason, field="tax_category")
    return TaxPlace(there, Treatment(supply.category))
