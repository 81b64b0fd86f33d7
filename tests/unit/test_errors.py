"""A refusal's docstring is its message, filled in with the facts."""

from __future__ import annotations

import pickle

from tallystick.errors import Conflict, NotFound, Refusal


class PlanUnknown(NotFound):
    """There is no plan {plan}. Known plans
    are {known}.

    This paragraph is for readers of the code.
    """

    code = "plan_unknown"
    field = "plan"


class LineBusy(Conflict):
    """The line is busy."""

    can_retry = True


def test_the_docstrings_first_paragraph_is_the_message() -> None:
    refusal = PlanUnknown(plan="fiber", known="dsl, phone")
    assert str(refusal) == refusal.message == "There is no plan fiber. Known plans are dsl, phone."
    assert refusal.facts == {"plan": "fiber", "known": "dsl, phone"}


def test_code_field_and_retry_come_from_the_class_unless_given() -> None:
    assert (PlanUnknown(plan="x", known="y").field, PlanUnknown.code) == ("plan", "plan_unknown")
    assert PlanUnknown(plan="x", known="y", field="rows.3.plan").field == "rows.3.plan"
    assert LineBusy().can_retry
    assert not LineBusy(can_retry=False).can_retry
    assert LineBusy.code == "conflict"


def test_a_message_may_be_given_in_words() -> None:
    assert NotFound("There is no invoice 7.").message == "There is no invoice 7."


def test_the_generic_kinds_are_refusals() -> None:
    assert issubclass(PlanUnknown, Refusal)


def test_braces_in_facts_are_left_alone() -> None:
    assert PlanUnknown(plan="{x}", known="{}").message == "There is no plan {x}. Known plans are {}."


def test_a_refusal_passes_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(PlanUnknown(plan="x", known="y", field="plan")))  # noqa: S301 - our own bytes
    assert (copy.message, copy.field, copy.facts) == (
        "There is no plan x. Known plans are y.",
        "plan",
        {"plan": "x", "known": "y"},
    )
