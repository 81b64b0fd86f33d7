"""Sellers on the database: created whole, changed in versions, and never by someone who may not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction

from tallystick.errors import Refusal
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.core import new_seller as limits
from tallystick.sellers.core.new_seller import BankDetails, BillingTerms, NewSeller, ProfileText, Registration, Series
from tallystick.sellers.errors import (
    BankAccountExists,
    RegistrationExists,
    SellerExists,
    SellerInvalid,
    SellerNotNamed,
    SellerUnknown,
)
from tallystick.sellers.models import BankAccount, Seller, SellerProfile, VatRegistration
from tallystick.sellers.operations.add_bank_account import add_bank_account
from tallystick.sellers.operations.add_vat_registration import add_vat_registration
from tallystick.sellers.operations.change_seller_profile import change_seller_profile
from tallystick.sellers.operations.change_seller_settings import SellerSettings, change_seller_settings
from tallystick.sellers.operations.create_seller import create_seller
from tallystick.sellers.operations.set_billing_rule import set_billing_rule
from tallystick.sellers.operations.upsert_seller import upsert_seller
from tallystick.sellers.queries import (
    find_bank_account,
    get_current_profile,
    get_seller,
    get_seller_facts,
    list_seller_events,
)
from tests.support.builders import ACTOR, AT

pytestmark = pytest.mark.django_db

PROFILE = ProfileText(legal_name="Acme B.V.", country="NL")
NEW = NewSeller(
    code="acme",
    currency="EUR",
    time_zone="Europe/Amsterdam",
    profile=PROFILE,
    vat_registrations=(Registration("NL", "NL123456782B90", date(2020, 1, 1)),),
    bank_accounts=(BankDetails("EUR", "Acme B.V.", "NL91ABNA0417164300"),),
)
NOBODY = Actor(kind="staff", id="1", label="Viewer")


@pytest.fixture
def seller() -> Seller:
    return create_seller(NEW, at=AT, actor=ACTOR)


def test_a_seller_is_made_with_all_that_it_takes_to_begin(seller: Seller) -> None:
    facts = get_seller_facts(seller.pk)
    assert (facts.code, facts.currency, facts.country) == ("acme", "EUR", "NL")
    assert facts.vat_registrations == (("NL", "NL123456782B90", date(2020, 1, 1), None, "local"),)
    assert facts.net_terms_remittance_days == 30
    assert sorted(seller.number_series.values_list("kind", "next_number")) == [
        ("credit_note", 1),
        ("debit_note", 1),
        ("invoice", 1),
    ]


def test_a_second_seller_of_the_same_code_is_refused(seller: Seller) -> None:
    with pytest.raises(SellerExists):
        create_seller(NEW, at=AT, actor=ACTOR)


def test_a_seller_with_mistakes_is_refused_with_all_of_them_and_leaves_nothing() -> None:
    with pytest.raises(SellerInvalid) as refused:
        create_seller(replace(NEW, currency="EURO", time_zone="Mars/Base"), at=AT, actor=ACTOR)
    assert refused.value.field == "currency"
    assert "time_zone: there is no time zone 'Mars/Base'" in refused.value.message
    assert not Seller.objects.exists()


def test_without_a_code_the_only_seller_is_meant(seller: Seller) -> None:
    assert get_seller() == get_seller("acme") == seller
    create_seller(
        replace(NEW, code="other", series=tuple(Series(each.kind, f"O{each.prefix}") for each in NEW.series)),
        at=AT,
        actor=ACTOR,
    )
    with pytest.raises(SellerNotNamed):
        get_seller()
    with pytest.raises(SellerUnknown):
        get_seller("nobody")


def test_a_changed_profile_is_a_new_version_and_the_same_one_is_none(seller: Seller) -> None:
    first = get_current_profile(seller.pk)
    moved = change_seller_profile(seller, profile=replace(PROFILE, city="Delft"), at=AT, actor=ACTOR)
    again = change_seller_profile(seller, profile=replace(PROFILE, city="Delft"), at=AT, actor=ACTOR)
    assert (first.version, moved.version, again.pk) == (1, 2, moved.pk)
    assert SellerProfile.objects.get(pk=first.pk).city == ""


def test_a_profile_never_changes(seller: Seller) -> None:
    for change in (lambda: SellerProfile.objects.update(city="Delft"), lambda: SellerProfile.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()


def test_the_default_bank_account_of_a_currency_is_the_latest_one(seller: Seller) -> None:
    second = BankDetails("EUR", "Acme B.V.", "DE89370400440532013000")
    add_bank_account(seller, details=second, at=AT, actor=ACTOR)
    found = find_bank_account(seller.pk, currency="EUR")
    assert found is not None and found.iban == second.iban
    assert BankAccount.objects.filter(seller=seller, is_default=True).count() == 1
    with pytest.raises(BankAccountExists):
        add_bank_account(seller, details=second, at=AT, actor=ACTOR)


def test_registrations_follow_each_other(seller: Seller) -> None:
    german = Registration("DE", "DE312345606", date(2026, 1, 1))
    add_vat_registration(seller, registration=german, at=AT, actor=ACTOR)
    assert VatRegistration.objects.filter(seller=seller).count() == 2
    with pytest.raises(RegistrationExists):
        add_vat_registration(seller, registration=german, at=AT, actor=ACTOR)


@pytest.mark.rule("MAX-1")
def test_net_terms_are_set_for_automatic_and_for_remittance_apart(seller: Seller) -> None:
    set_billing_rule(
        seller, terms=BillingTerms(net_terms_automatic_days=3, net_terms_remittance_days=45), at=AT, actor=ACTOR
    )
    facts = get_seller_facts(seller.pk)
    assert (facts.net_terms_automatic_days, facts.net_terms_remittance_days) == (3, 45)


def test_upserting_creates_then_changes_then_finds_nothing_to_do() -> None:
    richer = replace(
        NEW,
        profile=replace(PROFILE, city="Delft"),
        email_domain="acme.example",
        billing_terms=BillingTerms(net_terms_remittance_days=14),
        bank_accounts=(*NEW.bank_accounts, BankDetails("USD", "Acme B.V.", "DE89370400440532013000")),
    )
    assert upsert_seller(NEW, at=AT, actor=ACTOR)[:3] == (1, 0, 0)
    assert upsert_seller(NEW, at=AT, actor=ACTOR)[:3] == (0, 0, 1)
    assert upsert_seller(richer, at=AT, actor=ACTOR)[:3] == (0, 1, 0)
    assert upsert_seller(richer, at=AT, actor=ACTOR)[:3] == (0, 0, 1)
    seller = get_seller("acme")
    assert (get_current_profile(seller.pk).version, seller.email_domain) == (2, "acme.example")
    assert BankAccount.objects.filter(seller=seller).count() == 2


def test_currency_and_series_of_a_seller_stay() -> None:
    upsert_seller(NEW, at=AT, actor=ACTOR)
    changed = replace(NEW, currency="USD", series=tuple(replace(each, digits=9) for each in NEW.series))
    with pytest.raises(SellerInvalid, match=r"currency: can't change.*series: can't change"):
        upsert_seller(changed, at=AT, actor=ACTOR)


def test_every_change_of_a_seller_says_who_and_what_and_the_same_again_nothing(seller: Seller) -> None:
    for _ in range(2):
        change_seller_profile(seller, profile=replace(PROFILE, city="Utrecht"), at=AT, actor=ACTOR)
        change_seller_settings(seller, settings=SellerSettings("Europe/Berlin", "acme.example"), at=AT, actor=ACTOR)
        set_billing_rule(seller, terms=BillingTerms(net_terms_remittance_days=45), at=AT, actor=ACTOR)
    told = [(each.event, each.detail, each.actor_label) for each in reversed(list_seller_events(seller.pk))]
    assert told == [
        ("create", "", ACTOR.label),
        ("change_profile", "city", ACTOR.label),
        ("change_settings", "time_zone, email_domain", ACTOR.label),
        ("set_billing_rule", "net_terms_remittance_days", ACTOR.label),
    ]


def test_a_time_zone_that_is_none_is_refused(seller: Seller) -> None:
    with pytest.raises(SellerInvalid) as refused:
        change_seller_settings(seller, settings=SellerSettings("Mars/Base", "a b"), at=AT, actor=ACTOR)
    assert [problem.field for problem in refused.value.problems] == ["time_zone", "email_domain"]


@pytest.mark.parametrize(
    "operate",
    [
        lambda seller: create_seller(replace(NEW, code="b"), at=AT, actor=NOBODY),
        lambda seller: upsert_seller(NEW, at=AT, actor=NOBODY),
        lambda seller: change_seller_profile(seller, profile=PROFILE, at=AT, actor=NOBODY),
        lambda seller: change_seller_settings(seller, settings=SellerSettings("UTC", ""), at=AT, actor=NOBODY),
        lambda seller: set_billing_rule(seller, terms=BillingTerms(), at=AT, actor=NOBODY),
        lambda seller: add_bank_account(seller, details=NEW.bank_accounts[0], at=AT, actor=NOBODY),
        lambda seller: add_vat_registration(seller, registration=NEW.vat_registrations[0], at=AT, actor=NOBODY),
    ],
)
def test_only_who_may_changes_sellers(seller: Seller, operate: Callable[[Seller], Any]) -> None:
    with pytest.raises(PermissionMissing):
        operate(seller)


@pytest.mark.parametrize(
    ("model", "lengths"),
    [
        (SellerProfile, limits.PROFILE_LIMITS),
        (VatRegistration, limits.REGISTRATION_LIMITS),
        (BankAccount, limits.BANK_ACCOUNT_LIMITS),
    ],
)
def test_texts_are_as_long_as_their_columns(model: type[models.Model], lengths: dict[str, int]) -> None:
    assert {name: model._meta.get_field(name).max_length for name in lengths} == lengths  # type: ignore[union-attr]


def test_every_refusal_of_the_room_has_a_code_of_its_own() -> None:
    refusals: list[type[Refusal]] = [
        BankAccountExists,
        RegistrationExists,
        SellerExists,
        SellerInvalid,
        SellerNotNamed,
        SellerUnknown,
    ]
    assert len({refusal.code for refusal in refusals}) == len(refusals)
