"""A seller from a file."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tallystick.interfaces.importing.errors import FileUnreadable
from tallystick.interfaces.importing.report import ImportReport
from tallystick.sellers.models import BillingRule, NumberSeries, Seller
from tallystick.sellers.queries import get_current_profile
from tests.support.imports import counts, told

pytestmark = pytest.mark.django_db

Import = Callable[..., ImportReport]

FULL: dict[str, Any] = {
    "code": "acme",
    "currency": "EUR",
    "time_zone": "Europe/Amsterdam",
    "email_domain": "acme.example",
    "profile": {"legal_name": "Acme B.V.", "country": "NL", "city": "Delft"},
    "vat_registrations": [{"country": "NL", "number": "NL123456782B90", "starts_on": "2020-01-01", "ends_until": None}],
    "bank_accounts": [{"currency": "EUR", "holder": "Acme B.V.", "iban": "NL91ABNA0417164300"}],
    "series": [
        {"kind": "invoice", "prefix": "A-", "digits": 4},
        {"kind": "credit_note", "prefix": "AC-"},
        {"kind": "debit_note", "prefix": "AD-"},
    ],
    "billing_terms": {"net_terms_remittance_days": 14, "bills_partial_first": False},
}


def test_a_company_begins_from_a_file(import_text: Import) -> None:
    report = import_text("seller", json.dumps(FULL))
    assert (counts(report), report.seller, told(report)) == ((1, 0, 0, 0), "acme", [])
    seller = Seller.objects.get()
    assert (seller.time_zone, seller.email_domain) == ("Europe/Amsterdam", "acme.example")
    assert BillingRule.objects.values_list("net_terms_remittance_days", "bills_partial_first").get() == (14, False)
    assert NumberSeries.objects.get(kind="invoice").digits == 4


def test_again_it_changes_nothing_and_a_changed_text_is_a_new_version(import_text: Import) -> None:
    import_text("seller", json.dumps(FULL))
    assert counts(import_text("seller", json.dumps(FULL))) == (0, 0, 1, 0)
    moved = {**FULL, "profile": {**FULL["profile"], "city": "Utrecht"}}
    assert counts(import_text("seller", json.dumps(moved))) == (0, 1, 0, 0)
    profile = get_current_profile(Seller.objects.get().pk)
    assert (profile.version, profile.city) == (2, "Utrecht")


def test_mistakes_of_form_are_told_by_their_path(import_text: Import) -> None:
    wrong = {
        "code": 7,
        "colour": "green",
        "profile": {"country": "NL", "fax": "1"},
        "bank_accounts": [{"currency": "EUR", "holder": "A", "iban": "x", "is_default": "yes"}, 3],
        "series": "A-",
        "vat_registrations": [{"country": "NL", "number": "1", "starts_on": "lately"}],
    }
    assert sorted(told(import_text("seller", json.dumps(wrong)))) == [
        "seller.csv:1: bank_accounts.0.is_default: must be true or false",
        "seller.csv:1: bank_accounts.1: must be an object, in braces",
        "seller.csv:1: code: must be a text",
        "seller.csv:1: colour: is not known; known are bank_accounts, billing_terms, code, currency, email_domain, "
        "profile, series, time_zone, vat_registrations",
        "seller.csv:1: currency: is missing",
        "seller.csv:1: profile.fax: is not known; known are brand_color, city, country, email, footer_text, "
        "legal_name, phone, postcode, registration_number, street, website",
        "seller.csv:1: profile.legal_name: is missing",
        "seller.csv:1: series: must be a list, in brackets",
        "seller.csv:1: vat_registrations.0.starts_on: must be a date like 2026-03-31",
    ]
    assert not Seller.objects.exists()


def test_mistakes_of_meaning_are_told_too(import_text: Import) -> None:
    report = import_text("seller", json.dumps({**FULL, "currency": "EURO"}))
    assert len(report.errors) == 1
    assert report.errors[0].field == "currency" and "EURO is not a currency" in report.errors[0].reason


def test_the_code_in_the_file_is_the_one_that_was_asked_for(import_text: Import) -> None:
    report = import_text("seller", json.dumps(FULL), seller_code="other")
    assert told(report) == ["seller.csv:1: code: is acme, but the seller other was asked for"]
    assert not Seller.objects.exists()


def test_what_is_no_object_is_refused(import_text: Import) -> None:
    for text in ("[]", "{", "code,currency\nacme,EUR\n"):
        with pytest.raises(FileUnreadable):
            import_text("seller", text)


def test_mistakes_of_form_and_of_meaning_are_told_together(import_text: Import) -> None:
    wrong = {**FULL, "currency": "EURO", "email_domain": 5, "profile": {"legal_name": "A", "country": "Holland"}}
    assert sorted(told(import_text("seller", json.dumps(wrong)))) == [
        "seller.csv:1: country: must be a two-letter country code, but is 'Holland'",
        "seller.csv:1: currency: EURO is not a currency in circulation (ISO 4217, three capital letters).",
        "seller.csv:1: email_domain: must be a text",
    ]
