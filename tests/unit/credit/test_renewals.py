"""Which services are renewed by what funds: the worked example of each granularity, the boundaries of the models."""

from decimal import Decimal

import pytest

from tallystick.credit.core.model_tests import PAY_AFTER, PAY_BEFORE, POSTBILL, AccountFunds
from tallystick.credit.core.purse import NetPart, Renewal
from tallystick.credit.core.renewals import BY_ACCOUNT, BY_SUBSCRIPTION, Decision, decide_renewals

BASIC, DVR, MOVIES, SPORTS, HD = range(1, 6)
NAMES = {BASIC: "Basic", DVR: "DVR", MOVIES: "Movies", SPORTS: "Sports", HD: "HD"}


def renewal(
    number: int,
    net_minor: int,
    *,
    model: str = PAY_BEFORE,
    requires: int | None = None,
    is_mandatory: bool = False,
    is_last: bool = False,
    subscription: int = 1,
    rate: str = "0",
) -> Renewal:
    part = NetPart("S", Decimal(rate), net_minor)
    return Renewal(number, subscription, number, requires, is_mandatory, model, is_last, (part,))


TELEVISION = (
    renewal(BASIC, 10_00, is_mandatory=True),
    renewal(DVR, 5_00, is_mandatory=True, requires=BASIC),
    renewal(MOVIES, 8_00),
    renewal(SPORTS, 12_00),
    renewal(HD, 2_00, requires=SPORTS),
)


def has(minor: int) -> AccountFunds:
    return AccountFunds(balance_minor=minor, free_credit_minor=minor)


def owes(minor: int, *, limit: int | None = 100_00, held: int = 0) -> AccountFunds:
    return AccountFunds(balance_minor=-minor, held_minor=held, receivable_limit_minor=limit)


def tell(decision: Decision) -> tuple[list[str], dict[str, str], int]:
    renewed = [NAMES[place + 1] for place in decision.renewed]
    queued = {NAMES[each.subscription_service_id]: each.reason for each in decision.not_renewed if each.is_queued}
    return renewed, queued, decision.shortfall_minor


@pytest.mark.rule("CRM-15")
def test_by_service_money_is_spent_in_rank_order_and_a_later_cheaper_one_may_still_pass() -> None:
    assert tell(decide_renewals(TELEVISION, funds=has(25_00))) == (
        ["Basic", "DVR", "Movies"],
        {"Sports": "no_funds", "HD": "no_prerequisite"},
        12_00,
    )
    free_standing = (*TELEVISION[:4], renewal(HD, 2_00))
    assert tell(decide_renewals(free_standing, funds=has(25_00)))[0] == ["Basic", "DVR", "Movies", "HD"]


@pytest.mark.rule("CRM-15", "CRM-16")
@pytest.mark.parametrize("granularity", [BY_SUBSCRIPTION, BY_ACCOUNT])
def test_as_a_whole_none_is_renewed_and_the_shortfall_is_twelve(granularity: str) -> None:
    renewed, queued, shortfall = tell(decide_renewals(TELEVISION, funds=has(25_00), granularity=granularity))
    assert (renewed, sorted(queued), shortfall) == ([], ["Basic", "DVR", "HD", "Movies", "Sports"], 12_00)
    assert tell(decide_renewals(TELEVISION, funds=has(37_00), granularity=granularity))[0] == list(NAMES.values())


@pytest.mark.rule("CRM-15")
def test_one_subscription_fails_and_the_other_passes_unless_the_account_is_one() -> None:
    both = (renewal(1, 30_00, subscription=1), renewal(2, 10_00, subscription=2))
    assert decide_renewals(both, funds=has(20_00), granularity=BY_SUBSCRIPTION).renewed == (1,)
    assert decide_renewals(both, funds=has(20_00), granularity=BY_ACCOUNT).renewed == ()


