"""What must hold for every service that is billed, whatever its terms and whenever the runs were."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tallystick.periods.anchor import first_cycle
from tallystick.rating.charge import Charge, rate
from tallystick.rating.discount import Discount
from tallystick.rating.due_periods import list_due_periods
from tallystick.rating.explanation import explain
from tallystick.rating.price import Price
from tallystick.rating.recurring_value import monthly_minor
from tallystick.rating.terms import ServiceTerms

START = date(2024, 1, 1)
DAYS = st.integers(0, 900).map(lambda n: START + timedelta(days=n))

DISCOUNTS = st.one_of(
    st.builds(
        Discount,
        st.just("percent"),
        st.decimals("0.01", 100, places=2),
        st.none() | DAYS,
        st.none() | DAYS,
        st.just("p"),
    ),
    st.builds(
        Discount,
        st.just("amount"),
        st.decimals("0.01", 500, places=2),
        st.none() | DAYS,
        st.none() | DAYS,
        st.just("a"),
    ),
)


@st.composite
def service_terms(draw: st.DrawFn) -> ServiceTerms:
    """Terms of a recurring service, of any shape."""
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | DAYS.filter(lambda on: on >= starts_on))
    unit_price = draw(st.decimals(0, 1000, places=4))
    return ServiceTerms(
        subscription_service_id=1,
        quantity=draw(st.integers(0, 50) | st.decimals(0, 50, places=3)),
        cycle=first_cycle(starts_on, draw(st.integers(1, 31)), draw(st.sampled_from([1, 3, 6, 12]))),
        prices=(Price(draw(st.sampled_from(["flat", "per_unit"])), unit_price, "EUR", date(2020, 1, 1), None),),
        override_price=None,
        discounts=tuple(draw(st.lists(DISCOUNTS, max_size=3))),
        starts_on=starts_on,
        ends_on=ends_on,
        bills_in_advance=draw(st.booleans()),
        proration_method=draw(st.sampled_from(["actual", "actual_30", "strict_30_360"])),
        bills_partial_first=draw(st.booleans()),
    )


def moved(terms: ServiceTerms, charges: tuple[Charge, ...]) -> ServiceTerms:
    """The terms after those charges were billed."""
    return terms._replace(billed_through=charges[-1].period_end) if charges else terms


@given(terms=service_terms(), target_on=DAYS)
def test_what_was_billed_is_never_billed_again(terms: ServiceTerms, target_on: date) -> None:
    assert rate(moved(terms, rate(terms, target_on)), target_on) == ()


@given(terms=service_terms(), targets=st.lists(DAYS, min_size=1, max_size=5))
def test_missed_and_frequent_runs_come_to_the_same_charges(terms: ServiceTerms, targets: list[date]) -> None:
    charges: list[Charge] = []
    billed = terms
    for target_on in sorted(targets):
        new = rate(billed, target_on)
        billed = moved(billed, new)
        charges += new
    assert tuple(charges) == rate(terms, max(targets))


@given(terms=service_terms(), target_on=DAYS)
def test_due_periods_follow_each_other_inside_the_life_of_the_service(terms: ServiceTerms, target_on: date) -> None:
    due = list_due_periods(terms, target_on)
    for (earlier, _), (later, _) in pairwise(due):
        assert earlier.end_on == later.start_on
    for part, full in due:
        assert not part.is_empty and full.covers(part)
        assert terms.starts_on <= part.start_on
        assert terms.ends_on is None or part.end_on <= terms.ends_on
        assert (part.start_on if terms.bills_in_advance else part.end_on - timedelta(days=1)) <= target_on


@given(terms=service_terms(), target_on=DAYS)
def test_discounts_never_turn_a_charge_into_a_debt_of_ours(terms: ServiceTerms, target_on: date) -> None:
    totals: dict[date, int] = {}
    for charge in rate(terms, target_on):
        totals[charge.period_start] = totals.get(charge.period_start, 0) + charge.amount_minor
        assert charge.amount_minor <= 0 or charge.kind == "recurring"
    assert all(total >= 0 for total in totals.values())


@given(terms=service_terms(), target_on=DAYS)
def test_every_charge_explains_itself(terms: ServiceTerms, target_on: date) -> None:
    assert all(explain(charge) for charge in rate(terms, target_on))


@given(terms=service_terms(), on=DAYS)
def test_the_monthly_value_of_a_monthly_service_is_what_a_full_month_costs(terms: ServiceTerms, on: date) -> None:
    undiscounted = terms._replace(discounts=(), bills_in_advance=True)
    value = monthly_minor(undiscounted, on)
    full = [charge for charge in rate(undiscounted, on) if charge.period_end > on and charge.share == 1]
    for charge in full:
        assert abs(value * terms.cycle.interval_months - charge.amount_minor) <= Fraction(1, 2)
    assert 0 <= monthly_minor(terms, on) <= value


@given(value=st.decimals("0.01", 100, places=2), minor=st.integers(0, 10**6))
def test_a_percentage_takes_its_part_to_the_nearest_cent(value: Decimal, minor: int) -> None:
    terms = ServiceTerms(
        subscription_service_id=1,
        quantity=1,
        cycle=first_cycle(START, 1, 1),
        prices=(Price("flat", Decimal(minor).scaleb(-2), "EUR", START, None),),
        override_price=None,
        discounts=(Discount("percent", value, None, None, ""),),
        starts_on=START,
    )
    total = sum(charge.amount_minor for charge in rate(terms, START))
    assert abs(total - Fraction(minor) * (100 - Fraction(value)) / 100) <= Fraction(1, 2)
