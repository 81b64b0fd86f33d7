"""API keys: issued once, recognized by their digest, expired, revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tallystick.access.core.key_format import compose_key
from tallystick.access.core.roles import ADMIN, FINANCE, compute_permissions
from tallystick.access.errors import (
    ExpiryInThePast,
    KeyExpired,
    KeyNameMissing,
    KeyNotAccepted,
    KeyRevoked,
    KeyUnknown,
    ScopeBeyondIssuer,
)
from tallystick.access.models import ApiKey
from tallystick.access.operations.issue_api_key import IssuedKey, issue_api_key
from tallystick.access.operations.record_key_use import record_key_use
from tallystick.access.operations.revoke_api_key import revoke_api_key
from tallystick.access.queries import get_actor_by_key, list_keys
from tallystick.plumbing.actor import Actor, PermissionMissing

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ADA = Actor("staff", "1", "Ada", compute_permissions(ADMIN))


def issue(*, scopes: tuple[str, ...] = ("records.read",), expires_at: datetime | None = None) -> IssuedKey:
    return issue_api_key("nightly export", scopes=scopes, at=AT, actor=ADA, expires_at=expires_at)


def test_a_key_acts_with_its_scopes_and_nothing_else() -> None:
    issued = issue(scopes=("records.read", "bill_runs.create"))
    actor = get_actor_by_key(issued.text, at=AT)
    assert (actor.kind, actor.id, actor.label) == ("api_key", str(issued.key.pk), "nightly export")
    assert actor.permissions == {"records.read", "bill_runs.create"}
    with pytest.raises(PermissionMissing, match="nightly export may not post invoices"):
        actor.require("bill_runs.post")


def test_the_text_of_a_key_is_stored_nowhere() -> None:
    issued = issue()
    row = ApiKey.objects.values().get(pk=issued.key.pk)
    secret = issued.text.removeprefix(issued.key.prefix)
    assert all(secret not in str(value) for value in row.values())
    assert issued.text.startswith(row["prefix"])


def test_two_keys_are_never_alike() -> None:
    assert issue().text != issue().text


def test_a_key_of_a_rehearsal_says_so() -> None:
    issued = issue_api_key("demo", scopes=["records.read"], at=AT, actor=ADA, is_test=True)
    assert issued.text.startswith("tally_test_")


def test_garbage_is_refused_without_asking_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0), pytest.raises(KeyNotAccepted):
        get_actor_by_key("tally_live_0123456789ABCDEFGHIJabcdefghijKL000000", at=AT)


def test_a_well_formed_key_that_was_never_issued_is_refused() -> None:
    with pytest.raises(KeyNotAccepted):
        get_actor_by_key(compose_key("0" * 32, mode="live"), at=AT)


def test_a_key_works_until_the_instant_at_which_it_expires() -> None:
    end = AT + timedelta(days=30)
    issued = issue(expires_at=end)
    assert get_actor_by_key(issued.text, at=end - timedelta(seconds=1)).label == "nightly export"
    with pytest.raises(KeyExpired, match="expired at 2026-03-31T09:00:00"):
        get_actor_by_key(issued.text, at=end)


def test_a_revoked_key_is_refused_and_revoking_again_keeps_the_first_time() -> None:
    issued = issue()
    revoke_api_key(issued.key.pk, at=AT, actor=ADA)
    again = revoke_api_key(issued.key.pk, at=AT + timedelta(days=1), actor=ADA)
    assert (again.revoked_at, again.revoked_by) == (AT, "Ada")
    with pytest.raises(KeyRevoked):
        get_actor_by_key(issued.text, at=AT)


def test_a_new_server_secret_keeps_the_keys_while_the_old_one_is_a_fallback(settings: Settings) -> None:
    issued = issue()
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new secret of the server"
    with pytest.raises(KeyNotAccepted):
        get_actor_by_key(issued.text, at=AT)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert get_actor_by_key(issued.text, at=AT).id == str(issued.key.pk)


def test_an_admins_key_can_not_issue_what_it_may_not_do_itself() -> None:
    key_actor = get_actor_by_key(issue(scopes=("access.admin", "records.read")).text, at=AT)
    with pytest.raises(ScopeBeyondIssuer):
        issue_api_key("more", scopes=["bill_runs.post"], at=AT, actor=key_actor)


def test_only_who_may_give_roles_and_keys_issues_and_revokes_them() -> None:
    issued = issue()
    finance = Actor("staff", "2", "Finn", compute_permissions(FINANCE))
    with pytest.raises(PermissionMissing):
        issue_api_key("mine", scopes=["records.read"], at=AT, actor=finance)
    with pytest.raises(PermissionMissing):
        revoke_api_key(issued.key.pk, at=AT, actor=finance)


def test_an_expiry_in_the_past_and_an_empty_name_are_refused() -> None:
    with pytest.raises(ExpiryInThePast):
        issue(expires_at=AT)
    with pytest.raises(KeyNameMissing):
        issue_api_key("  ", scopes=["records.read"], at=AT, actor=ADA)


def test_revoking_a_key_that_does_not_exist_says_so() -> None:
    with pytest.raises(KeyUnknown, match="no API key 987654"):
        revoke_api_key(987654, at=AT, actor=ADA)


def test_use_is_noted_once_a_minute(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    issued = issue()
    actor = get_actor_by_key(issued.text, at=AT)
    record_key_use(actor, at=AT)
    record_key_use(actor, at=AT + timedelta(seconds=59))
    assert ApiKey.objects.get(pk=issued.key.pk).last_used_at == AT
    record_key_use(actor, at=AT + timedelta(seconds=61))
    assert ApiKey.objects.get(pk=issued.key.pk).last_used_at == AT + timedelta(seconds=61)


def test_keys_are_listed_in_pages_in_the_order_of_their_creation() -> None:
    ids = [issue().key.pk for _ in range(3)]
    first = list_keys(limit=2)
    assert [key.pk for key in first] == ids[:2]
    assert [key.pk for key in list_keys(after_id=first[-1].pk, limit=2)] == ids[2:]
