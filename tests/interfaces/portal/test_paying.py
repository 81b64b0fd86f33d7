"""Paying and payment methods in the portal, over real requests: one press one charge, nothing of another customer."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from tallystick.accounts.models import Account
from tallystick.interfaces.portal.words.languages import LANGUAGES
from tallystick.interfaces.portal.words.paying import PAYING
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.invite_to_portal import invite_to_portal
from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.gateways.sandbox.pages import expire_page, pay_page
from tallystick.payments.models import (
    GatewayAccount,
    MethodSetup,
    PaymentAttempt,
    PaymentMethod,
    PaymentMethodEvent,
    SandboxMandate,
    SandboxPayment,
)
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription
from tests.interfaces.portal.test_portal import build_payer, invite, read, sign_in
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEM-4")]

GOOD, DECLINED, EMPTY, STOLEN = "4242424242424242", "4000000000000002", "4000000000009995", "4000000000009979"
ASKS_OWNER = "4000002760003184"
SLOW = "NL77SAND0000000001"


@pytest.fixture
def account() -> Account:
    """Owes 121.00; its user is Jan."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    invite(account)
    return account


@pytest.fixture
def stranger(account: Account) -> Client:
    """Signed in as a customer user of another account of the same seller."""
    other = build_payer(account.seller, "A-2")
    invite(other, "eve@other.example")
    return sign_in("eve@other.example")


def save(account: Account, number: str) -> PaymentMethod:
    store_methods(account.seller, methods=[NewMethod(account.pk, number)], gateway_kind="sandbox", at=AT, actor=ACTOR)
    return PaymentMethod.objects.get(account=account, is_default=True)


def press_pay(browser: Client, account: Account, *, asked: str = "12100") -> str:
    """What is told afterwards."""
    answer = browser.post(f"/portal/accounts/{account.pk}/pay/", {"asked": asked})
    assert answer.status_code == 302
    return str(answer["Location"]).rpartition("told=")[2]


def leave_method(browser: Client, account: Account, *, number: str = GOOD, path: str = "add/") -> str:
    """Go to the gateway's page, leave a method there, and come back; what is told then."""
    answer = browser.post(f"/portal/accounts/{account.pk}/methods/{path}")
    assert answer.status_code == 303
    setup = MethodSetup.objects.latest("pk")
    assert answer["Location"] == setup.action_url
    if number:
        pay_page(setup.gateway_ref, number=number, at=clock.now())
    return come_back(browser, account, setup)


def come_back(browser: Client, account: Account, setup: MethodSetup) -> str:
    answer = browser.get(f"/portal/accounts/{account.pk}/methods/set-up/{setup.our_id}/")
    assert answer.status_code == 302
    return str(answer["Location"]).rpartition("told=")[2]


def test_one_button_pays_what_is_open_with_the_saved_method(account: Account) -> None:
    browser = sign_in()
    assert "On our payment provider’s page, by card or bank account." in read(browser)
    save(account, GOOD)
    page = read(browser)
    assert "Pay 121.00 EUR" in page and "With Visa •••• 4242, at once." in page
    assert press_pay(browser, account) == "paid"
    assert Document.objects.get().open_minor == 0
    page = read(browser, f"/portal/accounts/{account.pk}/?told=paid")
    assert "Thank you, your payment has arrived." in page and "Pay 121" not in page
    assert list(check_books(actor=ACTOR)) == []


def test_pressing_twice_charges_once(account: Account) -> None:
    save(account, SLOW)
    browser = sign_in()
    assert [press_pay(browser, account) for _ in range(2)] == ["waiting", "changed"]
    assert SandboxPayment.objects.count() == 1
    page = read(browser)
    assert "A payment of 121.00 EUR is under way." in page and "Pay 121" not in page


