"""Accounts on the database, one at a time."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, models, transaction

from tallystick.accounts.core import new_account as limits
from tallystick.accounts.core.new_account import AccountTerms, ContactDetails, NewAccount, Party
from tallystick.accounts.errors import (
    AccountExists,
    AccountInvalid,
    AccountUnknown,
    BillingModeHasItsWay,
    ContactRoleUnknown,
    CurrencyIsFixed,
    ManagerNotAllowed,
)
from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.accounts.operations.assign_manager import assign_manager
from tallystick.accounts.operations.change_account import change_account
from tallystick.accounts.operations.create_account import create_account
from tallystick.accounts.operations.set_billing_mode import set_billing_mode
from tallystick.accounts.operations.set_contact import set_contact
from tallystick.accounts.queries import get_current_profile, list_billing_facts
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller

pytestmark = pytest.mark.django_db

NOBODY = Actor(kind="staff", id="1", label="Viewer")
PARTY = Party(
    "Cargo Delta", True, "Maasboulevard 7", "3063 NS", "Rotterdam", "NL", "NL123456782B90", "ap@cargo.example"
)
TERMS = AccountTerms("EUR", billing_mode="managed", net_terms_days=14, receivable_limit_minor=50_000)
NEW = NewAccount("A-1", PARTY, TERMS, admin_contact=ContactDetails("Joost", "joost@cargo.example"))


@pytest.fixture
def seller() -> Seller:
    return build_seller()


@pytest.fixture
def account(seller: Seller) -> Account:
    return create_account(seller, account=NEW, at=AT, actor=ACTOR)


def make_user(email: str, **options: Any) -> User:
    return User.objects.create(username=email, email=email, is_staff=True, **options)


def test_an_account_has_its_terms_one_current_profile_and_its_contacts(account: Account) -> None:
    (facts,) = list_billing_facts([account.pk])
    assert facts == (
        account.pk,
        "EUR",
        "managed",
        14,
        50_000,
        "invoiced",
        get_current_profile(account.pk).pk,
        "NL",
        True,
        "NL123456782B90",
        True,
        False,
        "Cargo Delta",
        "A-1",
        None,
        None,
        NEW.terms.segment,
    )
    assert Contact.objects.get(account=account).name == "Joost"


def test_the_facts_of_many_accounts_come_in_one_query_by_id(
    seller: Seller, account: Account, django_assert_num_queries: Callable[[int], Any]
) -> None:
    other = create_account(seller, account=NEW._replace(external_id="A-2"), at=AT, actor=ACTOR)
    with django_assert_num_queries(1):
        facts = list_billing_facts([other.pk, account.pk, 10**9])
    assert [each.external_id for each in facts] == ["A-1", "A-2"]


def test_an_external_id_is_given_once_by_a_seller(seller: Seller, account: Account) -> None:
    with pytest.raises(AccountExists):
        create_account(seller, account=NEW, at=AT, actor=ACTOR)
    assert create_account(build_seller(code="other"), account=NEW, at=AT, actor=ACTOR).pk != account.pk


def test_mistakes_are_told_all_at_once_and_leave_nothing(seller: Seller) -> None:
    wrong = NEW._replace(party=PARTY._replace(country="XX", email="x"), manager_email="anna@elsewhere.example")
    with pytest.raises(AccountInvalid) as refused:
        create_account(seller, account=wrong, at=AT, actor=ACTOR)
    assert [part in refused.value.message for part in ("country:", "email:", "manager_email:")] == [True] * 3
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("country", "number", "reason"),
    [
        ("NL", "NL123456783B91", "is not a VAT number of NL"),
        ("DE", "NL123456782B90", "must start with DE"),
        ("GR", "GR094259216", "must start with EL"),
    ],
)
def test_a_business_in_the_union_gives_a_vat_number_that_can_exist(
    seller: Seller, country: str, number: str, reason: str
) -> None:
    wrong = NEW._replace(party=PARTY._replace(country=country, vat_number=number))
    with pytest.raises(AccountInvalid, match=reason):
        create_account(seller, account=wrong, at=AT, actor=ACTOR)


def test_elsewhere_any_number_is_kept(seller: Seller) -> None:
    swiss = NEW._replace(party=PARTY._replace(country="CH", vat_number="CHE-116.281.710"))
    account = create_account(seller, account=swiss, at=AT, actor=ACTOR)
    assert get_current_profile(account.pk).vat_number == "CHE116281710"


def test_a_changed_party_is_a_new_version_and_changed_terms_are_not(account: Account) -> None:
    change_account(account.pk, terms=TERMS._replace(net_terms_days=30), at=AT, actor=ACTOR)
    assert get_current_profile(account.pk).version == 1
    changed = change_account(account.pk, party=PARTY._replace(name="Cargo Delta Group"), at=AT, actor=ACTOR)
    assert (changed.name, changed.net_terms_days) == ("Cargo Delta Group", 30)
    versions = AccountProfile.objects.filter(account=account).order_by("version")
    assert list(versions.values_list("version", "is_current", "name")) == [
        (1, False, "Cargo Delta"),
        (2, True, "Cargo Delta Group"),
    ]
    change_account(account.pk, party=PARTY._replace(name="Cargo Delta Group"), at=AT, actor=ACTOR)
    assert get_current_profile(account.pk).version == 2


def test_a_change_is_judged_like_a_new_account(account: Account) -> None:
    with pytest.raises(AccountInvalid, match="email: is needed"):
        change_account(account.pk, party=PARTY._replace(email=""), at=AT, actor=ACTOR)
    with pytest.raises(AccountInvalid, match="anchor_day"):
        change_account(account.pk, terms=TERMS._replace(anchor_day=0), at=AT, actor=ACTOR)
    with pytest.raises(AccountUnknown):
        change_account(10**9, terms=TERMS, at=AT, actor=ACTOR)


def test_the_currency_never_changes(account: Account) -> None:
    with pytest.raises(CurrencyIsFixed):
        change_account(account.pk, terms=TERMS._replace(currency="USD"), at=AT, actor=ACTOR)


def test_a_profile_version_never_changes(account: Account) -> None:
    profiles = AccountProfile.objects.filter(account=account)
    for change in (lambda: profiles.update(name="Somebody else"), lambda: profiles.delete()):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()


@pytest.mark.rule("DEM-10", "DEM-11")
def test_a_manager_is_a_user_in_the_sellers_own_domain(account: Account) -> None:
    anna = make_user("anna@acme.example")
    assert assign_manager(account.pk, email=" Anna@ACME.example ", actor=ACTOR).manager == anna
    assert assign_manager(account.pk, email=None, actor=ACTOR).manager is None


@pytest.mark.rule("DEM-10", "DEM-11")
@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("bert@acme.example", "there is no staff user"),
        ("gone@acme.example", "there is no staff user"),
        ("eve@notacme.example", "own domain, acme.example"),
        ("eve@acme.example.evil.org", "own domain, acme.example"),
    ],
)
def test_nobody_else_is(account: Account, email: str, reason: str) -> None:
    make_user("eve@notacme.example")
    make_user("eve@acme.example.evil.org")
    make_user("gone@acme.example", is_active=False)
    with pytest.raises(ManagerNotAllowed, match=reason):
        assign_manager(account.pk, email=email, actor=ACTOR)


@pytest.mark.rule("DEM-13")
def test_an_account_that_is_not_managed_may_have_a_manager(account: Account) -> None:
    make_user("anna@acme.example")
    set_billing_mode(
        account.pk, billing_mode="self_serve", event="set_self_serve", reason="pays by card", at=AT, actor=ACTOR
    )
    assert assign_manager(account.pk, email="anna@acme.example", actor=ACTOR).billing_mode == "self_serve"


@pytest.mark.rule("DEM-8")
def test_an_account_changes_its_billing_mode_by_the_acts_for_it_and_no_other_way(account: Account) -> None:
    with pytest.raises(BillingModeHasItsWay, match="is managed"):
        change_account(account.pk, terms=TERMS._replace(billing_mode="self_serve"), at=AT, actor=ACTOR)
    for mode, reason in (("cash", "x"), ("managed", " ")):
        with pytest.raises(InvalidInput):
            set_billing_mode(account.pk, billing_mode=mode, event="set_managed", reason=reason, at=AT, actor=ACTOR)


def test_a_seller_without_a_domain_has_no_managers(account: Account) -> None:
    Seller.objects.update(email_domain="")
    account.refresh_from_db()
    make_user("anna@acme.example")
    with pytest.raises(ManagerNotAllowed, match="which is not set"):
        assign_manager(account.pk, email="anna@acme.example", actor=ACTOR)


def test_contacts_are_set_and_removed_by_role(account: Account) -> None:
    set_contact(account.pk, role="billing", contact=ContactDetails(" Ann ", "ANN@x.example"), actor=ACTOR)
    set_contact(account.pk, role="billing", contact=ContactDetails("Bea"), actor=ACTOR)
    set_contact(account.pk, role="admin", contact=None, actor=ACTOR)
    assert list(Contact.objects.values_list("role", "name", "email")) == [("billing", "Bea", "")]
    with pytest.raises(ContactRoleUnknown):
        set_contact(account.pk, role="boss", contact=None, actor=ACTOR)
    with pytest.raises(AccountInvalid, match="admin_email"):
        set_contact(account.pk, role="admin", contact=ContactDetails("Ann", "x"), actor=ACTOR)
    with pytest.raises(AccountUnknown):
        set_contact(10**9, role="admin", contact=None, actor=ACTOR)


@pytest.mark.parametrize(
    "operate",
    [
        lambda seller: create_account(seller, account=NEW, at=AT, actor=NOBODY),
        lambda seller: change_account(1, terms=TERMS, at=AT, actor=NOBODY),
        lambda seller: assign_manager(1, email=None, actor=NOBODY),
        lambda seller: set_contact(1, role="admin", contact=None, actor=NOBODY),
    ],
)
def test_only_who_may_changes_accounts(seller: Seller, operate: Callable[[Seller], Any]) -> None:
    with pytest.raises(PermissionMissing):
        operate(seller)


@pytest.mark.parametrize(
    ("model", "lengths"),
    [
        (AccountProfile, limits.PARTY_LIMITS),
        (Account, limits.TERMS_LIMITS),
        (Account, {"external_id": limits.EXTERNAL_ID_LIMIT, "name": limits.PARTY_LIMITS["name"]}),
        (Contact, limits.CONTACT_LIMITS),
    ],
)
def test_texts_are_as_long_as_their_columns(model: type[models.Model], lengths: dict[str, int]) -> None:
    assert {name: model._meta.get_field(name).max_length for name in lengths} == lengths  # type: ignore[union-attr]
