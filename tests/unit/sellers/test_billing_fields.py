"""The settings of a billing rule as they are told and read: none is forgotten, and what is wrong is said."""

from dataclasses import fields
from typing import get_type_hints

import pytest

from tallystick.interfaces.api.resources.seller_changes import BillingRuleChange
from tallystick.interfaces.api.resources.sellers import BillingRule
from tallystick.sellers.core.billing_fields import CHOICE, FIELDS, NUMBER, YES_NO, read_settings, tell_allowed
from tallystick.sellers.core.new_seller import BillingTerms, find_billing_terms_problems

KINDS = {bool: YES_NO, int: NUMBER, int | None: NUMBER, str: CHOICE}


def test_every_setting_is_told_once_shown_by_the_api_and_changed_by_it() -> None:
    names = {each.name for each in fields(BillingTerms)}
    assert set(FIELDS) == set(BillingRule.model_fields) == set(BillingRuleChange.model_fields) == names


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_is_of_the_kind_that_it_is_kept_as(name: str) -> None:
    kept, told = get_type_hints(BillingTerms)[name], FIELDS[name]
    assert (told.kind, told.is_optional) == (KINDS[kept], kept == (int | None))
    assert bool(told.choices) == (told.kind == CHOICE)


@pytest.mark.parametrize("name", [name for name, told in FIELDS.items() if told.kind == CHOICE])
def test_every_choice_is_allowed_and_no_other(name: str) -> None:
    for choice in FIELDS[name].choices:
        assert find_billing_terms_problems(BillingTerms(**{name: choice})) == []  # type: ignore[arg-type]
    assert find_billing_terms_problems(BillingTerms(**{name: "by feeling"}))  # type: ignore[arg-type]


def test_settings_are_read_as_they_are_written() -> None:
    texts = ["bills-partial-first=No", "credit_rule=grouped", "longest_rest_days=", "rests_a_year= 2"]
    assert read_settings(texts) == (
        {"bills_partial_first": False, "credit_rule": "grouped", "longest_rest_days": None, "rests_a_year": 2},
        [],
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("period_day", "write it as name=value"),
        ("perod_day=1", "is not known; known are added_alignment, attempt_wait_hours, "),
        ("period_day=", "must be a whole number, but is ''"),
        ("rests_a_year=few", "must be a whole number, or empty, but is 'few'"),
        ("bills_partial_first=1", "must be yes or no, but is '1'"),
        ("change_day=both", "must be new | old, but is 'both'"),
    ],
)
def test_what_can_not_be_read_is_told_with_what_may_be_written(text: str, told: str) -> None:
    values, (problem,) = read_settings([text])
    assert values == {} and problem.reason.startswith(told)
    assert tell_allowed(FIELDS["credit_rule"]) == "whole | grouped | negative_charges | negative_and_zero"
