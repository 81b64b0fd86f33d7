"""What an account is to revenue: one class, the first that fits (DEM-31..35), and what it adds to MRR (DEM-37, DEM-40).

Worked table: docs/rules/rollups.md.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tallystick.money.rounding import round_half_away

FREE, TRIAL, COMPED, PAYING, MANAGED, UNCLASSIFIED = "free", "trial", "comped", "paying", "managed", "unclassified"
REVENUE_CLASSES: tuple[str, ...] = (FREE, TRIAL, COMPED, PAYING, MANAGED, UNCLASSIFIED)

#: What people read, by class. None of the words is that of a billing mode.
CLASS_WORDS: dict[str, str] = {
    FREE: "Free of charge",
    TRIAL: "On trial",
    COMPED: "Comped",
    PAYING: "Paying",
    MANAGED: "Awaiting payment",
    UNCLASSIFIED: "No class",
}
#: What each class means, in one sentence for people.
CLASS_MEANINGS: dict[str, str] = {
    FREE: "All that runs costs nothing, by the price list too.",
    TRIAL: "All that runs is on trial.",
    COMPED: "It has a price that they do not pay: it was given away, or no way to pay was ever arranged.",
    PAYING: "A saved payment method is charged, or a paid invoice covers today.",
    MANAGED: "They are invoiced and pay by transfer, and no paid invoice covers today.",
    UNCLASSIFIED: "Nothing runs, or the saved payment method can't be charged any more.",
}

_NO_REVENUE = frozenset({FREE, TRIAL, COMPED})


class ServiceValue(NamedTuple):
    """A recurring service that runs: its value a month in exact minor units, by the price list and as agreed."""

    list_minor: Fraction
    agreed_minor: Fraction
    is_trial: bool


class PaymentRelation(NamedTuple):
    """How an account pays. `paid_until`: the first day that no paid invoice covers (DEM-35), None where none did.

    `has_chargeable_method`: the saved method may be charged. `has_method`: there is one, even one that was refused.
    `pays_by_transfer`: the account is managed, or one of its subscriptions remits.
    """

    is_managed: bool
    has_chargeable_method: bool
    has_method: bool
    pays_by_transfer: bool
    paid_until: date | None


class Revenue(NamedTuple):
    """Class, and monthly recurring revenue in minor units: expected, and from those only who are paying (DEM-40)."""

    revenue_class: str
    mrr_forecast_minor: int
    mrr_confirmed_minor: int


def compute_revenue(services: Sequence[ServiceValue], *, pays: PaymentRelation, on: date) -> Revenue:
    """Class and MRR of an account on a day. Services are added up exactly and rounded once (DEM-37)."""
    revenue_class = classify_account(services, pays=pays, on=on)
    if revenue_class in _NO_REVENUE:
        return Revenue(revenue_class, 0, 0)
    forecast = round_half_away(sum((each.agreed_minor for each in services if not each.is_trial), Fraction(0)))
    return Revenue(revenue_class, forecast, forecast if revenue_class == PAYING else 0)


def classify_account(services: Sequence[ServiceValue], *, pays: PaymentRelation, on: date) -> str:
    """The first class that fits, in the order of DEM-35. Without a running recurring service: unclassified."""
    if not services:
        return UNCLASSIFIED
    if all(each.list_minor == 0 and each.agreed_minor == 0 for each in services):
        return FREE
    if all(each.is_trial for each in services):
        return TRIAL
    is_covered = pays.paid_until is not None and on < pays.paid_until
    if all(each.agreed_minor == 0 for each in services) or not _has_relation(pays, is_covered):
        return COMPED
    return _classify_payer(pays, is_covered)


def _has_relation(pays: PaymentRelation, is_covered: bool) -> bool:
    return pays.has_method or pays.pays_by_transfer or is_covered


def _classify_payer(pays: PaymentRelation, is_covered: bool) -> str:
    if is_covered or (pays.has_chargeable_method and not pays.is_managed):
        return PAYING
    return MANAGED if pays.is_managed else UNCLASSIFIED
