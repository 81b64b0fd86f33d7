"""Laws of the funds tests: nothing is overspent, the shortfall is exact, and what depends on what failed fails too."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.credit.core.model_tests import PAY_AFTER, PAY_BEFORE, POSTBILL, AccountFunds
from tallystick.credit.core.purse import NetPart, Purse, Renewal
from tallystick.credit.core.renewals import GRANULARITIES, decide_renewals

RATES = st.sampled_from([Decimal(0), Decimal(9), Decimal(21)])


@st.composite
def renewals(draw: st.DrawFn, models: tuple[str, ...] = (PAY_BEFORE, PAY_AFTER, POSTBILL)) -> list[Renewal]:
    """Up to three subscriptions of up to four services, in rank order: mandatory ones first."""
    found: list[Renewal] = []
    for subscription in range(1, draw(st.integers(1, 3)) + 1):
        model = draw(st.sampled_from(models))
        mandatory = draw(st.integers(0, 2))
        for service in range(1, draw(st.integers(1, 4)) + 1):
            requires = draw(st.none() | st.integers(1, service - 1)) if service > 1 else None
            rate = draw(RATES)
            part = NetPart((model == PAY_BEFORE, rate), rate, draw(st.integers(0, 3000)))
            found.append(
                Renewal(len(found) + 1, subscription, service, requires, service <= mandatory, model, False, (part,))
            )
    return found


def spend(chosen: list[Renewal], funds: AccountFunds) -> Purse:
    purse = Purse(funds)
    for each in chosen:
        purse.spend(each)
    return purse


@pytest.mark.rule("CRM-13", "CRM-15")
@given(renewals(), st.integers(0, 8000), st.integers(-5000, 0), st.integers(0, 9000), st.sampled_from(GRANULARITIES))
def test_what_is_renewed_never_costs_more_than_there_is(
    due: list[Renewal], credit: int, debt: int, limit: int, granularity: str
) -> None:
    funds = AccountFunds(balance_minor=debt + credit, free_credit_minor=credit, receivable_limit_minor=limit)
    renewed = [due[place] for place in decide_renewals(due, funds=funds, granularity=granularity).renewed]
    purse = spend(renewed, funds)
    assert purse.taken_before_minor <= credit
    after = [each for each in renewed if each.billing_model == PAY_AFTER and not each.is_free]
    if after and renewed[-1] is after[-1]:
        assert funds.debt_minor + purse.taken_minor <= limit


@pytest.mark.rule("CRM-16")
@given(renewals(models=(PAY_BEFORE,)), st.integers(0, 8000), st.sampled_from(GRANULARITIES))
def test_with_the_shortfall_everything_is_renewed_and_with_a_cent_less_it_is_not(
    due: list[Renewal], credit: int, granularity: str
) -> None:
    funds = AccountFunds(balance_minor=credit, free_credit_minor=credit)
    short = decide_renewals(due, funds=funds, granularity=granularity).shortfall_minor
    assert short == max(spend(due, funds).taken_minor - credit, 0)
    for missing in (0, 1) if short else (0,):
        enough = funds._replace(free_credit_minor=credit + short - missing)
        assert (len(decide_renewals(due, funds=enough, granularity=granularity).renewed) == len(due)) is (missing == 0)


@pytest.mark.rule("CRM-15", "CRM-17")
@given(renewals(), st.integers(0, 8000), st.sampled_from(GRANULARITIES))
def test_nothing_is_renewed_without_what_it_depends_on_and_nothing_free_is_queued(
    due: list[Renewal], credit: int, granularity: str
) -> None:
    funds = AccountFunds(balance_minor=credit, free_credit_minor=credit, receivable_limit_minor=2000)
    decision = decide_renewals(due, funds=funds, granularity=granularity)
    renewed = [due[place] for place in decision.renewed]
    failed = [each for each in due if each not in renewed]
    for each in renewed:
        own = [other for other in failed if other.subscription_id == each.subscription_id]
        assert all(other.service_id != each.requires_id for other in own)
        assert each.is_mandatory or not any(other.is_mandatory for other in own)
    free = {each.subscription_service_id for each in due if each.is_free}
    assert not any(each.is_queued and each.subscription_service_id in free for each in decision.not_renewed)
    assert len(renewed) + len(decision.not_renewed) == len(due)
