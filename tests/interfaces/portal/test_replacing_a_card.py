"""A customer whose card is declined replaces it and pays, in a real browser on a small telephone.

The gateway's own page stands outside the portal (`tests/support/gateway_page.py`).
"""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page

from tallystick.accounts.models import Account
from tallystick.invoicing.models import Document
from tallystick.payments.models import PaymentMethod
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer, invite, sign_in
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post
from tests.support.visitors import Visitor

pytestmark = [pytest.mark.rule("DEM-61", "BIL-23")]

SHOTS = os.environ.get("TALLYSTICK_SHOTS", "")


@pytest.fixture
def customer(visitor: Visitor, settings: LazySettings) -> Visitor:
    """Signed in on a telephone, owing 121.00, with a card that has no money."""
    settings.SITE_ADDRESS, settings.ROOT_URLCONF = visitor.site, "tests.support.gateway_page"
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1")
    bill_and_post(seller)
    methods = [NewMethod(account.pk, "4000000000009995")]
    store_methods(seller, methods=methods, gateway_kind="sandbox", at=AT, actor=ACTOR)
    invite(account)
    cookie = sign_in().cookies["sessionid"].value
    visitor.page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitor.site}])
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    return visitor


def look(page: Page, name: str) -> str:
    """What is to be read, after making sure that it fits; a picture of it where somebody wants to look."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"portal-{name}.png", full_page=True)
    return page.locator("main").inner_text()


def test_a_declined_card_is_told_replaced_and_the_new_one_pays(customer: Visitor) -> None:
    page = customer.page
    page.goto(f"{customer.site}/portal/")
    assert "used for automatic payments" in look(page, "1-open")
    customer.press("Pay 121.00\xa0EUR")
    assert "The payment did not work. Nothing was taken" in look(page, "2-declined")
    page.get_by_role("button", name="Replace").click()
    page.get_by_role("link", name="Leave Visa 4242").click()
    page.wait_for_load_state("networkidle")
    told = look(page, "3-replaced")
    assert "Your payment method is saved" in told and "9995" not in told and "4242" in told
    customer.press("Pay 121.00\xa0EUR")
    assert "Thank you, your payment has arrived." in look(page, "4-paid")
    assert Document.objects.get().open_minor == 0
    assert PaymentMethod.objects.filter(is_default=True).get().label.endswith("4242")


def test_removing_a_method_asks_first(customer: Visitor) -> None:
    page = customer.page
    page.goto(f"{customer.site}/portal/")
    page.get_by_role("link", name="Remove").click()
    assert "charged no more" in look(page, "5-question")
    customer.press("Keep it")
    page.get_by_role("link", name="Remove").click()
    customer.press("Remove")
    assert "The payment method was removed." in look(page, "6-removed")
    assert "No payment method is saved." in page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["de", "fr"])
def test_long_words_fit_a_small_telephone(customer: Visitor, language: str) -> None:
    Account.objects.update(language=language)
    PaymentMethod.objects.update(state="stopped")
    customer.page.goto(f"{customer.site}/portal/?told=failed_new")
    look(customer.page, f"7-{language}")
    customer.page.goto(f"{customer.site}/portal/accounts/{Account.objects.get().pk}/subscription/?told=not_begun")
    look(customer.page, f"8-{language}")
