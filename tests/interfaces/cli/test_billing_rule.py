"""How a seller bills, by command: shown with what each setting may be, changed, refused with every reason."""

from __future__ import annotations

from tallystick.sellers.queries import get_billing_rule
from tests.support.builders import build_seller
from tests.support.command_line import CommandLine


def test_settings_are_shown_with_what_they_may_be_and_changed_one_by_one(tallystick: CommandLine) -> None:
    seller = build_seller()
    shown = tallystick.do("seller", "billing-rule").out
    assert "funds_granularity" in shown and "service | subscription" in shown
    changed = tallystick.do("seller", "billing-rule", "credit_rule=grouped", "longest-rest-days=90", "--json").json
    assert (changed["credit_rule"], changed["longest_rest_days"], changed["reactivation_days"]) == ("grouped", 90, 30)
    tallystick.do("seller", "billing-rule", "longest_rest_days=")
    rule = get_billing_rule(seller.pk)
    assert (rule.credit_rule, rule.longest_rest_days) == ("grouped", None)


def test_everything_wrong_is_told_and_nothing_is_changed(tallystick: CommandLine) -> None:
    seller = build_seller()
    refused = tallystick("seller", "billing-rule", "credit_rule=all", "period_day=x", "reactivation_days=5")
    assert refused.status == 1 and "credit_rule" in refused.err and "period_day" in refused.err
    assert tallystick("seller", "billing-rule", "period_day=32").status == 1
    assert get_billing_rule(seller.pk).reactivation_days == 30