@pytest.mark.rule("CRM-15")
def test_optional_services_are_not_renewed_once_a_mandatory_one_is_lost() -> None:
    renewed, queued, _ = tell(decide_renewals(TELEVISION, funds=has(9_00)))
    assert renewed == []
    assert queued == {
        "Basic": "no_funds",
        "DVR": "no_prerequisite",
        "Movies": "no_mandatory",
        "Sports": "no_mandatory",
        "HD": "no_mandatory",
    } | {"HD": "no_prerequisite"}


@pytest.mark.rule("CRM-15")
def test_a_service_that_is_off_bars_what_depends_on_it() -> None:
    funds = has(100_00)._replace(off=frozenset({(1, SPORTS, False)}))
    without = [each for each in TELEVISION if each.service_id != SPORTS]
    decision = decide_renewals(without, funds=funds)
    assert [(each.subscription_service_id, each.reason) for each in decision.not_renewed] == [(HD, "no_prerequisite")]
    assert decision.shortfall_minor == 0, "money would not help"


@pytest.mark.rule("CRM-15")
def test_a_prerequisite_that_ranks_behind_its_dependent_and_fails_takes_it_along() -> None:
    needing = renewal(BASIC, 10_00, is_mandatory=True, requires=SPORTS)
    decision = decide_renewals(
        (needing, renewal(SPORTS, 12_00), renewal(MOVIES, 8_00, subscription=2)), funds=has(20_00)
    )
    assert [(each.subscription_service_id, each.reason) for each in decision.not_renewed] == [
        (BASIC, "no_prerequisite"),
        (SPORTS, "no_mandatory"),
    ]
    assert decision.renewed == (2,), "what the dependent gave back is spent on the next"


@pytest.mark.rule("CRM-17")
def test_free_services_are_renewed_without_funds_and_never_queued() -> None:
    free = renewal(BASIC, 0, is_mandatory=True)
    decision = decide_renewals((free, renewal(DVR, 5_00, requires=BASIC)), funds=has(0))
    assert decision.renewed == (0,)
    as_a_whole = decide_renewals((free, renewal(DVR, 5_00)), funds=has(0), granularity=BY_SUBSCRIPTION)
    assert as_a_whole.renewed == (0,)
    bereft = decide_renewals((renewal(BASIC, 10_00, is_mandatory=True), renewal(MOVIES, 0)), funds=has(0))
    assert [(each.reason, each.is_queued) for each in bereft.not_renewed] == [
        ("no_funds", True),
        ("no_mandatory", False),
    ]


@pytest.mark.rule("CRM-13")
@pytest.mark.parametrize(("cost", "passes"), [(20_00, True), (20_01, False)])
def test_pay_after_compares_the_projected_debt_with_the_limit(cost: int, passes: bool) -> None:
    decision = decide_renewals((renewal(1, cost, model=PAY_AFTER),), funds=owes(80_00))
    assert bool(decision.renewed) is passes
    assert [each.reason for each in decision.not_renewed] == ([] if passes else ["over_limit"])


@pytest.mark.rule("CRM-13")
@pytest.mark.parametrize(("debt", "passes"), [(99_99, True), (100_00, False)])
def test_postbill_compares_the_present_debt_and_ignores_the_new_bill(debt: int, passes: bool) -> None:
    decision = decide_renewals((renewal(1, 50_00, model=POSTBILL), renewal(2, 50_00, model=POSTBILL)), funds=owes(debt))
    assert decision.renewed == ((0, 1) if passes else ())


@pytest.mark.rule("CRM-13")
def test_pay_after_counts_what_the_same_bill_has_taken_already() -> None:
    after = [renewal(number, 15_00, model=PAY_AFTER) for number in (1, 2, 3)]
    assert decide_renewals(after, funds=owes(70_00)).renewed == (0, 1)
    mixed = (renewal(1, 25_00, model=POSTBILL), renewal(2, 10_00, model=PAY_AFTER))
    assert decide_renewals(mixed, funds=owes(70_00)).renewed == (0,)


