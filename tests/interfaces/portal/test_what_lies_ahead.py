"""What the portal says will happen by itself is what will: as things stand now, not as they stood at posting."""

from datetime import timedelta

import pytest
from django.test import Client

from tallystick.accounts.models import Account
from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.interfaces.portal.page_tokens import find_document_address
from tallystick.invoicing.models import Document
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.interfaces.portal.test_portal import invite, read, sign_in
from tests.support.builders import AT, MARCH, build_seller
from tests.support.stories import GOOD_CARD, POOR_CARD, bill_and_post, build_payers, collect, save_method

pytestmark = pytest.mark.django_db

ASKS_OWNER = "4000002760003184"
AHEAD = "Will be collected automatically from"


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


def begin(seller: Seller, cards: dict[str, str]) -> list[Account]:
    """Accounts that owe for March, and whose user is Jan."""
    accounts = build_payers(seller, cards)
    bill_and_post(seller)
    for account in accounts:
        invite(account)
    return accounts


def show(browser: Client, account: Account) -> str:
    return read(browser, f"/portal/accounts/{account.pk}/")


@pytest.mark.rule("DEM-51")
def test_what_will_be_charged_names_the_method_of_now_and_a_day_to_come(seller: Seller) -> None:
    (account,) = begin(seller, {"A-1": POOR_CARD})
    browser = sign_in()
    assert f"{AHEAD} Visa •••• 9995 on 1 March 2026." in show(browser, account)
    collect(seller)  # Sunday: it fails for lack of money, and is tried on Tuesday
    page = show(browser, account)
    assert "It did not work; we try again with Visa •••• 9995 on 3 March 2026. Or pay it now." in page
    assert AHEAD not in page and "Pay 121.00 EUR" in page
    save_method(account, GOOD_CARD)
    assert f"{AHEAD} Visa •••• 4242 on 1 March 2026." in show(browser, account)
    clock.set_clock(AT + timedelta(days=40))
    assert f"{AHEAD} Visa •••• 4242 on 10 April 2026." in show(browser, account)


def test_what_nobody_will_charge_is_not_said_to_be(seller: Seller) -> None:
    """A card that asks its owner is tried once: then the customer pays, by transfer or on the gateway's page."""
    (account,) = begin(seller, {"A-1": ASKS_OWNER})
    collect(seller)
    page = show(sign_in(), account)
    assert AHEAD not in page
    assert "NL91 ABNA 0417 1643 00" in page and "Your saved card needs your confirmation" in page


def test_who_has_several_accounts_lands_on_the_one_that_owes_longest_and_sees_what_each_owes(seller: Seller) -> None:
    one, other = begin(seller, {"A-1": GOOD_CARD, "A-2": ASKS_OWNER})
    for account in (one, other):
        collect(seller, filters=CollectionFilters(account_external_ids=(account.external_id,)))
    page = read(sign_in())
    assert page.index(other.name) < page.index(one.name)
    assert f'href="/portal/accounts/{other.pk}/" aria-current="page"' in page
    assert f"{other.external_id} · 121.00 EUR" in page and f"{one.external_id} ·" not in page


def test_a_paid_invoices_page_says_that_it_is_paid_and_no_more_until_when(seller: Seller) -> None:
    begin(seller, {"A-1": GOOD_CARD})
    document = Document.objects.get()
    address = find_document_address(document).removeprefix("http://localhost:8000")
    assert "due on 1 March 2026" in read(Client(), address)
    collect(seller, target_on=MARCH)
    page = read(Client(), address)
    assert "due on" not in page and "This is paid." in page and "paid on 1 March 2026" in page
