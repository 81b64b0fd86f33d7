"""An actor may do what it has the permission for, and is told in words what it may not."""

from __future__ import annotations

import pytest

from tallystick.errors import Forbidden, InvariantBroken
from tallystick.plumbing.actor import Actor, system_actor
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, BILL_RUNS_POST, PERMISSIONS

CLERK = Actor(kind="staff", id="7", label="Ada", permissions=frozenset({BILL_RUNS_CREATE}))


def test_a_permission_held_is_enough() -> None:
    CLERK.require(BILL_RUNS_CREATE)
    assert CLERK.may(BILL_RUNS_CREATE)


def test_a_missing_permission_is_named_with_what_it_allows_and_who_can_grant_it() -> None:
    with pytest.raises(Forbidden) as refused:
        CLERK.require(BILL_RUNS_POST)
    assert refused.value.code == "forbidden"
    assert refused.value.message == (
        "Ada may not post invoices, which gives them their numbers and makes them owed. "
        "An admin can grant the permission bill_runs.post."
    )
    assert refused.value.facts["permission"] == "bill_runs.post"


def test_an_unknown_permission_is_our_mistake() -> None:
    with pytest.raises(InvariantBroken):
        CLERK.may("bill_runs.fly")


def test_a_job_of_ours_may_do_everything() -> None:
    actor = system_actor("bill run 12")
    assert actor.kind == "system"
    assert actor.permissions == frozenset(PERMISSIONS)


def test_the_permissions_do_not_appear_in_logs() -> None:
    assert repr(CLERK) == "Actor(kind='staff', id='7', label='Ada')"


def test_the_steps_of_what_was_allowed_are_taken_by_the_same_actor() -> None:
    ann = Actor(kind="staff", id="7", label="Ann Lee", permissions=frozenset({"subscriptions.act"}))
    able = ann.also_allowed("bill_runs.post")
    assert (able.kind, able.id, able.label) == (ann.kind, ann.id, ann.label)
    assert able.permissions == {"subscriptions.act", "bill_runs.post"}
    assert not ann.may("bill_runs.post")
    with pytest.raises(InvariantBroken):
        ann.also_allowed("walls.paint")
