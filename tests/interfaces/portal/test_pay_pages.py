"""Pages behind a signed address: invoice and link, seen, downloaded, paid; nothing guessed, changed or of another's."""

import re

import pytest
from django.test import Client, override_settings

from tallystick.accounts.models import Account
from tallystick.documents.queries import get_document_pdf, get_document_view
from tallystick.interfaces.portal.page_tokens import DOCUMENT, LINK, Subject, make_printed_address, make_token
from tallystick.interfaces.portal.words.languages import LANGUAGES
from tallystick.interfaces.portal.words.pay_page import PAY_PAGE
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.issue_link import issue_link
from tallystick.payments.models import GatewayAccount, Payment, PaymentAttempt
from tallystick.payments.operations.close_link import cancel_link
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill, bill_and_post

pytestmark = pytest.mark.django_db

GOOD, DECLINED, SLOW = "4242424242424242", "4000000000000002", "NL77SAND0000000001"


@pytest.fixture
def account() -> Account:
    """Owes 121.00; another account of the same seller owes as much."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1")
    build_payer(seller, "A-2", language="de")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return account


def address_of(account: Account) -> str:
    return f"/pay/{make_token(Subject(DOCUMENT, Document.objects.get(account=account).pk))}/"


def read(address: str) -> str:
    page = Client().get(address)
    assert page.status_code == 200
    return page.content.decode().replace("\xa0", " ")


def press(address: str, *, asked: str = "12100", number: str = GOOD) -> str:
    """Pay on the sandbox's page and come back; what is told then."""
    browser = Client()
    led = browser.post(f"{address}pay/", {"asked": asked})
    if led.status_code == 302:
        return led["Location"].rpartition("told=")[2]
    assert led.status_code == 303
    page = "/sandbox/" + led["Location"].rpartition("/")[2]
    assert "121.00" in browser.get(page).content.decode()
    back = browser.post(page, {"number": number} if number else {"act": "cancel"})
    assert back.status_code == 302, back.content.decode()
    returned = browser.get("/pay/" + back["Location"].partition("/pay/")[2])
    assert returned["Location"].startswith(address)
    return returned["Location"].rpartition("told=")[2]


@pytest.mark.rule("DEM-14")
@pytest.mark.parametrize("by", ["invoice", "link"])
def test_an_invoice_or_a_link_is_paid_without_signing_in(account: Account, by: str) -> None:
    address = address_of(account)
    if by == "link":
        address = f"/pay/{make_token(Subject(LINK, issue_link(account.pk, at=AT, actor=ACTOR).pk))}/"
    page = read(address)
    assert "Pay 121.00 EUR" in page and "Download PDF" in page
    (pdf,) = re.findall(rf'href="({re.escape(address)}documents/\d+/)"', page)
    assert Client().get(pdf).content.startswith(b"%PDF")
    assert press(address) == "paid"
    page = read(f"{address}?told=paid")
    assert "Thank you, your payment has arrived." in page and "This is paid." in page and "Pay 121" not in page
    assert Document.objects.get(account=account).open_minor == 0
    assert press(address) == "changed"
    assert (Payment.objects.count(), list(check_books(actor=ACTOR))) == (1, [])


def test_who_turns_back_at_the_gateway_has_paid_nothing_and_may_try_again(account: Account) -> None:
    address = address_of(account)
    assert press(address, number="") == "not_done"
    assert press(address, number=SLOW) == "waiting"
    assert press(address) == "waiting"
    assert "A payment is under way." in read(address)


def test_a_declined_card_is_told_on_the_gateway_s_page(account: Account) -> None:
    led = Client().post(f"{address_of(account)}pay/", {"asked": "12100"})
    page = Client().post("/sandbox/" + led["Location"].rpartition("/")[2], {"number": DECLINED})
    assert "The bank declined the card" in page.content.decode()
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("asked", ["1", "12101", "-12100", "x", ""])
def test_a_tampered_amount_opens_nothing(account: Account, asked: str) -> None:
    assert press(address_of(account), asked=asked) == "changed"
    assert PaymentAttempt.objects.count() == 0


def test_a_guessed_or_changed_address_is_not_there(account: Account) -> None:
    mine, other = Document.objects.get(account=account), Document.objects.exclude(account=account).get()
    signature = make_token(Subject(DOCUMENT, mine.pk)).partition("~")[2]
    for token in (f"d{other.pk}~{signature}", f"l{mine.pk}~{signature}", f"d{mine.pk}", "d1~x", "~", f"d{mine.pk}~"):
        assert Client().get(f"/pay/{token}/").status_code == 404, token
        assert Client().post(f"/pay/{token}/pay/", {"asked": "12100"}).status_code == 404, token
    assert Client().get(f"{address_of(account)}documents/{other.pk}/").status_code == 404


@override_settings(SITE_ADDRESS="https://billing.example")
def test_what_is_printed_leads_to_the_page_by_the_number_and_is_the_same_each_time(account: Account) -> None:
    mine, other = Document.objects.get(account=account), Document.objects.exclude(account=account).get()
    address = make_printed_address("acme", number=str(mine.number))
    page = address.removeprefix("https://billing.example")
    assert "121.00" in read(page) and str(mine.number) in read(page)
    view = get_document_view(mine.pk)
    assert (view.payment.pay_url, view.payment.page_url) == (address, address)
    assert get_document_pdf(mine.pk) == get_document_pdf(mine.pk)
    changed = page.replace(str(mine.number), str(other.number))
    assert changed != page and Client().get(changed).status_code == 404
    assert Client().get(make_printed_address("other", number=str(mine.number))[23:]).status_code == 404


def test_another_customer_s_payment_is_not_looked_at(account: Account) -> None:
    Client().post(f"{address_of(account)}pay/", {"asked": "12100"})
    other = Account.objects.get(external_id="A-2")
    attempt = PaymentAttempt.objects.get()
    assert Client().get(f"{address_of(other)}back/{attempt.our_id}/").status_code == 404
    assert Client().get(f"{address_of(account)}back/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_a_draft_has_no_page(account: Account) -> None:
    build_payer(account.seller, "A-3")
    bill(account.seller)
    draft = Document.objects.get(account__external_id="A-3")
    assert Client().get(f"/pay/{make_token(Subject(DOCUMENT, draft.pk))}/").status_code == 404


def test_a_canceled_link_is_not_paid(account: Account) -> None:
    link = issue_link(account.pk, at=AT, actor=ACTOR)
    address = f"/pay/{make_token(Subject(LINK, link.pk))}/"
    cancel_link(link.pk, at=AT, actor=ACTOR)
    assert "no longer valid" in read(address)
    assert press(address) == "changed"
    assert PaymentAttempt.objects.count() == 0


def test_nothing_of_it_is_kept_or_told_on_and_a_form_of_another_site_pays_nothing(account: Account) -> None:
    page = Client().get(f"{address_of(account)}?told=<b>pay+me</b>")
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("private, no-store", "same-origin")
    assert "pay me" not in page.content.decode()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{address_of(account)}pay/", {"asked": "12100"}).status_code == 403


def test_it_is_all_said_in_every_language(account: Account) -> None:
    assert set(PAY_PAGE) == set(LANGUAGES)
    for words in PAY_PAGE.values():
        assert all(words)
        assert [re.findall(r"{\w+}", each) for each in words] == [re.findall(r"{\w+}", e) for e in PAY_PAGE["en"]]
    assert "PDF herunterladen" in read(address_of(Account.objects.get(external_id="A-2")))