@pytest.mark.rule("CRM-13")
def test_tax_counts_as_it_is_rounded_on_the_document() -> None:
    # 21 % of 10.03 is 2.1063: 2.11 alone, but 20.06 bear 4.2126: the second service costs 12.13, not 12.14
    pair = [renewal(number, 10_03, model=PAY_AFTER, rate="21") for number in (1, 2)]
    assert decide_renewals(pair, funds=owes(0, limit=24_27)).renewed == (0, 1)
    assert decide_renewals(pair, funds=owes(0, limit=24_26)).renewed == (0,)


@pytest.mark.rule("CRM-37")
def test_used_days_of_a_service_that_ends_are_billed_whatever_is_owed() -> None:
    ending = renewal(1, 50_00, model=POSTBILL, is_last=True)
    assert decide_renewals((ending,), funds=owes(500_00)).renewed == (0,)
    before = decide_renewals((renewal(1, 50_00, is_last=True),), funds=has(0))
    assert [(each.reason, each.is_queued) for each in before.not_renewed] == [("no_funds", False)]


def test_without_a_limit_everything_that_is_paid_after_passes() -> None:
    for model in (PAY_AFTER, POSTBILL):
        assert decide_renewals((renewal(1, 10**9, model=model),), funds=owes(10**9, limit=None)).renewed == (0,)


@pytest.mark.rule("CRM-14")
def test_no_part_of_a_limit_pays_for_what_is_paid_before() -> None:
    funds = AccountFunds(receivable_limit_minor=100_00, free_credit_minor=4_00, balance_minor=4_00)
    assert decide_renewals((renewal(1, 5_00),), funds=funds).renewed == ()
    drawn = AccountFunds("credit_limit", balance_minor=4_00, free_credit_minor=4_00, credit_limit_minor=100_00)
    assert decide_renewals((renewal(1, 5_00),), funds=drawn).shortfall_minor == 1_00
    in_debt = drawn._replace(balance_minor=-10_00, free_credit_minor=0)
    assert decide_renewals((renewal(1, 5_00),), funds=in_debt).shortfall_minor == 15_00, "debt is paid first"


@pytest.mark.rule("UNI-7")
def test_the_model_and_the_policy_must_both_pass() -> None:
    after, arrears = renewal(1, 50_00, model=PAY_AFTER), renewal(1, 50_00, model=POSTBILL)
    unlimited = AccountFunds("postpaid", balance_minor=-10_000_00)
    limited = AccountFunds("credit_limit", balance_minor=-60_00, credit_limit_minor=100_00)
    for model in (after, arrears):
        assert decide_renewals((model,), funds=unlimited).renewed == (0,)
        assert decide_renewals((model,), funds=unlimited._replace(is_restricted=True)).renewed == ()
        assert decide_renewals((model,), funds=limited).renewed == ()
        assert decide_renewals((model,), funds=limited._replace(balance_minor=-50_00)).renewed == (0,)
        assert decide_renewals((model,), funds=limited._replace(balance_minor=60_00, is_blocked=True)).renewed == (0,)
        assert decide_renewals((model,), funds=limited._replace(balance_minor=0, is_blocked=True)).renewed == ()


@pytest.mark.rule("UNI-7")
def test_a_blocked_limit_leaves_own_money_for_what_is_paid_before_only_where_that_is_allowed() -> None:
    blocked = AccountFunds("credit_limit", 60_00, 0, 60_00, None, 100_00, is_blocked=True)
    assert decide_renewals((renewal(1, 60_00),), funds=blocked).renewed == (0,)
    strict = blocked._replace(blocked_allows_own_funds=False)
    assert decide_renewals((renewal(1, 60_00),), funds=strict).renewed == ()


@pytest.mark.rule("BIL-5", "UNI-7")
def test_a_prepaid_account_renews_what_its_balance_pays() -> None:
    funds = AccountFunds("prepaid", balance_minor=30_00, free_credit_minor=30_00)
    services = (
        renewal(1, 20_00, model=PAY_AFTER),
        renewal(2, 10_01, model=PAY_AFTER),
        renewal(3, 10_00, model=PAY_AFTER),
    )
    decision = decide_renewals(services, funds=funds)
    assert decision.renewed == (0, 2)
    assert [each.reason for each in decision.not_renewed] == ["no_funds"]
