"""What an account may spend: the formula of the rules with its boundaries."""

import pytest

from tallystick.credit.core.spendable import compute_spendable, may_spend


@pytest.mark.rule("BIL-4")
@pytest.mark.parametrize(
    ("policy", "balance_minor", "spendable_minor"),
    [
        ("invoiced", -50_00, None),
        ("prepaid", 40_00, 40_00),
        ("prepaid", -1, 0),
        ("postpaid", -10_000_00, None),
        ("credit_limit", -70_00, 30_00),
        ("credit_limit", 25_00, 125_00),
        ("credit_limit", -130_00, 0),
    ],
)
def test_what_is_available_follows_from_policy_and_balance(
    policy: str, balance_minor: int, spendable_minor: int | None
) -> None:
    assert compute_spendable(policy, balance_minor=balance_minor, limit_minor=100_00) == spendable_minor


@pytest.mark.rule("BIL-5")
def test_a_charge_up_to_the_last_cent_is_allowed_and_one_more_is_not() -> None:
    spendable = compute_spendable("credit_limit", balance_minor=-70_00, limit_minor=100_00)
    assert may_spend(30_00, spendable_minor=spendable)
    assert not may_spend(30_01, spendable_minor=spendable)
    assert may_spend(10**12, spendable_minor=compute_spendable("postpaid", balance_minor=-70_00))


@pytest.mark.rule("BIL-4")
def test_what_drafts_hold_is_not_available() -> None:
    assert compute_spendable("prepaid", balance_minor=40_00, held_minor=15_00) == 25_00
    assert compute_spendable("credit_limit", balance_minor=0, held_minor=15_00, limit_minor=100_00) == 85_00


@pytest.mark.rule("BIL-4", "UNI-7")
@pytest.mark.parametrize(("allows", "available"), [(True, 25_00), (False, 0)])
def test_a_blocked_limit_leaves_at_most_the_accounts_own_money(allows: bool, available: int) -> None:
    spendable = compute_spendable(
        "credit_limit", balance_minor=25_00, limit_minor=100_00, is_blocked=True, blocked_allows_own_funds=allows
    )
    assert spendable == available
    assert compute_spendable("credit_limit", balance_minor=-1, limit_minor=100_00, is_blocked=True) == 0


@pytest.mark.rule("BIL-4")
def test_only_staff_bound_a_postpaid_account() -> None:
    assert compute_spendable("postpaid", balance_minor=10_00, is_restricted=True) == 0


@pytest.mark.rule("BIL-33")
def test_a_limit_below_the_debt_leaves_nothing_to_spend() -> None:
    assert compute_spendable("credit_limit", balance_minor=-80_00, limit_minor=50_00) == 0
