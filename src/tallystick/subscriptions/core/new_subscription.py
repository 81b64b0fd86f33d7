"""What a subscription is made of, as values, and what can be wrong with one seen alone."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.catalog.core.field_problems import (
    find_choice_problems,
    find_range_problems,
    find_unit_price_problems,
    has_more_decimals,
)
from tallystick.catalog.core.item_problems import find_interval_problems
from tallystick.errors import Problem
from tallystick.sellers.core.texts import find_text_problems

PERCENT, AMOUNT = "percent", "amount"
DISCOUNT_KINDS = (PERCENT, AMOUNT)
COLLECTION_METHODS = ("", "automatic", "remittance")
LARGEST_QUANTITY = Decimal(10) ** 10
QUANTITY_DECIMALS = 4
LONGEST_COMMITMENT_MONTHS = 600

#: Greatest lengths of texts, as the columns have them.
SUBSCRIPTION_LIMITS = {"external_id": 80}
SERVICE_LIMITS = {"external_id": 80, "description": 160}
DISCOUNT_LIMITS = {"label": 120}


class NewDiscount(NamedTuple):
    """A reduction from `from_on` up to but without `until_on`: percent, or major units a full period.

    A negative amount raises the charge: a negotiated adjustment upwards.
    """

    kind: str
    value: Decimal
    label: str = "Discount"
    from_on: date | None = None
    until_on: date | None = None


class NewService(NamedTuple):
    """One service of a subscription, by code. `external_id` tells it from others in there; empty: the service's code.

    `ends_on` is the first day without it. `billed_elsewhere_until` is the first day that is ours to bill, where another
    system billed before. What is sold once lasts a day.
    """

    service: str
    starts_on: date
    ends_on: date | None = None
    quantity: Decimal = Decimal(1)
    unit_price_override: Decimal | None = None
    description: str = ""
    external_id: str = ""
    billed_elsewhere_until: date | None = None
    discounts: tuple[NewDiscount, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from the others in its subscription."""
        return self.external_id or self.service


class NewSubscription(NamedTuple):
    """An agreement, with account, plan and services by their external ids and codes.

    None for interval or anchor day: those of the plan and of the account. An interval is of months or of days.
    `is_auto_renewed`: when its term ends, bill runs renew it for `commitment_months` more; None leaves that as it is.
    `is_canceled` says that it ended by a cancellation, on `ends_on`, the first day without service. `is_draft` says
    that it is not effective yet: its start is planned, and nothing is billed before it becomes effective (CRM-38).
    """

    external_id: str
    account: str
    plan: str
    services: tuple[NewService, ...]
    starts_on: date
    ends_on: date | None = None
    interval_months: int | None = None
    anchor_day: int | None = None
    commitment_months: int = 0
    collection_method: str = ""
    is_invoiced_separately: bool = False
    is_canceled: bool = False
    is_auto_renewed: bool | None = None
    interval_days: int | None = None
    is_draft: bool = False


class ServiceProblem(NamedTuple):
    """Something wrong with a subscription; `place` counts its services from 0, None for the subscription itself."""

    place: int | None
    problem: Problem


def find_subscription_problems(new: NewSubscription) -> Iterator[ServiceProblem]:
    """Everything that is wrong with a subscription and its services, seen alone."""
    for problem in _find_own_problems(new):
        yield ServiceProblem(None, problem)
    keys: set[str] = set()
    for place, service in enumerate(new.services):
        if service.key in keys:
            yield ServiceProblem(place, Problem("line", f"{service.key!r} is given twice in {new.external_id}"))
        keys.add(service.key)
        for problem in _find_service_problems(service, new):
            yield ServiceProblem(place, problem)


