"""What each role may."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tallystick.access.core.roles import ADMIN, CLERK, FINANCE, ROLES, VIEWER, compute_permissions
from tallystick.plumbing.permissions import PERMISSIONS

CHANGES_NOTHING = {"records.read", "rollups.read", "ledger.check"}


@pytest.mark.parametrize(("less", "more"), list(pairwise(ROLES)))
def test_each_role_may_all_that_the_one_before_it_may_and_something_more(less: str, more: str) -> None:
    assert compute_permissions(less) < compute_permissions(more)


def test_an_admin_may_everything_and_roles_name_no_permission_that_does_not_exist() -> None:
    assert compute_permissions(ADMIN) == frozenset(PERMISSIONS)


def test_a_viewer_only_looks() -> None:
    assert compute_permissions(VIEWER) == CHANGES_NOTHING


@pytest.mark.parametrize("permission", ["bill_runs.create", "bill_runs.edit", "deliveries.send", "imports.run"])
def test_a_clerk_prepares(permission: str) -> None:
    assert permission in compute_permissions(CLERK)


@pytest.mark.parametrize("permission", ["bill_runs.post", "payment_runs.create", "payments.collect", "payments.refund"])
def test_only_finance_makes_it_owed_and_moves_money(permission: str) -> None:
    assert permission not in compute_permissions(CLERK)
    assert permission in compute_permissions(FINANCE)


@pytest.mark.parametrize("permission", ["access.admin", "sellers.write", "taxes.write", "clock.set"])
def test_settings_keys_and_people_are_the_admins(permission: str) -> None:
    assert permission not in compute_permissions(FINANCE)


@pytest.mark.parametrize("word", ["", "owner", "Admin"])
def test_a_word_that_is_no_role_gives_nothing(word: str) -> None:
    assert compute_permissions(word) == frozenset()
