"""What may be agreed, given the offer, the account, and what was agreed and billed before."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.price_list import PlanFacts, PlanServiceFacts, PriceFacts, PriceList, ServiceFacts
from tallystick.periods.anchor import Cycle
from tallystick.subscriptions.core.agreement import (
    KnownService,
    KnownSubscription,
    Subscriber,
    find_agreement_problems,
    make_offer,
    settle_cycle,
    settle_end,
)
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription

BASE, SEAT, SETUP, TEAM, OTHER = 1, 2, 3, 11, 12
MARCH, APRIL, JULY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 7, 1)


def service(number: int, code: str, kind: str = "recurring") -> ServiceFacts:
    return ServiceFacts(number, code, code.title(), kind, "flat", "subscriptions", "standard", "")


OFFER = make_offer(
    PriceList(
        services={
            BASE: service(BASE, "base"),
            SEAT: service(SEAT, "seat"),
            SETUP: service(SETUP, "setup", "one_off"),
        },
        plans={
            TEAM: PlanFacts(TEAM, "team", "Team", "prebill_pay_after", 3, 1, ""),
            OTHER: PlanFacts(OTHER, "other", "Other", "prebill_pay_after", 1, 1, ""),
        },
        plan_services={
            (TEAM, BASE): PlanServiceFacts(TEAM, BASE, True, None, 1),
            (TEAM, SEAT): PlanServiceFacts(TEAM, SEAT, False, BASE, 2),
        },
        prices={
            (BASE, None, "EUR", 1, 0): (PriceFacts(Decimal(10), "EUR", MARCH, None),),
            (BASE, None, "USD", 1, 0): (PriceFacts(Decimal(11), "USD", MARCH, None),),
            (SEAT, None, "EUR", 3, 0): (PriceFacts(Decimal(30), "EUR", MARCH, None),),
        },
    )
)
SUBSCRIBER = Subscriber(7, "EUR", 15)
BASE_LINE, SEAT_LINE = NewService("base", MARCH), NewService("seat", MARCH)
SOUND = NewSubscription("S-1", "A-1", "team", (BASE_LINE, SEAT_LINE), MARCH)


def known(*, status: str = "active", is_billed: bool = False, **services: KnownService) -> KnownSubscription:
    there = services or {"base": KnownService(BASE, MARCH, is_billed, False)}
    return KnownSubscription(70, TEAM, status, 3, 15, MARCH, 0, False, there)


def reasons(
    new: NewSubscription, subscriber: Subscriber | None = SUBSCRIBER, before: KnownSubscription | None = None
) -> list[tuple[int | None, str, str]]:
    found = find_agreement_problems(new, offer=OFFER, subscriber=subscriber, known=before)
    return [(place, problem.field, problem.reason) for place, problem in found]


def test_what_the_plan_offers_in_the_accounts_currency_may_be_agreed() -> None:
    assert reasons(SOUND) == []


def test_an_unknown_account_and_an_unknown_plan_are_both_told() -> None:
    assert reasons(SOUND._replace(plan="gold"), None) == [
        (None, "account", "there is no account 'A-1'"),
        (None, "plan", "there is no plan 'gold'"),
    ]


def test_a_service_is_one_of_the_plan() -> None:
    services = (BASE_LINE, NewService("phone", MARCH), NewService("setup", MARCH))
    assert reasons(SOUND._replace(services=services)) == [
        (1, "service", "there is no service 'phone'"),
        (2, "service", "setup is not in the plan team"),
    ]


def test_a_service_has_a_price_in_the_accounts_currency() -> None:
    dollars = Subscriber(8, "USD", 1)
    assert reasons(SOUND, dollars) == [
        (1, "service", "seat has no price in USD, the account's currency; it is priced in EUR")
    ]


def test_an_agreed_price_needs_no_list_price() -> None:
    services = (BASE_LINE, SEAT_LINE._replace(unit_price_override=Decimal(1)))
    assert reasons(SOUND._replace(services=services), Subscriber(8, "USD", 1)) == []


def test_a_price_for_another_interval_is_none() -> None:
    # The seat is priced for three months only, so that nobody can have it by the month.
    assert [place for place, _, _ in reasons(SOUND._replace(interval_months=1))] == [1]


def test_mandatory_services_and_prerequisites_are_there() -> None:
    assert reasons(SOUND._replace(services=(SEAT_LINE,))) == [
        (0, "service", "seat requires base, which the subscription lacks"),
        (None, "service", "the plan team needs base, which is missing"),
    ]


def test_what_the_subscription_has_already_counts() -> None:
    assert reasons(SOUND._replace(services=(SEAT_LINE,)), before=known()) == []
    ended = known(base=KnownService(BASE, MARCH, False, True))
    assert len(reasons(SOUND._replace(services=(SEAT_LINE,)), before=ended)) == 2


def test_a_plan_does_not_change_under_a_subscription() -> None:
    found = reasons(SOUND._replace(plan="other", services=()), before=known())
    assert [field for _, field, _ in found] == ["plan"]


@pytest.mark.parametrize("status", ["canceled", "expired"])
def test_what_ended_does_not_come_back_this_way(status: str) -> None:
    assert [field for _, field, _ in reasons(SOUND, before=known(status=status))] == ["status"]
    assert reasons(SOUND._replace(is_canceled=True, ends_on=APRIL), before=known(status=status)) == []


def test_what_is_billed_keeps_its_start_its_interval_and_its_anchor_day() -> None:
    moved = SOUND._replace(starts_on=APRIL, interval_months=12, anchor_day=1, services=(NewService("base", APRIL),))
    before = known(is_billed=True)
    assert [(place, field) for place, field, _ in reasons(moved._replace(interval_months=3), before=before)] == [
        (None, "anchor_day"),
        (None, "starts_on"),
        (0, "starts_on"),
    ]
    assert "interval_months" in [field for _, field, _ in reasons(moved, before=before)]
    assert reasons(moved._replace(interval_months=3), before=known()) == []


@pytest.mark.rule("UNI-12")
def test_the_cycle_is_the_plans_interval_on_the_accounts_anchor_day_unless_agreed_otherwise() -> None:
    assert settle_cycle(SOUND, offer=OFFER, subscriber=SUBSCRIBER, known=None) == Cycle(date(2026, 3, 15), 15, 3)
    agreed = SOUND._replace(anchor_day=31, interval_months=1)
    assert settle_cycle(agreed, offer=OFFER, subscriber=SUBSCRIBER, known=None) == Cycle(date(2026, 3, 31), 31, 1)


def test_a_subscription_that_is_there_keeps_its_cycle_when_the_plan_or_the_account_changes() -> None:
    moved = Subscriber(7, "EUR", 1)
    assert settle_cycle(SOUND, offer=OFFER, subscriber=moved, known=known()) == Cycle(date(2026, 3, 15), 15, 3)


def test_a_service_ends_with_itself_or_with_its_subscription_and_never_before_it_starts() -> None:
    agreed = SOUND._replace(ends_on=JULY)
    assert settle_end(BASE_LINE, subscription_ends_on=SOUND.ends_on, is_one_off=False) is None
    assert settle_end(BASE_LINE, subscription_ends_on=agreed.ends_on, is_one_off=False) == JULY
    assert settle_end(BASE_LINE._replace(ends_on=APRIL), subscription_ends_on=agreed.ends_on, is_one_off=False) == APRIL
    assert settle_end(
        NewService("base", date(2026, 8, 1)), subscription_ends_on=agreed.ends_on, is_one_off=False
    ) == date(2026, 8, 1)


def test_what_is_sold_once_lasts_a_day() -> None:
    assert settle_end(NewService("setup", MARCH), subscription_ends_on=SOUND.ends_on, is_one_off=True) == date(
        2026, 3, 2
    )