def press_pay_by_page(browser: Client, account: Account, *, number: str) -> str:
    """Follow the button to the gateway's page, pay there, and come back; what is told then."""
    answer = browser.post(f"/portal/accounts/{account.pk}/pay/", {"asked": "12100", "where": "page"})
    page = SandboxPayment.objects.latest("pk")
    assert (answer.status_code, str(answer["Location"]).rpartition("/")[2]) == (303, page.ref)
    pay_page(page.ref, number=number, at=clock.now())
    back = browser.get(f"/portal/accounts/{account.pk}/pay/{page.our_id}/")
    assert back.status_code == 302
    return str(back["Location"]).rpartition("told=")[2]


def test_a_card_that_wants_its_owner_is_confirmed_on_the_gateways_page(account: Account) -> None:
    save(account, ASKS_OWNER)
    browser = sign_in()
    assert press_pay(browser, account) == "failed_act"
    page = read(browser)
    assert "Your saved card needs your confirmation" in page and 'name="where" value="page"' in page
    assert press_pay(browser, account) == "failed_new"  # of an old page: not charged unattended a second time
    assert PaymentAttempt.objects.count() == 1
    assert press_pay_by_page(browser, account, number=ASKS_OWNER) == "paid"
    assert Document.objects.get().open_minor == 0
    assert list(check_books(actor=ACTOR)) == []