def _find_own_problems(new: NewSubscription) -> Iterator[Problem]:
    if not new.external_id:
        yield Problem("subscription", "must not be empty")
    for _, reason in find_text_problems(new, limits=SUBSCRIPTION_LIMITS):
        yield Problem("subscription", reason)
    if not new.services:
        yield Problem("service", "a subscription has at least one")
    if new.interval_months is not None or new.interval_days is not None:
        yield from find_interval_problems(new.interval_months or 0, interval_days=new.interval_days or 0)
    if new.anchor_day is not None:
        yield from find_range_problems("anchor_day", value=new.anchor_day, least=1, most=31)
    yield from find_range_problems(
        "commitment_months", value=new.commitment_months, least=0, most=LONGEST_COMMITMENT_MONTHS
    )
    yield from find_choice_problems("collection_method", value=new.collection_method, choices=COLLECTION_METHODS)
    if new.ends_on is not None and new.ends_on < new.starts_on:
        yield Problem("ends_on", f"must not be before the start on {new.starts_on}, but is {new.ends_on}")
    yield from _find_end_problems(new)


def _find_end_problems(new: NewSubscription) -> Iterator[Problem]:
    if new.is_draft and new.is_canceled:
        yield Problem("status", "a draft that is canceled was never agreed")
    if new.is_draft and any(each.billed_elsewhere_until for each in new.services):
        yield Problem("billed_elsewhere_until", "nobody billed what is not effective yet")
    if new.is_canceled and new.ends_on is None:
        yield Problem("ends_on", "is needed where the subscription is canceled")
    if new.is_auto_renewed and (new.ends_on is None or not new.commitment_months):
        yield Problem("is_auto_renewed", "only a term can be renewed: give its end and its number of months")


def _find_service_problems(service: NewService, new: NewSubscription) -> Iterator[Problem]:
    for name, reason in find_text_problems(service, limits=SERVICE_LIMITS):
        yield Problem("line" if name == "external_id" else name, reason)
    yield from _find_quantity_problems(service.quantity)
    if service.unit_price_override is not None:
        yield from find_unit_price_problems(service.unit_price_override, name="unit_price", may_be_negative=True)
    yield from _find_date_problems(service, new)
    for discount in service.discounts:
        yield from find_discount_problems(discount)


def _find_quantity_problems(quantity: Decimal) -> Iterator[Problem]:
    if not quantity.is_finite():
        yield Problem("quantity", "must be a number")
    elif quantity < 0:
        yield Problem("quantity", f"must not be negative, but is {quantity}")
    elif quantity >= LARGEST_QUANTITY:
        yield Problem("quantity", f"must be less than {LARGEST_QUANTITY}")
    elif has_more_decimals(quantity, decimals=QUANTITY_DECIMALS):
        yield Problem("quantity", f"must have at most {QUANTITY_DECIMALS} decimals")


def _find_date_problems(service: NewService, new: NewSubscription) -> Iterator[Problem]:
    if service.ends_on is not None and service.ends_on < service.starts_on:
        yield Problem("ends_on", f"must not be before the start on {service.starts_on}, but is {service.ends_on}")
    if service.starts_on < new.starts_on:
        yield Problem("starts_on", f"must not be before the subscription's start on {new.starts_on}")
    until = service.billed_elsewhere_until
    if until is not None and until < service.starts_on:
        yield Problem("billed_elsewhere_until", f"must not be before the start on {service.starts_on}")


def find_discount_problems(discount: NewDiscount) -> Iterator[Problem]:
    """What is wrong with a discount of a service or of a subscription."""
    name = f"discount_{discount.kind}"
    if discount.kind not in DISCOUNT_KINDS:
        yield Problem("discount", f"must be one of {', '.join(DISCOUNT_KINDS)}")
    elif not discount.value.is_finite():
        yield Problem(name, "must be a number")
    elif discount.kind == PERCENT and not 0 < discount.value <= 100:
        yield Problem(name, f"must be above 0 and at most 100, but is {discount.value}")
    elif discount.value == 0:
        yield Problem(name, "must not be 0")
    elif has_more_decimals(discount.value, decimals=6) or abs(discount.value) >= LARGEST_QUANTITY:
        yield Problem(name, f"must have at most 6 decimals and be less than {LARGEST_QUANTITY}")
    for _, reason in find_text_problems(discount, limits=DISCOUNT_LIMITS):
        yield Problem("discount_label", reason)
    if discount.from_on is not None and discount.until_on is not None and discount.until_on <= discount.from_on:
        yield Problem("discount_until", f"must be after {discount.from_on}, but is {discount.until_on}")
