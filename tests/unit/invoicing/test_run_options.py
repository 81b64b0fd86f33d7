"""What a run may be asked for, by the seller's billing rule."""

from datetime import date

import pytest

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.filters import RunFilters, settle_filters
from tallystick.invoicing.core.run_options import (
    RunOptions,
    SettledOptions,
    count_months,
    list_auto_post_warnings,
    settle_options,
)
from tallystick.invoicing.errors import AutoEmailNeedsAutoPost, AutoPostNotSupported


def settle(options: RunOptions, *, supports: bool = True, by_default: bool = False) -> SettledOptions:
    return settle_options(options, supports_auto_post=supports, auto_posts_by_default=by_default, seller="acme")


@pytest.mark.rule("ZUO-16")
@pytest.mark.parametrize(
    "options",
    [RunOptions(auto_posts=True), RunOptions(auto_posts=False), RunOptions(auto_emails=True)],
)
def test_the_options_are_refused_while_the_rule_is_off_and_the_rule_is_named(options: RunOptions) -> None:
    with pytest.raises(AutoPostNotSupported, match="supports_auto_post"):
        settle(options, supports=False)


@pytest.mark.rule("ZUO-16")
def test_both_are_false_unless_asked_for_or_the_rule_makes_posting_the_default() -> None:
    plain = settle(RunOptions())
    assert (plain.auto_posts, plain.auto_emails) == (False, False)
    assert settle(RunOptions(), by_default=True).auto_posts
    assert not settle(RunOptions(auto_posts=False), by_default=True).auto_posts
    assert not settle(RunOptions(), supports=False, by_default=True).auto_posts


@pytest.mark.rule("ZUO-17")
def test_mailing_by_itself_needs_posting_by_itself() -> None:
    with pytest.raises(AutoEmailNeedsAutoPost):
        settle(RunOptions(auto_emails=True))
    with pytest.raises(AutoEmailNeedsAutoPost):
        settle(RunOptions(auto_posts=False, auto_emails=True), by_default=True)
    assert settle(RunOptions(auto_emails=True), by_default=True).auto_emails


@pytest.mark.rule("ZUO-4")
def test_at_most_two_of_the_three_charge_types_are_left_out() -> None:
    assert settle(RunOptions(excluded_kinds=("one_off", "usage"))).excluded_kinds == ("one_off", "usage")
    with pytest.raises(InvalidInput, match="two"):
        settle(RunOptions(excluded_kinds=("one_off", "recurring", "usage")))
    with pytest.raises(InvalidInput, match="setup"):
        settle(RunOptions(excluded_kinds=("setup",)))


@pytest.mark.rule("ZUO-4")
def test_all_segments_can_not_be_mixed_with_one() -> None:
    assert settle_filters(RunFilters(segments=("all",))) == RunFilters()
    with pytest.raises(InvalidInput, match="mixed"):
        settle_filters(RunFilters(segments=("all", "retail")))


def test_a_failure_rule_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidInput, match="failure rule"):
        settle(RunOptions(failure_rule="none"))


@pytest.mark.rule("ZUO-51")
def test_the_advice_says_after_how_long_and_that_nobody_checks() -> None:
    first, today = date(2026, 1, 10), date(2026, 3, 9)
    advice = list_auto_post_warnings(auto_posts=True, auto_emails=True, first_posted_on=first, today=today)
    assert advice == (
        "Recommended after about 6 months or more of billing and/or with very simple pricing;"
        " this seller has billed for 1 full month.",
        "Nobody will check the invoices before posting and mailing.",
    )
    assert not list_auto_post_warnings(auto_posts=False, auto_emails=False, first_posted_on=first, today=today)


@pytest.mark.parametrize(
    ("first_on", "today", "months"),
    [
        (None, date(2026, 3, 1), 0),
        (date(2026, 1, 10), date(2026, 7, 9), 5),
        (date(2026, 1, 10), date(2026, 7, 10), 6),
        (date(2025, 12, 31), date(2026, 2, 28), 1),
    ],
)
def test_months_of_billing_are_full_ones(first_on: date | None, today: date, months: int) -> None:
    assert count_months(first_on, today=today) == months
