"""A seller as it invoices: its texts, accounts, registrations, rule and tax rates, changed by forms."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from config.gateways import GatewayKeys
from tallystick.payments.models import GatewayAccount
from tallystick.sellers.core.billing_fields import NAMES
from tallystick.sellers.core.new_seller import BillingTerms
from tallystick.sellers.models import BankAccount, BillingRule, Seller, SellerEvent, VatRegistration
from tallystick.sellers.queries import get_billing_rule, get_current_profile, get_seller
from tallystick.taxes.models import TaxRate
from tests.support.builders import build_seller
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return build_seller()


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(build_staff_user("admin"))
    return client


def fill(client: Client, address: str, given: dict[str, str]) -> str:
    """Send a form; answer its question with yes where it asks one. Returns the page that follows."""
    answer = client.post(address, given, follow=True)
    if question := (answer.context or {}).get("question"):
        answer = client.post(address, {**given, "asked": question}, follow=True)
    return answer.content.decode()


def test_the_page_shows_what_the_seller_invoices_with(seller: Seller, admin: Client) -> None:
    page = admin.get(reverse("admin:seller", args=[seller.pk])).content.decode()
    for shown in ("Acme B.V.", "NL91ABNA0417164300", "NL123456782B90", "ACME-INV-000001", "30 days by remittance"):
        assert shown in page.replace('<span class="note">', ""), shown


def test_new_legal_texts_are_the_next_version_and_the_last_stays_on_the_page(seller: Seller, admin: Client) -> None:
    address = reverse("admin:seller_change", args=[seller.pk])
    given = {"legal_name": "Acme Holding B.V.", "country": "NL", "brand_color": "#1f4e79"}
    page = fill(admin, address, given)
    assert "Version 2 counts from now on." in page
    assert "Acme B.V." in page and "Acme Holding B.V." in page
    assert get_current_profile(seller.pk).version == 2


def test_what_is_wrong_is_told_beside_the_field_and_changes_nothing(seller: Seller, admin: Client) -> None:
    address = reverse("admin:bank_account_new", args=[seller.pk])
    given = {"iban": "NL00ABNA0417164300", "holder": "Acme", "currency": "EUR"}
    assert "its check digits do not fit" in fill(admin, address, given)
    assert BankAccount.objects.count() == 1


def test_another_bank_account_is_printed_only_after_a_yes(seller: Seller, admin: Client) -> None:
    address = reverse("admin:bank_account_new", args=[seller.pk])
    given = {"iban": "DE89 3704 0044 0532 0130 00", "holder": "Acme B.V.", "currency": "EUR", "is_default": "on"}
    asked = admin.post(address, given).content.decode()
    assert "Print DE89370400440532013000 on all EUR invoices from now on?" in asked
    assert BankAccount.objects.count() == 1
    assert "is added" in fill(admin, address, given)
    assert BankAccount.objects.get(is_default=True).iban == "DE89370400440532013000"


def test_a_vat_registration_is_added_after_a_yes(seller: Seller, admin: Client) -> None:
    address = reverse("admin:vat_registration_new", args=[seller.pk])
    given = {"country": "DE", "number": "DE129273398", "starts_on": "2026-04-01", "scheme": "local"}
    assert "DE129273398 counts from" in fill(admin, address, given)
    assert VatRegistration.objects.get(country="DE").starts_on == date(2026, 4, 1)
    shop = {"country": "US", "number": "EU372012345", "starts_on": "2026-04-01", "scheme": "one_stop_shop"}
    assert "a member state of the Union" in fill(admin, address, shop)
    assert "EU372012345 counts from" in fill(admin, address, shop | {"country": "IE"})
    assert "one-stop shop" in admin.get(reverse("admin:seller", args=[seller.pk])).content.decode()


def test_the_billing_rule_is_changed(seller: Seller, admin: Client) -> None:
    address = reverse("admin:billing_rule_change", args=[seller.pk])
    form = admin.get(address).context["form"]
    assert set(form.fields) == set(NAMES)
    shown = {name: form[name].value() for name in NAMES}
    given = {
        name: "on" if value is True else value
        for name, value in shown.items()
        if value is not None and value is not False
    }
    changed = {"net_terms_remittance_days": "14", "proration_method": "actual_30", "longest_rest_days": "90"}
    before = asdict(pick_terms(get_billing_rule(seller.pk)))
    del given["bills_partial_first"]
    fill(admin, address, {**given, **changed})
    after = asdict(pick_terms(get_billing_rule(seller.pk)))
    assert {name: value for name, value in after.items() if value != before[name]} == {
        "net_terms_remittance_days": 14,
        "proration_method": "actual_30",
        "longest_rest_days": 90,
        "bills_partial_first": False,
    }


def pick_terms(rule: BillingRule) -> BillingTerms:
    return BillingTerms(**{name: getattr(rule, name) for name in NAMES})


def test_a_rate_of_the_sellers_own_is_set_after_a_question_that_names_the_one_before(
    seller: Seller, admin: Client
) -> None:
    address = reverse("admin:tax_rate_new")
    given = {
        "seller": str(seller.pk),
        "country": "NL",
        "category": "standard",
        "rate": "20",
        "valid_from": "2026-04-01",
    }
    asked = admin.post(address, given).context["question"]
    assert asked.startswith("Shall acme charge 20 % standard VAT of NL from") and asked.endswith("instead of 21 %?")
    assert not TaxRate.objects.filter(seller=seller).exists()
    assert "The standard VAT of NL is 20 %" in fill(admin, address, given)
    assert TaxRate.objects.get(seller=seller).rate == Decimal(20)
    rates = admin.get(reverse("admin:tax_rates")).content.decode()
    assert "acme: Standard VAT of NL from Apr 1, 2026: 20 % until further notice" in rates
    assert ">its own<" in admin.get(reverse("admin:seller", args=[seller.pk])).content.decode()
    other = build_seller(code="other")
    assert ">its own<" not in admin.get(reverse("admin:seller", args=[other.pk])).content.decode()


def test_another_time_zone_counts_only_after_a_yes_and_the_history_says_who_changed_it(
    seller: Seller, admin: Client
) -> None:
    address = reverse("admin:seller_settings", args=[seller.pk])
    given = {"time_zone": "Asia/Tokyo", "email_domain": seller.email_domain}
    asked = admin.post(address, given).context["question"]
    assert asked == f"Shall the days of acme be those of Asia/Tokyo instead of {seller.time_zone} from now on?"
    assert get_seller("acme").time_zone == seller.time_zone
    page = fill(admin, address, given)
    assert get_seller("acme").time_zone == "Asia/Tokyo"
    assert "Settings changed: time zone" in page and "Admin Jones" in page


def test_an_email_domain_is_changed_without_a_question(seller: Seller, admin: Client) -> None:
    given = {"time_zone": seller.time_zone, "email_domain": "example.org"}
    page = admin.post(reverse("admin:seller_settings", args=[seller.pk]), given, follow=True).content.decode()
    assert "@example.org" in page
    wrong = {**given, "email_domain": "two words"}
    assert "Must be a domain" in fill(admin, reverse("admin:seller_settings", args=[seller.pk]), wrong)


def test_a_seller_is_made_after_a_yes_and_its_page_says_by_whom(admin: Client) -> None:
    address = reverse("admin:seller_new")
    given = {
        "code": "gracht",
        "currency": "EUR",
        "time_zone": "Europe/Amsterdam",
        "legal_name": "Gracht B.V.",
        "country": "nl",
        "brand_color": "#1f4e79",
    }
    assert admin.post(address, given).context["question"].startswith("Make Gracht B.V., which bills in EUR?")
    assert not Seller.objects.exists()
    assert "gracht is made" in fill(admin, address, given)
    seller = get_seller("gracht")
    assert (seller.currency, seller.time_zone) == ("EUR", "Europe/Amsterdam")
    assert (get_current_profile(seller.pk).legal_name, get_current_profile(seller.pk).country) == ("Gracht B.V.", "NL")
    assert SellerEvent.objects.get(seller=seller).actor_label == "Admin Jones"
    assert "There is a seller gracht already." in fill(admin, address, given)


def test_what_is_wrong_with_a_new_seller_is_told_beside_its_fields(admin: Client) -> None:
    given = {"code": "Big Co", "currency": "EUR", "time_zone": "UTC", "legal_name": "Big", "country": "ZZ"}
    page = fill(admin, reverse("admin:seller_new"), {**given, "brand_color": "#1f4e79"})
    for reason in ("Takes lower-case letters, digits and hyphens", "Must be a two-letter country code"):
        assert reason in page
    assert not Seller.objects.exists()


def test_only_those_who_may_change_sellers_reach_the_forms(seller: Seller) -> None:
    viewer = Client()
    viewer.force_login(build_staff_user("viewer"))
    assert viewer.get(reverse("admin:seller_new")).status_code == 403
    for name in ("seller_change", "seller_settings", "bank_account_new", "vat_registration_new", "billing_rule_change"):
        assert viewer.get(reverse(f"admin:{name}", args=[seller.pk])).status_code == 403, name
    assert viewer.get(reverse("admin:tax_rate_new")).status_code == 403
    assert viewer.get(reverse("admin:tax_rates")).status_code == 200


def test_a_gateway_is_connected_and_switched_off_and_on_with_a_reason(seller: Seller, admin: Client) -> None:
    page = admin.get(reverse("admin:seller", args=[seller.pk])).content.decode()
    assert "None: its customers pay by transfer only." in page
    connect = reverse("admin:gateway_connect", args=[seller.pk])
    refused = fill(admin, connect, {"account": "stripe/live"})
    assert "There is no live key of the gateway stripe for acme" in refused
    assert "acme is connected to Sandbox (test)." in fill(admin, connect, {"account": "sandbox/test"})
    switch = reverse("admin:gateway_switch", args=[seller.pk, GatewayAccount.objects.get().pk])
    assert "Sandbox (test) is off." in fill(admin, switch, {"reason": "trials are over"})
    assert not GatewayAccount.objects.get().is_active
    page = fill(admin, switch, {"reason": "one more"})
    assert "Sandbox (test) is on." in page
    assert "Sandbox (test) switched off" in page and "trials are over" in page


def test_a_key_that_waits_is_said_and_offered_first_and_is_on_no_page(seller: Seller, admin: Client) -> None:
    keys = GatewayKeys({"TALLYSTICK_GATEWAY_KEYS": "acme/mollie=live_abcdef"})
    with override_settings(GATEWAYS=keys):
        page = admin.get(reverse("admin:seller", args=[seller.pk])).content.decode()
        form = admin.get(reverse("admin:gateway_connect", args=[seller.pk])).content.decode()
    assert "The settings have a live key of Mollie that is not used yet." in page
    assert '<option value="mollie/live" selected>Mollie, live (there is a key)</option>' in form
    assert "abcdef" not in page + form
