"""What should have been billed laid over what was: the difference, to the cent, and on which posted lines it stands."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tallystick.invoicing.core.repair import BilledLine, compute_repair
from tallystick.periods.anchor import first_cycle
from tallystick.rating.charge import Charge, rate
from tallystick.rating.discount import Discount
from tallystick.rating.price import Price
from tallystick.rating.terms import ServiceTerms

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def agree(
    unit_price: str = "100.00", *, ends_on: date | None = None, quantity: int = 1, discount: int = 0
) -> ServiceTerms:
    discounts = (Discount("percent", Decimal(discount), None, None, "Loyalty"),) if discount else ()
    return ServiceTerms(
        subscription_service_id=7,
        quantity=quantity,
        cycle=first_cycle(MARCH, 1, 1),
        prices=(Price("per_unit", Decimal(unit_price), "EUR", date(2020, 1, 1), None),),
        override_price=None,
        discounts=discounts,
        starts_on=MARCH,
        ends_on=ends_on,
        billed_through=MARCH,
    )


def bill(terms: ServiceTerms, *, target_on: date) -> list[BilledLine]:
    """Each month's lines in a document of its own, as runs would have posted them."""
    lines: list[BilledLine] = []
    charges = rate(terms, target_on)
    for month, start_on in enumerate(sorted({charge.period_start for charge in charges}), 1):
        own = [charge for charge in charges if charge.period_start == start_on]
        lines += [_line(month, position, charge) for position, charge in enumerate(own, 1)]
    return lines


def _line(document_id: int, position: int, charge: Charge) -> BilledLine:
    return BilledLine(
        document_id, position, 7, charge.kind, "Seat", charge.period_start, charge.period_end, charge.amount_minor
    )


def test_nothing_is_repaired_where_everything_was_billed_as_agreed() -> None:
    assert compute_repair(bill(agree(), target_on=APRIL), owed=rate(agree(), APRIL)).net_minor == 0


def test_an_end_inside_a_billed_month_credits_the_days_without_service() -> None:
    repair = compute_repair(bill(agree(), target_on=MARCH), owed=rate(agree(ends_on=date(2026, 3, 11)), MARCH))

    (credit,) = repair.credits
    assert (credit.line.document_id, credit.line.position) == (1, 1)
    assert (credit.period_start_on, credit.period_end_on) == (date(2026, 3, 11), APRIL)
    assert credit.net_minor == 6774  # 100.00 - 100.00 x 10/31, which is 32.26


def test_an_end_two_months_back_credits_each_document_for_its_own_days() -> None:
    repair = compute_repair(bill(agree(), target_on=APRIL), owed=rate(agree(ends_on=date(2026, 3, 17)), APRIL))

    assert [(each.line.document_id, each.net_minor) for each in repair.credits] == [(1, 4839), (2, 10000)]


def test_a_discount_is_given_back_in_proportion() -> None:
    billed = bill(agree(discount=10), target_on=MARCH)  # 100.00 - 10.00
    repair = compute_repair(billed, owed=rate(agree(discount=10, ends_on=date(2026, 3, 11)), MARCH))

    assert [each.net_minor for each in repair.credits] == [6774, -677]  # the discount of 32.26 is 3.23
    assert repair.net_minor == -6097


def test_a_price_raised_back_in_time_asks_for_the_difference() -> None:
    repair = compute_repair(bill(agree(), target_on=APRIL), owed=rate(agree("120.00"), APRIL))

    assert repair.credits == ()
    assert [(each.charge.period_start, each.net_minor) for each in repair.shortfalls] == [(MARCH, 2000), (APRIL, 2000)]


def test_a_price_lowered_back_in_time_credits_whole_months() -> None:
    (credit,) = compute_repair(bill(agree(), target_on=MARCH), owed=rate(agree("80.00"), MARCH)).credits

    assert (credit.period_start_on, credit.period_end_on, credit.net_minor) == (MARCH, APRIL, 2000)


def test_a_discount_agreed_back_in_time_is_credited_to_what_was_charged() -> None:
    (credit,) = compute_repair(bill(agree(), target_on=MARCH), owed=rate(agree(discount=25), MARCH)).credits

    assert (credit.line.kind, credit.net_minor) == ("recurring", 2500)


@given(
    st.decimals("0.01", "999.99", places=2),
    st.decimals("0.01", "999.99", places=2),
    st.integers(1, 9),
    st.integers(0, 99),
    st.dates(date(2026, 3, 2), date(2026, 8, 1)),
)
def test_billed_plus_repair_is_what_is_owed(
    was: Decimal, now: Decimal, quantity: int, discount: int, ends_on: date
) -> None:
    billed = bill(agree(str(was), discount=discount), target_on=date(2026, 6, 1))
    owed = rate(agree(str(now), quantity=quantity, ends_on=ends_on), date(2026, 6, 1))

    repair = compute_repair(billed, owed=owed)

    assert sum(line.net_minor for line in billed) + repair.net_minor == sum(charge.amount_minor for charge in owed)
    charged = {(line.document_id, line.position): line.net_minor for line in billed}
    for each in repair.credits:
        assert abs(each.net_minor) <= abs(charged[each.line.document_id, each.line.position])
