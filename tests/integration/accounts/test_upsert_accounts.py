"""Accounts on the database, many at a time."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from tallystick.accounts.core.new_account import AccountTerms, ContactDetails, NewAccount, Party
from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.accounts.operations.create_account import create_account
from tallystick.accounts.operations.upsert_accounts import upsert_accounts
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return build_seller()


def make(number: int, **party: Any) -> NewAccount:
    details = {"name": f"Customer {number}", "country": "NL", "email": f"c{number}@x.example", **party}
    return NewAccount(f"A-{number}", Party(**details), AccountTerms("EUR"), ContactDetails(f"Ann {number}"))


def upsert(seller: Seller, *accounts: NewAccount, **options: Any) -> tuple[int, int, int]:
    outcome = upsert_accounts(seller, accounts=accounts, at=AT, actor=ACTOR, **options)
    assert list(outcome.problems) == []
    return outcome.created, outcome.updated, outcome.unchanged


def dump() -> list[tuple[Any, ...]]:
    accounts = Account.objects.order_by("external_id").values_list(
        "seller__code", "external_id", "name", "funding_policy", "manager__email", *AccountTerms._fields
    )
    profiles = AccountProfile.objects.order_by("account__external_id", "version").values_list(
        "account__external_id", "version", "is_current", *Party._fields
    )
    contacts = Contact.objects.order_by("account__external_id", "role").values_list(
        "account__external_id", "role", *ContactDetails._fields
    )
    return [*accounts, *profiles, *contacts]


def test_accounts_put_in_twice_change_nothing(seller: Seller) -> None:
    accounts = [make(number) for number in range(5)]
    assert upsert(seller, *accounts) == (5, 0, 0)
    before = dump()
    assert upsert(seller, *accounts) == (0, 0, 5)
    assert dump() == before
    assert len(before) == 15


def test_one_row_makes_what_creating_one_account_makes(seller: Seller) -> None:
    User.objects.create(username="anna", email="Anna@acme.example", is_staff=True)
    new = NewAccount(
        " A-1 ",
        Party("Cargo", True, "Street 1", "1000 AA", "Delft", "nl", "nl123456782b90", "AP@cargo.example"),
        AccountTerms("EUR", "group", "managed", 10_000, 31, "big", 30, True, True, "nl", "PO-1"),
        ContactDetails("Ann", "ANN@x.example", "1"),
        ContactDetails("Bob"),
        "anna@acme.example",
    )
    create_account(seller, account=new, at=AT, actor=ACTOR)
    single = dump()
    other = build_seller(code="other")
    Seller.objects.filter(code="other").update(email_domain="acme.example")
    other.refresh_from_db()
    upsert(other, new)
    bulk = [row for row in dump() if row not in single]
    assert [tuple("acme" if value == "other" else value for value in row) for row in bulk] == single[:1]
    assert AccountProfile.objects.filter(account__seller=other).values_list(*Party._fields).get() == (
        AccountProfile.objects.filter(account__seller=seller).values_list(*Party._fields).get()
    )


def test_what_changed_is_counted_and_the_rest_is_left_alone(seller: Seller) -> None:
    accounts = [make(number) for number in range(4)]
    upsert(seller, *accounts)
    terms = accounts[0]._replace(terms=AccountTerms("EUR", net_terms_days=7))
    party = make(1, city="Delft")
    contact = accounts[2]._replace(admin_contact=ContactDetails("Zoe"))
    assert upsert(seller, terms, party, contact, accounts[3], make(9)) == (1, 3, 1)
    assert Account.objects.get(external_id="A-0").net_terms_days == 7
    assert list(AccountProfile.objects.filter(version=2).values_list("name", "is_current")) == [("Customer 1", True)]
    assert Contact.objects.get(account__external_id="A-2").name == "Zoe"


def test_a_party_that_changes_back_is_a_third_version(seller: Seller) -> None:
    for party in (make(1), make(1, city="Delft"), make(1)):
        upsert(seller, party)
    versions = AccountProfile.objects.order_by("version").values_list("version", "is_current", "city")
    assert list(versions) == [(1, False, ""), (2, False, "Delft"), (3, True, "")]


def test_contacts_and_manager_that_are_left_out_are_removed(seller: Seller) -> None:
    anna = User.objects.create(username="anna", email="anna@acme.example", is_staff=True)
    full = make(1)._replace(billing_contact=ContactDetails("Bob"), manager_email="anna@acme.example")
    upsert(seller, full)
    assert Account.objects.get().manager == anna
    assert upsert(seller, full._replace(admin_contact=None, manager_email="")) == (0, 1, 0)
    assert Account.objects.get().manager is None
    assert list(Contact.objects.values_list("role", flat=True)) == ["billing"]


def test_accounts_that_are_not_among_the_rows_stay(seller: Seller) -> None:
    upsert(seller, make(1))
    before = dump()
    upsert(seller, make(2))
    assert [row for row in dump() if "A-1" in row] == before


def test_everything_wrong_is_told_by_row_and_nothing_is_written(seller: Seller) -> None:
    upsert(seller, make(1))
    rows = [
        make(1)._replace(terms=AccountTerms("USD")),
        make(2),
        make(2),
        make(3, email="nobody")._replace(manager_email="x@elsewhere.example"),
        make(4, is_business=True, vat_number="NL000000000B00"),
    ]
    outcome = upsert_accounts(seller, accounts=rows, at=AT, actor=ACTOR)
    assert outcome[:3] == (0, 0, 0)
    assert [(each.row, each.problem.field, each.earlier_row) for each in outcome.problems] == [
        (0, "currency", None),
        (2, "external_id", 1),
        (3, "email", None),
        (3, "manager_email", None),
        (4, "vat_number", None),
    ]
    assert Account.objects.count() == 1


def test_wrong_rows_may_be_skipped(seller: Seller) -> None:
    rows = [make(1), make(2, name=""), make(3)]
    outcome = upsert_accounts(seller, accounts=rows, at=AT, actor=ACTOR, skips_invalid=True)
    assert (outcome.created, [each.row for each in outcome.problems]) == (2, [1])
    assert list(Account.objects.order_by("pk").values_list("external_id", flat=True)) == ["A-1", "A-3"]


def test_two_sellers_may_use_the_same_ids(seller: Seller) -> None:
    assert upsert(seller, make(1)) == upsert(build_seller(code="other"), make(1)) == (1, 0, 0)


def test_nothing_to_do_is_done(seller: Seller) -> None:
    assert upsert(seller) == (0, 0, 0)


def test_only_who_may_writes_accounts(seller: Seller) -> None:
    with pytest.raises(PermissionMissing):
        upsert_accounts(seller, accounts=[make(1)], at=AT, actor=Actor(kind="staff", id="1", label="Viewer"))
