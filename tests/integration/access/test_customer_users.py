"""Customer users: invited by staff, signed in by an e-mailed code, never more than their accounts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tallystick.access.errors import CodeNotAccepted, CustomerUserUnknown, EmailNotValid
from tallystick.access.models import CustomerAccess, CustomerUser, LoginCode
from tallystick.access.operations.invite_customer import end_customer_access, invite_customer
from tallystick.access.operations.sign_in_customer import ask_login_code, sign_in_customer
from tallystick.access.queries import list_customer_accounts, make_customer_actor
from tallystick.accounts.models import Account
from tallystick.errors import Forbidden
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PERMISSIONS
from tests.support.builders import ACTOR, build_account, build_seller

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
JAN = "jan@windlass.example"


@pytest.fixture
def account() -> Account:
    return build_account(build_seller())


def invite(account: Account, email: str = JAN) -> CustomerAccess:
    return invite_customer(account.pk, email=email, name="Jan", at=NOW, actor=ACTOR)


def ask(*, minutes: int = 0) -> str:
    sent = ask_login_code(JAN, at=NOW + timedelta(minutes=minutes))
    assert sent is not None
    return sent.code


def sign_in(code: str, *, minutes: int = 0) -> CustomerUser:
    return sign_in_customer(JAN, code=code, at=NOW + timedelta(minutes=minutes))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_someone_is_invited_once_and_is_the_same_person_for_each_account(account: Account) -> None:
    other = build_account(account.seller, external_id="A-2")
    first = invite(account, " Jan@Windlass.example ")
    assert invite(account).pk == first.pk
    invite(other)
    (person,) = CustomerUser.objects.all()
    assert (person.email, person.name) == (JAN, "Jan")
    assert [each.id for each in list_customer_accounts(person.pk)] == [account.pk, other.pk]


def test_an_address_that_is_none_is_refused_and_invites_nobody(account: Account) -> None:
    with pytest.raises(EmailNotValid, match="jan at home"):
        invite(account, "jan at home")
    assert not CustomerUser.objects.exists()


def test_only_who_may_write_accounts_invites(account: Account) -> None:
    nobody = Actor(kind="staff", id="1", label="Victor")
    with pytest.raises(Forbidden):
        invite_customer(account.pk, email=JAN, at=NOW, actor=nobody)
    with pytest.raises(Forbidden):
        end_customer_access(account.pk, email=JAN, at=NOW, actor=nobody)


def test_the_code_signs_in_once_however_it_is_typed(account: Account) -> None:
    invite(account)
    code = ask()
    assert len(code) == 8
    assert sign_in(f" {code[:4]} {code[4:]} ", minutes=14).email == JAN
    with pytest.raises(CodeNotAccepted):
        sign_in(code, minutes=14)


def test_a_code_lives_fifteen_minutes_and_an_earlier_one_as_long(account: Account) -> None:
    invite(account)
    first, second = ask(), ask(minutes=10)
    with pytest.raises(CodeNotAccepted):
        sign_in(first, minutes=15)
    assert sign_in(second, minutes=15).email == JAN


def test_after_five_wrong_tries_no_code_of_theirs_is_taken_any_more(account: Account) -> None:
    invite(account)
    code, other = ask(), ask()
    for _ in range(5):
        with pytest.raises(CodeNotAccepted):
            sign_in(wrong(code) if wrong(code) != other else wrong(other))
    for each in (code, other):
        with pytest.raises(CodeNotAccepted):
            sign_in(each)


def test_nobody_learns_who_is_a_customer_and_nobody_is_sent_more_than_five_codes_an_hour(account: Account) -> None:
    assert ask_login_code("stranger@windlass.example", at=NOW) is None
    with pytest.raises(CodeNotAccepted):
        sign_in_customer("stranger@windlass.example", code="12345678", at=NOW)
    invite(account)
    for _ in range(5):
        ask()
    assert ask_login_code(JAN, at=NOW) is None
    assert ask(minutes=61)


def test_no_code_is_kept_in_the_clear_and_another_person_s_code_is_none(account: Account) -> None:
    invite(account)
    invite(account, "eva@windlass.example")
    code = ask()
    assert not LoginCode.objects.filter(digest__contains=code).exists()
    with pytest.raises(CodeNotAccepted):
        sign_in_customer("eva@windlass.example", code=code, at=NOW)


def test_access_that_was_ended_is_gone_at_once_and_can_be_given_anew(account: Account) -> None:
    access = invite(account)
    person = sign_in(ask())
    assert [each.id for each in list_customer_accounts(person.pk)] == [account.pk]
    end_customer_access(account.pk, email=JAN, at=NOW, actor=ACTOR)
    assert list(list_customer_accounts(person.pk)) == []
    assert ask_login_code(JAN, at=NOW) is None
    with pytest.raises(CustomerUserUnknown, match="jan@"):
        end_customer_access(account.pk, email=JAN, at=NOW, actor=ACTOR)
    assert invite(account).pk != access.pk


@pytest.mark.rule("DEM-4")
def test_a_customer_has_no_staff_permission_at_all(account: Account) -> None:
    actor = make_customer_actor(invite(account).customer_user)
    assert actor.kind == "customer"
    assert not any(actor.may(permission) for permission in PERMISSIONS)


def test_the_database_refuses_a_second_live_access_and_an_address_in_capitals(account: Account) -> None:
    access = invite(account)
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerAccess.objects.create(
            customer_user=access.customer_user, account=account, invited_at=NOW, invited_by="x"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerUser.objects.create(email="Eva@windlass.example", created_at=NOW)
