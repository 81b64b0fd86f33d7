"""What nobody may do to a pay page: pay another amount, read another's invoice, forge a token, use one that is over."""

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from config.log_hiding import hide_in_text
from tallystick.accounts.models import Account
from tallystick.interfaces.portal.page_tokens import DOCUMENT, LINK, Subject, make_printed_address, make_token
from tallystick.invoicing.models import Document
from tallystick.journeys.issue_link import issue_link
from tallystick.payments.models import GatewayAccount, Payment, PaymentAttempt, PaymentLink, SandboxPayment
from tallystick.payments.operations.close_link import cancel_link
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> PaymentLink:
    """Over 121.00 for A-1's invoice; A-2 owes 242.00."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1")
    build_payer(seller, "A-2", price="200.00")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return issue_link(account.pk, at=AT, actor=ACTOR)


def address_of(subject: Subject) -> str:
    return f"/pay/{make_token(subject)}/"


@pytest.mark.parametrize("asked", ["1", "0", "-1", "12099", "12101", "121.00", "1e5", "١٢١٠٠", "9" * 30, ""])
def test_the_amount_of_a_link_is_not_the_form_s_to_say(link: PaymentLink, asked: str) -> None:
    address = address_of(Subject(LINK, link.pk))
    told = Client().post(f"{address}pay/", {"asked": asked})
    assert told["Location"] == f"{address}?told=changed"
    assert (PaymentAttempt.objects.count(), SandboxPayment.objects.count()) == (0, 0)


def test_what_else_is_posted_is_not_read(link: PaymentLink) -> None:
    other = Account.objects.get(external_id="A-2")
    form = {"asked": "12100", "amount": "1", "amount_minor": "1", "currency": "JPY", "account_id": str(other.pk)}
    led = Client().post(f"{address_of(Subject(LINK, link.pk))}pay/?asked=1&amount=1", form)
    assert led.status_code == 303
    payment = SandboxPayment.objects.get()
    assert (payment.amount_minor, payment.currency, PaymentAttempt.objects.get().account) == (
        121_00,
        "EUR",
        link.account,
    )
    page = f"/sandbox/{payment.ref}"
    Client().post(page, {"number": "4242424242424242", "amount": "1"})
    payment.refresh_from_db()
    assert payment.amount_minor == 121_00


def test_no_token_but_ours_opens_a_page(link: PaymentLink) -> None:
    token = make_token(Subject(LINK, link.pk))
    for position in range(len(token)):
        changed = f"{token[:position]}{'A' if token[position] != 'A' else 'B'}{token[position + 1 :]}"
        # the last sign of a signature carries bits that count for nothing only in a decoder; here every sign counts
        assert Client().get(f"/pay/{changed}/").status_code == 404, position
    with override_settings(SECRET_KEY="another installation's"):
        foreign = make_token(Subject(LINK, link.pk))
    of_another_purpose = Signer(sep="~", salt="tallystick.sign-in").sign(f"l{link.pk}")
    signed_nonsense = [Signer(sep="~", salt="tallystick.pay-page").sign(each) for each in ("", "x1", "l", "d-1", "nx")]
    for each in (foreign, of_another_purpose, f"l{link.pk}", f"{link.pk}", *signed_nonsense):
        for page in (f"/pay/{each}/", f"/pay/{each}/documents/{Document.objects.earliest('pk').pk}/"):
            assert Client().get(page).status_code == 404, page
        assert Client().post(f"/pay/{each}/pay/", {"asked": "12100"}).status_code == 404
    assert PaymentAttempt.objects.count() == 0


def test_a_link_leads_to_its_own_account_s_documents_only(link: PaymentLink) -> None:
    mine = Document.objects.get(account=link.account)
    other = Document.objects.exclude(account=link.account).get()
    address = address_of(Subject(LINK, link.pk))
    assert Client().get(f"{address}documents/{mine.pk}/").status_code == 200
    for document_id in (other.pk, 0, other.pk + 1, 10**15):
        assert Client().get(f"{address}documents/{document_id}/").status_code == 404
    for page in (f"/console/invoices/{other.pk}/", f"/portal/documents/{other.pk}/", f"/api/v1/invoices/{other.pk}"):
        assert Client().get(page).status_code in (302, 401, 404), page
    # the database lets no link be turned to another invoice; one that was made wrong by us shows nothing of it
    with pytest.raises(IntegrityError, match="is fixed"), transaction.atomic():
        PaymentLink.objects.filter(pk=link.pk).update(purposes=[[f"document:{other.pk}", 242_00]])
    link.pk, link.purposes = None, [[f"document:{other.pk}", 121_00]]
    link.save(force_insert=True)
    address = address_of(Subject(LINK, link.pk))
    assert str(other.number) not in Client().get(address).content.decode()
    assert Client().get(f"{address}documents/{other.pk}/").status_code == 404


@pytest.mark.rule("DEM-16")
@pytest.mark.parametrize("how", ["canceled", "expired"])
def test_a_link_that_is_over_pays_and_shows_nothing_more(link: PaymentLink, how: str) -> None:
    address = address_of(Subject(LINK, link.pk))
    document = Document.objects.get(account=link.account)
    if how == "canceled":
        cancel_link(link.pk, at=AT, actor=ACTOR)
    else:
        clock.set_clock(AT + timedelta(days=30))  # to the second, and before any job has written it down
    page = Client().get(address).content.decode()
    assert "no longer valid" in page and "121.00" not in page and "documents/" not in page
    assert Client().get(f"{address}documents/{document.pk}/").status_code == 404
    assert Client().post(f"{address}pay/", {"asked": "12100"})["Location"] == f"{address}?told=changed"
    assert (PaymentAttempt.objects.count(), Payment.objects.count()) == (0, 0)


def test_addresses_answer_their_own_verb_only_and_are_not_listed(link: PaymentLink) -> None:
    address = address_of(Subject(LINK, link.pk))
    assert Client().get(f"{address}pay/").status_code == 405
    assert Client().post(address).status_code == 405
    assert 'name="robots" content="noindex' in Client().get(address).content.decode()


@override_settings(SITE_ADDRESS="https://billing.example")
def test_no_line_of_a_log_has_a_token_of_a_page(link: PaymentLink) -> None:
    document = Document.objects.get(account=link.account)
    for address in (
        address_of(Subject(LINK, link.pk)),
        f"{address_of(Subject(DOCUMENT, document.pk))}back/00000000-0000-0000-0000-000000000000/",
        make_printed_address("acme", number=str(document.number)),
        make_printed_address("acme", number="2026/000 17"),
    ):
        signature = address.partition("~")[2].partition("/")[0]
        assert len(signature) > 20
        for line in (f"Not Found: {address}", f'"GET {address} HTTP/1.1" 404', f"PermissionDenied at {address}pay/"):
            assert signature not in hide_in_text(line)
