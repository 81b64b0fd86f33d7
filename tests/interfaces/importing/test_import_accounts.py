"""Accounts from a file."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.interfaces.importing.report import ImportReport
from tallystick.payments.models import PaymentMethod
from tallystick.sellers.models import Seller
from tests.support.imports import counts, told

pytestmark = pytest.mark.django_db

Import = Callable[..., ImportReport]

FULL = """\
external_id;name;is_business;street;postcode;city;country;vat_number;email;currency;billing_mode;anchor_day;\
net_terms_days;receivable_limit;delivery;language;segment;customer_reference;buyer_reference;manager_email;\
admin_name;admin_email;admin_phone;billing_name;billing_email;billing_phone;sandbox_method
N-1;Cargo;yes;Street 1;1000 AA;Delft;nl;NL 123456782 B90;AP@cargo.example;EUR;managed;31;14;1240.50;email+print;nl;\
big;group;PO-1;anna@acme.example;Ann;ann@x.example;1;Bob;bob@x.example;2;
N-2;Zoë;;;;;;;zoe@x.example;;;;;;;;;;;;;;;;;;4242 4242 4242 4242
"""


def test_every_column_reaches_the_account(seller: Seller, import_text: Import) -> None:
    anna = User.objects.create(username="anna", email="anna@acme.example", is_staff=True)
    report = import_text("accounts", FULL)
    assert (counts(report), told(report)) == ((2, 0, 0, 0), [])
    full = Account.objects.get(external_id="N-1")
    assert (full.billing_mode, full.anchor_day, full.net_terms_days, full.receivable_limit_minor) == (
        "managed",
        31,
        14,
        124_050,
    )
    assert (full.is_emailed, full.is_printed, full.language, full.segment) == (True, True, "nl", "big")
    assert (full.customer_reference, full.buyer_reference, full.manager) == ("group", "PO-1", anna)
    profile = AccountProfile.objects.get(account=full)
    assert (profile.is_business, profile.street, profile.postcode, profile.city) == (
        True,
        "Street 1",
        "1000 AA",
        "Delft",
    )
    assert (profile.country, profile.vat_number, profile.email) == ("NL", "NL123456782B90", "ap@cargo.example")
    contacts = Contact.objects.filter(account=full).order_by("role").values_list("role", "name", "email", "phone")
    assert list(contacts) == [("admin", "Ann", "ann@x.example", "1"), ("billing", "Bob", "bob@x.example", "2")]


def test_what_is_left_out_has_its_default(seller: Seller, import_text: Import) -> None:
    import_text("accounts", "external_id,name,email\nN-1,Zoë,zoe@x.example\n")
    account = Account.objects.get(external_id="N-1")
    assert (account.currency, account.billing_mode, account.anchor_day) == ("EUR", "self_serve", 1)
    assert (account.is_emailed, account.is_printed, account.language) == (True, False, "en")
    assert (account.net_terms_days, account.receivable_limit_minor, account.manager) == (None, None, None)


def test_a_sandbox_number_becomes_the_saved_method_once(seller: Seller, import_text: Import) -> None:
    text = (
        "external_id,name,delivery,sandbox_method\nN-1,A,none,4242 4242 4242 4242\nN-2,B,none,nl77 sand 0000 0000 01\n"
    )
    assert counts(import_text("accounts", text)) == (2, 0, 0, 0)
    assert counts(import_text("accounts", text)) == (0, 0, 2, 0)
    methods = PaymentMethod.objects.order_by("pk").values_list("account__external_id", "kind", "label", "is_default")
    assert list(methods) == [
        ("N-1", "card", "Visa •••• 4242", True),
        ("N-2", "sepa_debit", "NL77 •••• 0001", True),
    ]
    # A number that is left out later removes nothing.
    import_text("accounts", "external_id,name,delivery\nN-1,A,none\n")
    assert PaymentMethod.objects.count() == 2


def test_again_the_same_file_changes_nothing_and_a_changed_one_only_what_it_changes(
    seller: Seller, import_text: Import
) -> None:
    text = "external_id,name,email\nN-1,Ann,a@x.example\nN-2,Bob,b@x.example\n"
    import_text("accounts", text)
    assert counts(import_text("accounts", text)) == (0, 0, 2, 0)
    assert counts(import_text("accounts", text.replace("Bob", "Bea") + "N-3,Cees,c@x.example\n")) == (1, 1, 1, 0)
    versions = AccountProfile.objects.filter(account__external_id="N-2").order_by("version")
    assert list(versions.values_list("name", "is_current")) == [("Bob", False), ("Bea", True)]


WRONG = """\
external_id,name,country,email,currency,anchor_day,billing_mode,net_terms_days,receivable_limit,delivery,sandbox_method
N-1,Sound,NL,a@x.example,,,,,,,
N-2,,Holland,nobody,,32,,,,,
N-3,C,NL,c@x.example,EURO,first,offline,soon,1.234,fax,
N-3,C,NL,c@x.example,,,,,,,
N-3,Again,NL,c@x.example,,,,,,,
A-1,D,NL,d@x.example,USD,,,,,,
N-5,E,NL,e@x.example,,,,,1.234,,1234
N-6,F
,G,NL,g@x.example,,,,,,,
"""
WRONG_TOLD = [
    "accounts.csv:3: name: must not be empty",
    "accounts.csv:3: country: must be a two-letter country code, but is 'Holland'",
    "accounts.csv:3: email: 'nobody' is not an e-mail address",
    "accounts.csv:3: anchor_day: must be from 1 to 31, but is 32",
    "accounts.csv:4: billing_mode: must be self_serve or managed, but is 'offline'",
    "accounts.csv:4: anchor_day: must be a whole number, but is 'first'",
    "accounts.csv:4: net_terms_days: must be a whole number, but is 'soon'",
    "accounts.csv:4: delivery: must be email, print, email+print or none, but is 'fax'",
    "accounts.csv:4: currency: EURO is not a currency in circulation (ISO 4217, three capital letters).",
    "accounts.csv:5: external_id: 'N-3' is given twice, first in line 4",
    "accounts.csv:6: external_id: 'N-3' is given twice, first in line 4",
    "accounts.csv:7: currency: can't change from EUR to USD: make another account",
    "accounts.csv:8: receivable_limit: '1.234' is not an amount: EUR has 2 decimals.",
    "accounts.csv:8: sandbox_method: is none of the sandbox gateway's numbers",
    "accounts.csv:9: row: has 2 cells, but the header has 11",
    "accounts.csv:10: external_id: must not be empty",
]


def test_every_mistake_is_told_with_its_place_and_nothing_is_written(seller: Seller, import_text: Import) -> None:
    report = import_text("accounts", WRONG)
    assert told(report) == WRONG_TOLD
    assert (counts(report), report.is_written) == ((0, 0, 0, 0), False)
    assert Account.objects.count() == 3


def test_mistakes_of_form_and_of_meaning_are_told_together(seller: Seller, import_text: Import) -> None:
    text = "external_id,name,country,anchor_day,delivery\nN-1,A,Holland,40,email\nN-2,B,NL,x,none\n"
    assert told(import_text("accounts", text)) == [
        "accounts.csv:2: country: must be a two-letter country code, but is 'Holland'",
        "accounts.csv:2: anchor_day: must be from 1 to 31, but is 40",
        "accounts.csv:2: email: is needed where invoices are e-mailed",
        "accounts.csv:3: anchor_day: must be a whole number, but is 'x'",
    ]


def test_sound_rows_may_be_written_without_the_wrong_ones(seller: Seller, import_text: Import) -> None:
    report = import_text("accounts", WRONG, skip_invalid=True)
    assert told(report) == WRONG_TOLD
    assert (counts(report), report.is_written) == ((1, 0, 0, 8), True)
    assert Account.objects.filter(external_id__startswith="N").values_list("external_id", flat=True).get() == "N-1"


def test_a_manager_is_a_staff_user_of_the_seller(seller: Seller, import_text: Import) -> None:
    text = "external_id,name,delivery,manager_email\nN-1,A,none,\nN-2,B,none,nobody@acme.example\n"
    assert told(import_text("accounts", text)) == [
        "accounts.csv:3: manager_email: 'nobody@acme.example': there is no staff user with this address"
    ]
    assert Account.objects.count() == 3


def test_json_says_the_same(seller: Seller, import_text: Import) -> None:
    text = '[{"external_id": "N-1", "name": "Zoë", "delivery": "none", "anchor_day": 31},\n{"name": 7}]'
    assert told(import_text("accounts", text)) == [
        "accounts.csv:2: external_id: must not be empty",
        "accounts.csv:2: email: is needed where invoices are e-mailed",
    ]
    assert counts(import_text("accounts", text, skip_invalid=True)) == (1, 0, 0, 1)
    assert Account.objects.get(external_id="N-1").anchor_day == 31