def test_a_page_that_was_left_is_offered_again_and_another_customers_return_is_nobodys(
    account: Account, stranger: Client
) -> None:
    browser = sign_in()
    sent = [
        browser.post(f"/portal/accounts/{account.pk}/pay/", {"asked": "12100", "where": "page"})["Location"]
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert "Pay 121.00 EUR" in read(browser)
    our_id = SandboxPayment.objects.get().our_id
    assert stranger.get(f"/portal/accounts/{account.pk}/pay/{our_id}/").status_code == 404
    other = Account.objects.get(external_id="A-2")
    assert stranger.get(f"/portal/accounts/{other.pk}/pay/{our_id}/").status_code == 404


@pytest.mark.rule("ZUO-42")
def test_a_card_that_keeps_failing_is_not_charged_without_end(account: Account) -> None:
    """Six tries of an invoice, whoever presses; after that only the gateway's page is left."""
    save(account, DECLINED)
    browser = sign_in()
    told = [press_pay(browser, account) for _ in range(9)]
    assert told == ["failed_retry"] * 6 + ["failed_new"] * 3
    assert PaymentAttempt.objects.count() == 6
    assert 'name="where" value="page"' in read(browser)
    assert press_pay_by_page(browser, account, number=GOOD) == "paid"


def test_a_tampered_amount_charges_nothing(account: Account) -> None:
    save(account, GOOD)
    browser = sign_in()
    assert {press_pay(browser, account, asked=asked) for asked in ("1", "12101", "-12100", "x", "")} == {"changed"}
    assert (PaymentAttempt.objects.count(), Document.objects.get().open_minor) == (0, 121_00)


@pytest.mark.parametrize(
    ("number", "told", "words"),
    [
        (DECLINED, "failed_retry", "try again later"),
        (STOLEN, "failed_stop", "please contact us"),
        ("4000000000000341", "failed_new", "add another one"),
        ("4000002760003184", "failed_act", "confirm this payment"),
    ],
)
def test_a_declined_payment_is_told_with_what_to_do(account: Account, number: str, told: str, words: str) -> None:
    save(account, number)
    browser = sign_in()
    assert press_pay(browser, account) == told
    assert words in read(browser, f"/portal/accounts/{account.pk}/?told={told}")
    assert Document.objects.get().open_minor == 121_00


@pytest.mark.rule("BIL-23")
def test_a_method_is_added_on_the_gateway_s_own_page(account: Account) -> None:
    browser = sign_in()
    assert leave_method(browser, account) == "saved"
    method = PaymentMethod.objects.get()
    assert (method.label, method.state, method.is_default) == ("Visa •••• 4242", "valid", True)
    assert (SandboxPayment.objects.get().amount_minor, PaymentAttempt.objects.count()) == (0, 0)
    assert "used for automatic payments" in read(browser)
    assert press_pay(browser, account) == "paid"


@pytest.mark.rule("BIL-23", "ZUO-42")
def test_a_replaced_method_is_charged_no_more_and_its_failures_are_forgotten(account: Account) -> None:
    old = save(account, EMPTY)
    PaymentMethod.objects.update(consecutive_failures=3)
    browser = sign_in()
    assert leave_method(browser, account, path=f"{old.pk}/replace/") == "saved"
    old.refresh_from_db()
    new = PaymentMethod.objects.get(is_default=True)
    assert (old.state, old.is_default, new.label) == ("revoked", False, "Visa •••• 4242")
    assert new.consecutive_failures == 0
    assert SandboxMandate.objects.get(number=EMPTY).state != "valid"
    assert "9995" not in read(browser)
    assert [each.event for each in PaymentMethodEvent.objects.order_by("pk")] == ["set_up", "replace"]


def test_the_same_card_again_stays_one_method(account: Account) -> None:
    method = save(account, GOOD)
    PaymentMethod.objects.update(consecutive_failures=3, state="invalid")
    assert leave_method(sign_in(), account, path=f"{method.pk}/replace/") == "saved"
    assert PaymentMethod.objects.values_list("state", "consecutive_failures").get() == ("valid", 0)


def test_an_unfinished_set_up_is_reused_and_coming_back_proves_nothing(account: Account) -> None:
    browser = sign_in()
    assert [leave_method(browser, account, number="") for _ in range(2)] == ["not_yet", "not_yet"]
    setup = MethodSetup.objects.get()
    assert (setup.state, SandboxPayment.objects.count(), PaymentMethod.objects.count()) == ("open", 1, 0)
    expire_page(setup.gateway_ref, at=clock.now())
    assert come_back(browser, account, setup) == "not_saved"
    assert leave_method(browser, account) == "saved"
    assert [come_back(browser, account, MethodSetup.objects.latest("pk")) for _ in range(2)] == ["saved", "saved"]
    assert PaymentMethod.objects.count() == 1


def test_who_never_comes_back_has_their_method_saved_all_the_same(account: Account) -> None:
    sign_in().post(f"/portal/accounts/{account.pk}/methods/add/")
    pay_page(MethodSetup.objects.get().gateway_ref, number=GOOD, at=clock.now())
    work_off_due(at=clock.now(), actor=ACTOR)
    assert PaymentMethod.objects.count() == 0
    later = clock.now() + timedelta(minutes=6)
    clock.set_clock(later)
    work_off_due(at=later, actor=ACTOR)
    assert PaymentMethod.objects.get().is_default


def test_another_method_is_chosen_and_one_removed_after_a_question(account: Account) -> None:
    first, second = save(account, GOOD), save(account, EMPTY)
    browser = sign_in()
    assert browser.post(f"/portal/accounts/{account.pk}/methods/{first.pk}/default/")["Location"].endswith("told=used")
    first.refresh_from_db()
    assert first.is_default
    question = read(browser, f"/portal/accounts/{account.pk}/methods/{first.pk}/remove/")
    assert "Remove Visa •••• 4242?" in question and "charged no more" in question
    first.refresh_from_db()
    assert first.state == "valid"
    browser.post(f"/portal/accounts/{account.pk}/methods/{first.pk}/remove/")
    assert list(PaymentMethod.objects.order_by("pk").values_list("state", "is_default")) == [
        ("revoked", False),
        ("valid", False),
    ]
    assert browser.get(f"/portal/accounts/{account.pk}/methods/{first.pk}/remove/").status_code == 404
    assert second.label in read(browser)


@pytest.mark.parametrize(
    ("state", "expires_on", "words"),
    [
        ("valid", date(2027, 12, 31), "used for automatic payments, valid until 31 December 2027"),
        ("valid", date(2026, 2, 28), "expired on 28 February 2026; please replace it"),
        ("invalid", None, "no longer accepted by your bank; please replace it"),
        ("stopped", None, "stopped after a declined payment; please contact us"),
        ("pending", None, "waiting for confirmation by your bank"),
    ],
)
def test_how_a_method_stands_is_said_in_plain_words(
    account: Account, state: str, expires_on: date | None, words: str
) -> None:
    save(account, GOOD)
    PaymentMethod.objects.update(state=state, expires_on=expires_on)
    page = read(sign_in())
    assert words in page.replace("Dec 2027", "December 2027").replace("Feb 2026", "February 2026")


@pytest.mark.rule("DEM-51")
def test_who_is_past_due_is_told_that_everything_stays(account: Account) -> None:
    assert "You keep everything" not in read(sign_in())
    Subscription.objects.update(status="past_due")
    assert "You keep everything that you have; please pay what is open." in read(sign_in())


def test_another_customer_s_account_and_methods_are_not_there(account: Account, stranger: Client) -> None:
    method = save(account, GOOD)
    sign_in().post(f"/portal/accounts/{account.pk}/methods/add/")
    setup = MethodSetup.objects.get()
    own = Account.objects.get(external_id="A-2")
    for path in (
        f"{account.pk}/pay/",
        f"{account.pk}/methods/add/",
        *(f"{who.pk}/methods/{method.pk}/{act}/" for who in (account, own) for act in ("replace", "default", "remove")),
    ):
        assert stranger.post(f"/portal/accounts/{path}", {"asked": "12100"}).status_code == 404, path
    for who in (account, own):
        assert stranger.get(f"/portal/accounts/{who.pk}/methods/{method.pk}/remove/").status_code == 404
        assert stranger.get(f"/portal/accounts/{who.pk}/methods/set-up/{setup.our_id}/").status_code == 404
        assert stranger.get(f"/portal/accounts/{who.pk}/methods/set-up/{uuid4()}/").status_code == 404
    method.refresh_from_db()
    assert (method.state, method.is_default, PaymentAttempt.objects.count()) == ("valid", True, 0)


def test_who_is_not_signed_in_is_led_to_the_sign_in(account: Account) -> None:
    method = save(account, GOOD)
    for path in ("pay/", "methods/add/", f"methods/{method.pk}/remove/", f"methods/{method.pk}/default/"):
        answer = Client().post(f"/portal/accounts/{account.pk}/{path}")
        assert (answer.status_code, answer["Location"]) == (302, "/portal/sign-in/")


def test_a_form_of_another_site_changes_nothing(account: Account) -> None:
    method = save(account, GOOD)
    browser = sign_in()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    for path in ("pay/", f"methods/{method.pk}/remove/", "methods/add/"):
        assert strict.post(f"/portal/accounts/{account.pk}/{path}").status_code == 403


def test_words_of_the_address_are_never_shown(account: Account) -> None:
    page = read(sign_in(), f"/portal/accounts/{account.pk}/?told=<b>pay+me</b>")
    assert "pay me" not in page and 'role="status"' not in page


def test_without_a_gateway_it_is_said_that_it_is_not_possible(account: Account, settings: LazySettings) -> None:
    GatewayAccount.objects.update(is_active=False)
    answer = sign_in().post(f"/portal/accounts/{account.pk}/methods/add/")
    assert answer["Location"].endswith("told=unavailable")
    assert settings.DEBUG is False


def test_it_is_all_said_in_every_language() -> None:
    assert set(PAYING) == set(LANGUAGES)
    for words in PAYING.values():
        assert all(words)
        assert [re.findall(r"{\w+}", each) for each in words] == [re.findall(r"{\w+}", each) for each in PAYING["en"]]


def test_the_account_s_language_is_spoken_and_several_accounts_are_kept_apart(account: Account) -> None:
    seller = Seller.objects.get()
    dutch = build_payer(seller, "A-3", language="nl")
    invite_to_portal(
        dutch.pk, email="jan@windlass.example", at=timezone.now(), actor=ACTOR, portal_address="https://x/"
    )
    save(account, GOOD)
    browser = sign_in()
    page = read(browser, f"/portal/accounts/{dutch.pk}/")
    assert "Betaalmethode toevoegen" in page and "4242" not in page
