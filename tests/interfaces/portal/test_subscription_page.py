"""A customer's subscription in the portal: seen, canceled at its period's end, kept, and begun anew."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from tallystick.accounts.models import Account
from tallystick.interfaces.portal.words.languages import LANGUAGES
from tallystick.interfaces.portal.words.subscribing import SUBSCRIBING
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing import clock
from tallystick.subscriptions.models import Subscription, SubscriptionEvent
from tests.interfaces.portal.test_portal import invite, read, sign_in
from tests.support.builders import ACTOR, build_account
from tests.support.schedules import advance_to
from tests.support.subscribers import DECLINED_CARD, GOOD_CARD, build_customer, pay, save, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEM-50")]


@pytest.fixture
def account() -> Account:
    """Two of Basic, 31.00 each, paid from 31 January until 28 February; its user is Jan."""
    account = build_customer()
    pay(account, subscribe(account, basic=2))
    clock.set_clock(datetime(2026, 2, 10, 9, tzinfo=UTC))
    invite(account)
    return account


def press(browser: Client, account: Account, path: str) -> str:
    """Press a button of the page; what is told then."""
    answer = browser.post(f"/portal/accounts/{account.pk}/subscription/{path}")
    assert answer.status_code == 302, answer.status_code
    return str(answer["Location"]).rpartition("told=")[2]


def show(browser: Client, account: Account, path: str = "") -> str:
    return read(browser, f"/portal/accounts/{account.pk}/subscription/{path}")


def test_it_is_canceled_at_the_end_of_its_period_kept_after_all_and_nothing_is_charged_for_that(
    account: Account,
) -> None:
    browser, number = sign_in(), Subscription.objects.get().pk
    assert f'href="/portal/accounts/{account.pk}/subscription/"' in read(browser)
    page = show(browser, account)
    for told in ("Active", "Renews by itself on 28 February 2026", "2 × "):
        assert told in page
    assert "It ends on 28 February 2026" in show(browser, account, f"{number}/cancel/")
    assert Subscription.objects.get().ends_on is None  # asked, not done
    assert press(browser, account, f"{number}/cancel/") == "canceled"
    page = show(browser, account)
    assert "Ends on 28 February 2026. Until then you keep everything." in page and "Keep it" in page
    assert press(browser, account, f"{number}/cancel/") == "not_possible"
    assert press(browser, account, f"{number}/keep/") == "kept"
    assert press(browser, account, f"{number}/keep/") == "not_possible"
    assert Subscription.objects.get().ends_on is None
    assert (Document.objects.count(), PaymentAttempt.objects.count()) == (1, 1)
    events = SubscriptionEvent.objects.filter(reason__contains="by the customer").order_by("pk")
    assert [each.event for each in events] == ["schedule_cancel", "take_back_cancel"]


def test_after_its_end_they_subscribe_again_for_the_price_that_they_were_shown(account: Account) -> None:
    browser, number = sign_in(), Subscription.objects.get().pk
    press(browser, account, f"{number}/cancel/")
    advance_to(date(2026, 3, 5))
    page = show(browser, account)
    assert "You have no subscription at the moment." in page and "Subscribe again to" in page
    question = show(browser, account, "again/")
    assert "62.00 EUR with VAT is charged now with Visa •••• 4242." in question
    assert Subscription.objects.count() == 1  # priced, and given up
    assert press(browser, account, "again/") == "begun"
    assert (Subscription.objects.get(status="active").starts_on, Document.objects.count()) == (date(2026, 3, 5), 2)
    assert press(browser, account, "again/") == "not_possible"
    assert list(check_books(actor=ACTOR)) == []


def test_a_charge_that_fails_begins_nothing_and_is_not_repeated_without_end(account: Account) -> None:
    browser, number = sign_in(), Subscription.objects.get().pk
    press(browser, account, f"{number}/cancel/")
    advance_to(date(2026, 3, 5))
    save(account, DECLINED_CARD)
    assert [press(browser, account, "again/") for _ in range(9)] == ["failed"] * 7 + ["limit"] * 2
    account.payment_methods.update(is_default=False)
    assert "Add a payment method first" in show(browser, account, "again/")
    save(account, GOOD_CARD)
    assert press(browser, account, "again/") == "begun"


def test_who_is_managed_sees_it_and_changes_nothing_and_strangers_see_none(account: Account) -> None:
    browser, number = sign_in(), Subscription.objects.get().pk
    other = build_account(account.seller, external_id="A-2")
    invite(other, "eve@other.example")
    eve = sign_in("eve@other.example")
    for path in ("", "again/", f"{number}/cancel/"):
        assert eve.get(f"/portal/accounts/{account.pk}/subscription/{path}").status_code == 404
    assert eve.post(f"/portal/accounts/{other.pk}/subscription/{number}/keep/").status_code == 404
    assert eve.post(f"/portal/accounts/{account.pk}/subscription/{number}/cancel/").status_code == 404
    Account.objects.filter(pk=account.pk).update(billing_mode="managed")
    assert "/cancel/" not in show(browser, account)
    assert press(browser, account, f"{number}/cancel/") == "not_possible"
    assert Subscription.objects.get().ends_on is None


def test_every_language_says_it(account: Account) -> None:
    assert set(SUBSCRIBING) == set(LANGUAGES)
    browser = sign_in()
    for code, words in SUBSCRIBING.items():
        Account.objects.filter(pk=account.pk).update(language=code)
        assert words.active in show(browser, account)
