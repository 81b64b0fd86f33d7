"""A customer subscribes, cancels and resumes in the portal, by the operations of the API: their own account only."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPlan
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.interfaces.portal.words.languages import LANGUAGES
from tallystick.interfaces.portal.words.subscribing_languages import SUBSCRIBING
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.payments.models import GatewayAccount, PaymentAttempt
from tallystick.plumbing import clock
from tallystick.subscriptions.models import Subscription
from tests.interfaces.portal.test_portal import invite, read, sign_in
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service
from tests.support.catalogs import fill_plan
from tests.support.stories import GOOD_CARD, POOR_CARD, save_method

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEM-4", "DEM-49", "DEM-50")]


@pytest.fixture
def account() -> Account:
    """Self-serve, of Jan. Basic costs 100.00 a month before VAT and is offered; Secret is not."""
    clock.set_clock(AT)
    seller = build_seller(supports_auto_post=True, auto_posts_by_default=True)
    service = build_service(seller, code="seat", unit_price="100.00")
    create_plan(seller, plan=NewPlan(code="basic", name="Basic", is_self_serve=True), actor=ACTOR)
    build_plan(seller, code="secret")
    for plan in ("basic", "secret"):
        fill_plan(seller, plan, mandatory=[service.code])
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    account = build_account(seller, billing_mode="self_serve")
    invite(account)
    return account


def begin(browser: Client, account: Account, **changed: str) -> str:
    """Look at the question, say yes; what is told then."""
    address = f"/portal/accounts/{account.pk}/subscribe/basic/"
    page = read(browser, address)
    fields = dict(re.findall(r'name="(asked|method)" value="([^"]*)"', page))
    answer = browser.post(address, {**fields, **changed})
    return answer["Location"].rpartition("told=")[2] or answer["Location"]


def show(browser: Client, account: Account, told: str = "") -> str:
    return read(browser, f"/portal/accounts/{account.pk}/subscription/{told}")


def cancel(browser: Client, account: Account, ends_on: str) -> str:
    address = f"/portal/accounts/{account.pk}/subscriptions/{Subscription.objects.get().pk}/cancel/"
    return browser.post(address, {"ends_on": ends_on})["Location"].rpartition("told=")[2]


def test_a_customer_subscribes_with_a_saved_card_cancels_and_resumes(account: Account) -> None:
    save_method(account, GOOD_CARD)
    browser = sign_in()
    assert f'href="/portal/accounts/{account.pk}/subscription/"' in read(browser)
    page = show(browser, account)
    assert "There is no subscription." in page and "121.00 EUR a month" in page and "Secret" not in page
    asked = read(browser, f"/portal/accounts/{account.pk}/subscribe/basic/")
    assert "121.00 EUR is charged now" in asked and "Visa •••• 4242" in asked
    assert not Subscription.objects.exists() and not PaymentAttempt.objects.exists()  # looking begins nothing
    assert begin(browser, account) == "begun"
    assert Document.objects.get().open_minor == 0
    page = show(browser, account)
    assert "Active." in page and "Next payment on 1 April 2026: 121.00 EUR" in page and "Subscribe:" not in page
    assert '<p class="soft">1 × ' in page

    question = read(browser, f"/portal/accounts/{account.pk}/subscriptions/{Subscription.objects.get().pk}/cancel/")
    assert "It ends on 1 April 2026 and stays yours until then." in question
    assert cancel(browser, account, "2026-03-15") == "changed"
    assert cancel(browser, account, "2026-04-01") == "canceled"
    page = show(browser, account)
    assert "Ends on 1 April 2026." in page and "Next payment" not in page and "Nothing is charged now." in page
    resume = f"/portal/accounts/{account.pk}/subscriptions/{Subscription.objects.get().pk}/resume/"
    assert browser.post(resume)["Location"].endswith("told=resumed")
    assert "Next payment on 1 April 2026: 121.00 EUR" in show(browser, account)
    assert browser.post(resume)["Location"].endswith("told=changed")
    assert PaymentAttempt.objects.count() == 1
    assert list(check_books(actor=ACTOR)) == []


def test_without_a_card_the_first_payment_is_made_on_the_gateways_page(account: Account) -> None:
    browser = sign_in()
    page = begin(browser, account)
    assert "/sandbox/" in page and not Subscription.objects.exclude(status="draft").exists()
    back = browser.post("/sandbox/" + page.rpartition("/")[2], {"number": GOOD_CARD})["Location"]
    returned = browser.get("/portal/" + back.partition("/portal/")[2])
    assert returned["Location"].endswith("told=begun")
    assert Subscription.objects.get().status == "active"
    assert Client().get("/portal/" + back.partition("/portal/")[2])["Location"] == "/portal/sign-in/"


def test_a_failed_first_payment_begins_nothing_and_says_what_to_do(account: Account) -> None:
    save_method(account, POOR_CARD)
    browser = sign_in()
    told = begin(browser, account)
    assert told == "failed_retry" and "The payment did not work." in show(browser, account, f"?told={told}")
    assert not Subscription.objects.exclude(status="draft").exists()


def test_only_what_was_shown_is_charged(account: Account) -> None:
    save_method(account, GOOD_CARD)
    browser = sign_in()
    assert begin(browser, account, asked="100") == "changed"
    assert begin(browser, account, method="Visa •••• 1111") == "changed"
    assert begin(browser, account, method="") == "changed"
    assert not PaymentAttempt.objects.exists()


def test_a_plan_that_is_not_offered_and_another_customers_account_are_not_there(account: Account) -> None:
    save_method(account, GOOD_CARD)
    own = sign_in()
    begin(own, account)
    other = build_account(account.seller, external_id="A-2", billing_mode="self_serve")
    invite(other, "eve@other.example")
    eve = sign_in("eve@other.example")
    subscription = Subscription.objects.get()
    assert eve.get(f"/portal/accounts/{other.pk}/subscribe/secret/").status_code == 404
    for account_id in (account.pk, other.pk):
        for act in ("cancel", "resume"):
            address = f"/portal/accounts/{account_id}/subscriptions/{subscription.pk}/{act}/"
            assert eve.post(address, {"ends_on": "2026-04-01"}).status_code == 404
    assert eve.get(f"/portal/accounts/{account.pk}/subscription/").status_code == 404
    assert eve.post(f"/portal/accounts/{account.pk}/subscribe/basic/").status_code == 404
    subscription.refresh_from_db()
    assert subscription.ends_on is None


def test_a_managed_account_is_told_to_write_and_changes_nothing(account: Account) -> None:
    save_method(account, GOOD_CARD)
    browser = sign_in()
    begin(browser, account)
    Account.objects.update(billing_mode="managed")
    page = show(browser, account)
    assert "Your contract is managed by us" in page and "Cancel" not in page
    assert cancel(browser, account, "2026-04-01") == "managed"
    assert browser.get(f"/portal/accounts/{account.pk}/subscribe/basic/")["Location"].endswith("told=managed")
    assert Subscription.objects.get().ends_on is None


def test_what_is_agreed_for_longer_is_not_canceled_here(account: Account) -> None:
    save_method(account, GOOD_CARD)
    browser = sign_in()
    begin(browser, account)
    Subscription.objects.update(commitment_months=12)
    assert "agreed for a certain time" in show(browser, account)
    assert cancel(browser, account, "2026-04-01") == "changed"


def test_how_it_stands_is_told_in_plain_words(account: Account) -> None:
    save_method(account, GOOD_CARD)
    browser = sign_in()
    begin(browser, account)
    for status, words in (("past_due", "You keep everything that you have"), ("on_hold", "Paused.")):
        Subscription.objects.update(status=status)
        assert words in show(browser, account)
    Subscription.objects.update(status="trialing", trial_until_on=AT.date() + timedelta(days=14))
    assert "Trial until 15 March 2026." in show(browser, account)


def test_every_language_says_everything_with_the_same_blanks() -> None:
    assert set(SUBSCRIBING) == set(LANGUAGES)
    for words in SUBSCRIBING.values():
        assert all(words)
        for own, english in zip(words, SUBSCRIBING["en"], strict=True):
            assert set(re.findall(r"{\w+}", own)) == set(re.findall(r"{\w+}", english))
