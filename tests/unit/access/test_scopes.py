"""What an API key may be allowed."""

from __future__ import annotations

import pytest

from tallystick.access.core.scopes import compute_scopes
from tallystick.access.errors import ScopeBeyondIssuer, ScopesMissing, ScopeUnknown

KNOWN = {"records.read", "bill_runs.post", "access.admin"}


def test_scopes_are_kept_sorted_and_once_each() -> None:
    asked = ["records.read", "access.admin", "records.read"]
    assert compute_scopes(asked, known=KNOWN, issuer_permissions=KNOWN, issuer_label="Ada") == [
        "access.admin",
        "records.read",
    ]


def test_a_key_can_not_have_more_than_its_issuer_may() -> None:
    with pytest.raises(ScopeBeyondIssuer) as refused:
        compute_scopes(["bill_runs.post"], known=KNOWN, issuer_permissions={"access.admin"}, issuer_label="Ada")
    assert str(refused.value) == "Ada may not give a key the scope bill_runs.post, since Ada does not have it."


def test_a_scope_that_does_not_exist_is_refused_even_to_who_may_everything() -> None:
    with pytest.raises(ScopeUnknown, match=r"no permission bill_runs\.delete"):
        compute_scopes(["bill_runs.delete"], known=KNOWN, issuer_permissions=KNOWN, issuer_label="Ada")


def test_a_key_without_any_scope_is_refused() -> None:
    with pytest.raises(ScopesMissing):
        compute_scopes([], known=KNOWN, issuer_permissions=KNOWN, issuer_label="Ada")
