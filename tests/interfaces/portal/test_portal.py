"""The portal over real requests: signing in, what is due, documents; nothing of another customer, nothing of staff."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tallystick.access.operations.invite_customer import end_customer_access
from tallystick.accounts.models import Account
from tallystick.delivery.core.portal_mails import LANGUAGES as MAIL_LANGUAGES
from tallystick.documents.core.languages.chosen import LANGUAGES as DOCUMENT_LANGUAGES
from tallystick.interfaces.portal.words.languages import LANGUAGES
from tallystick.invoicing.models import Document
from tallystick.journeys.invite_to_portal import invite_to_portal
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.stories import bill, bill_and_post

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEM-4")]

JAN = "jan@windlass.example"


@pytest.fixture
def seller() -> Seller:
    return build_seller()


def build_payer(seller: Seller, external_id: str, *, price: str = "100.00", language: str = "en") -> Account:
    account = build_account(seller, external_id=external_id, billing_mode="managed")
    Account.objects.filter(pk=account.pk).update(language=language)
    service = build_service(seller, code=f"seat-{external_id}", unit_price=price)
    build_subscription(account, build_plan(seller, code=f"plan-{external_id}"), service, external_id=external_id)
    return account


def invite(account: Account, email: str = JAN) -> None:
    invite_to_portal(
        account.pk, email=email, at=timezone.now(), actor=ACTOR, portal_address="https://billing.example/portal/"
    )


def ask_code(browser: Client, email: str = JAN) -> str | None:
    """The code that was mailed, None where nothing was."""
    mail.outbox.clear()
    page = browser.post("/portal/sign-in/", {"email": email})
    assert page.status_code == 200
    found = re.search(r"^(\d{4} \d{4}) ", str(mail.outbox[0].subject)) if mail.outbox else None
    return found.group(1) if found else None


def sign_in(email: str = JAN) -> Client:
    browser = Client()
    code = ask_code(browser, email)
    assert browser.post("/portal/sign-in/code/", {"email": email, "code": code}).status_code == 302
    return browser


def read(browser: Client, address: str = "/portal/") -> str:
    page = browser.get(address)
    assert page.status_code == 200, page.status_code
    return page.content.decode().replace("\xa0", " ")


def test_someone_invited_sees_what_is_due_and_how_to_pay_it(seller: Seller) -> None:
    account = build_payer(seller, "A-1")
    invite(account)
    (invitation,) = mail.outbox
    assert invitation.to == [JAN] and "https://billing.example/portal/" in str(invitation.body)
    bill_and_post(seller)
    page = read(sign_in())
    (document,) = Document.objects.all()
    assert "121.00 EUR" in page and (document.number or "?") in page


def test_a_draft_is_no_document_to_a_customer(seller: Seller) -> None:
    invite(build_payer(seller, "A-1"))
    bill(seller)
    (draft,) = Document.objects.all()
    browser = sign_in()
    assert "Nothing is to be paid." in read(browser) and "There is no document yet." in read(browser)
    assert browser.get(f"/portal/accounts/{draft.account_id}/documents/{draft.pk}/").status_code == 404


def test_the_pdf_of_a_document_is_had_by_its_own_customer_only(seller: Seller) -> None:
    account, other = build_payer(seller, "A-1"), build_payer(seller, "A-2")
    invite(account)
    invite(other, "eva@windlass.example")
    bill_and_post(seller)
    own = Document.objects.get(account=account)
    jan, eva = sign_in(), sign_in("eva@windlass.example")
    address = f"/portal/accounts/{account.pk}/documents/{own.pk}/"
    page = jan.get(address)
    assert page.content.startswith(b"%PDF") and page["Cache-Control"] == "private, no-store"
    for guess in (address, f"/portal/accounts/{other.pk}/documents/{own.pk}/", f"/portal/accounts/{account.pk}/"):
        assert eva.get(guess).status_code == 404
    assert Client().get(address)["Location"] == "/portal/sign-in/"


def test_who_has_several_accounts_chooses_between_them(seller: Seller) -> None:
    first, second = build_payer(seller, "A-1"), build_payer(seller, "A-2", price="50.00")
    invite(first)
    invite(second)
    bill_and_post(seller)
    browser = sign_in()
    assert "121.00 EUR" in read(browser, f"/portal/accounts/{first.pk}/")
    assert "60.50 EUR" in read(browser, f"/portal/accounts/{second.pk}/")


def test_the_account_s_language_is_spoken(seller: Seller) -> None:
    invite(build_payer(seller, "A-1", language="de"))
    bill_and_post(seller)
    page = read(sign_in())
    assert "Zu zahlen" in page and "121,00 EUR" in page and 'lang="de"' in page
    dutch = Client().get("/portal/sign-in/", headers={"Accept-Language": "pt,nl;q=0.8"})
    assert "Stuur mij een code" in dutch.content.decode()


def test_it_speaks_the_languages_of_the_documents() -> None:
    assert set(LANGUAGES) == set(MAIL_LANGUAGES) == set(DOCUMENT_LANGUAGES)


def test_a_stranger_is_told_the_same_and_mailed_nothing(seller: Seller) -> None:
    invite(build_payer(seller, "A-1"))
    browser = Client()
    assert ask_code(browser, "stranger@windlass.example") is None
    known = Client().post("/portal/sign-in/", {"email": JAN}).content.decode()
    unknown = browser.post("/portal/sign-in/", {"email": "stranger@windlass.example"}).content.decode()

    def strip(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page.replace(JAN, "…").replace("stranger@windlass.example", "…"))

    assert strip(known) == strip(unknown)


def test_a_wrong_code_is_told_so_and_nobody_is_signed_in(seller: Seller) -> None:
    invite(build_payer(seller, "A-1"))
    browser = Client()
    ask_code(browser)
    page = browser.post("/portal/sign-in/code/", {"email": JAN, "code": "nonsense"})
    assert page.status_code == 422 and "This code is wrong" in page.content.decode()
    assert browser.get("/portal/").status_code == 302


def test_access_that_ends_is_gone_with_the_next_click_and_so_is_who_signs_out(seller: Seller) -> None:
    account = build_payer(seller, "A-1")
    invite(account)
    staying, leaving = sign_in(), sign_in()
    assert leaving.post("/portal/sign-out/").status_code == 302
    assert leaving.get("/portal/")["Location"] == "/portal/sign-in/"
    end_customer_access(account.pk, email=JAN, at=timezone.now(), actor=ACTOR)
    assert staying.get("/portal/")["Location"] == "/portal/sign-in/"


def test_a_customer_reaches_neither_console_nor_api(seller: Seller) -> None:
    account = build_payer(seller, "A-1")
    invite(account)
    browser = sign_in()
    assert browser.get(f"/console/accounts/{account.pk}/").status_code in (302, 403)
    assert browser.get(f"/api/v1/accounts/{account.pk}").status_code == 401


def test_a_form_from_elsewhere_is_refused(seller: Seller) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/portal/sign-in/", {"email": JAN}).status_code == 403
