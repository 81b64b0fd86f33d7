"""Views and PDFs of documents as a bill run drafted and posted them, read from real PostgreSQL."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from tallystick.accounts.models import Account
from tallystick.accounts.operations.change_account import change_account
from tallystick.catalog.core.items import NewPlan
from tallystick.catalog.models import Plan, Service
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.documents.core.paying import Paying, decide_paying
from tallystick.documents.core.view import Address, BankTransfer
from tallystick.documents.errors import DocumentUnknown
from tallystick.documents.queries import (
    get_document_pdf,
    get_document_view,
    list_document_pdfs,
    list_document_views,
    write_print_file,
)
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.payments.models import GatewayAccount, PaymentMethod
from tallystick.sellers.core.new_seller import BankDetails, ProfileText
from tallystick.sellers.models import Seller
from tallystick.sellers.operations.add_bank_account import add_bank_account
from tallystick.sellers.operations.change_seller_profile import change_seller_profile
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_discount,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db

MID_MARCH = date(2026, 3, 15)


@pytest.fixture
def seller() -> Seller:
    return build_seller()


def bill(seller: Seller, *, is_posted: bool = True) -> list[Document]:
    """Draft, and post, what is due on 15 March; the documents by account."""
    run = start_bill_run(seller, target_on=MID_MARCH, at=AT, actor=ACTOR)
    run_jobs()
    if is_posted:
        run.refresh_from_db()
        post_bill_run(run, at=AT, actor=ACTOR)
        run_jobs()
    return list(Document.objects.filter(run=run).order_by("account__external_id"))


def build_two_subscriptions(seller: Seller, **account: Any) -> None:
    plan, seat, support = (
        build_plan(seller),
        build_service(seller, unit_price="100.00", price_model="per_unit"),
        build_service(seller, code="support", unit_price="31.00"),
    )
    buyer = build_account(seller, **account)
    (first,) = build_subscription(buyer, plan, seat, external_id="S-1", quantity="3")
    build_discount(first, label="Loyalty discount")
    build_subscription(buyer, plan, support, external_id="S-2", starts_on=MID_MARCH)


def read_text(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.rule("UNI-4", "DEM-64")
def test_a_posted_invoice_shows_what_was_frozen(seller: Seller) -> None:
    party = {"street": "Dorpsstraat 12", "postcode": "3511 AB", "city": "Utrecht"}
    build_two_subscriptions(seller, language="nl", buyer_reference="PO-7", party=party)
    (document,) = bill(seller)
    view = get_document_view(document.pk)
    assert (view.number, view.status, view.language) == (document.number, "posted", "nl")
    assert (view.seller.legal_name, view.seller.vat_numbers) == ("Acme B.V.", ("NL123456782B90",))
    assert view.buyer.address == Address("Dorpsstraat 12", "3511 AB", "Utrecht", "NL")
    assert (view.buyer.account_reference, view.buyer.reference) == ("A-1", "PO-7")
    assert view.payment.bank == BankTransfer("Acme B.V.", "NL91ABNA0417164300")
    assert (view.net_minor, view.tax_minor, view.gross_minor) == (287_00, 60_27, 347_27)
    assert view.open_minor == document.open_minor == 347_27
    assert [(row.treatment, row.tax_rate, row.tax_minor) for row in view.tax_rows] == [("standard", Decimal(21), 60_27)]


def test_lines_stand_under_their_subscription_with_their_share_in_days(seller: Seller) -> None:
    build_two_subscriptions(seller)
    (document,) = bill(seller)
    first, second = get_document_view(document.pk).groups
    assert (first.plan_name, first.subscription_reference) == ("Basic", "S-1")
    assert [(line.kind, line.description, line.net_minor) for line in first.lines] == [
        ("recurring", "Seat", 300_00),
        ("discount", "Loyalty discount", -30_00),
    ]
    (support,) = second.lines
    assert (support.period, support.share_days, support.net_minor) == ((MID_MARCH, date(2026, 4, 1)), (17, 31), 17_00)


def test_a_draft_has_no_number_and_asks_for_its_gross(seller: Seller) -> None:
    build_two_subscriptions(seller)
    (document,) = bill(seller, is_posted=False)
    view = get_document_view(document.pk)
    assert (view.is_draft, view.number, view.open_minor) == (True, "", 347_27)
    assert "DRAFT" in read_text(get_document_pdf(document.pk))


def test_a_seller_without_vat_and_bank_account_sends_no_vat_and_no_bank(seller: Seller) -> None:
    abroad = build_seller(code="pine", currency="USD", country="US")
    build_two_subscriptions(abroad)
    (document,) = bill(abroad)
    view = get_document_view(
        document.pk, compose_page=lambda seller_code, *, number: f"https://x.example/{seller_code}/{number}"
    )
    assert (view.seller.vat_numbers, view.tax_minor, view.payment.bank) == ((), 0, None)
    page = f"https://x.example/pine/{document.number}"
    assert (view.payment.page_url, view.payment.pay_url, decide_paying(view)) == (page, "", Paying.ASK_US)
    GatewayAccount.objects.create(seller=abroad, kind="sandbox")
    view = get_document_view(
        document.pk, compose_page=lambda seller_code, *, number: f"https://x.example/{seller_code}/{number}"
    )
    assert (view.payment.pay_url, decide_paying(view)) == (page, Paying.ONLINE)


@pytest.mark.parametrize(
    ("method", "paying"),
    [({}, Paying.COLLECTED), ({"state": "revoked"}, Paying.TRANSFER), ({"is_default": False}, Paying.TRANSFER)],
)
def test_the_saved_method_is_named_where_it_can_be_charged(
    seller: Seller, method: dict[str, Any], paying: Paying
) -> None:
    build_two_subscriptions(seller, billing_mode="self_serve")
    gateway = GatewayAccount.objects.create(seller=seller, kind="sandbox")
    saved = {"kind": "card", "label": "Visa •••• 4242", "fingerprint": "f", "customer_ref": "c", "gateway_ref": "m"}
    PaymentMethod.objects.create(
        account=Account.objects.get(), gateway_account=gateway, created_at=AT, **{**saved, **method}
    )
    (document,) = bill(seller)
    assert decide_paying(get_document_view(document.pk)) is paying


def test_an_unknown_document_is_refused(seller: Seller) -> None:
    with pytest.raises(DocumentUnknown, match="There is no document 404"):
        get_document_view(404)


@pytest.fixture
def twelve(seller: Seller) -> list[Document]:
    """Posted invoices of twelve accounts."""
    plan, seat = build_plan(seller), build_service(seller)
    for number in range(12):
        account = build_account(seller, external_id=f"A-{number:02d}")
        build_subscription(account, plan, seat, external_id=f"S-{number:02d}", starts_on=MARCH)
    return bill(seller)


def test_many_documents_take_as_many_queries_as_one(twelve: list[Document], django_assert_num_queries: Any) -> None:
    ids = [document.pk for document in twelve]
    with django_assert_num_queries(4):
        get_document_view(ids[0])
    with django_assert_num_queries(4):
        views = list(list_document_views(ids))
    assert [view.buyer.account_reference for view in views] == [f"A-{number:02d}" for number in range(12)]


def test_documents_come_in_the_order_asked_for(twelve: list[Document]) -> None:
    backwards = [document.pk for document in reversed(twelve)]
    pdfs = list(list_document_pdfs(backwards))
    assert [str(document.number) in read_text(pdf) for document, pdf in zip(reversed(twelve), pdfs, strict=True)] == [
        True
    ] * 12


@pytest.mark.rule("ZUO-48")
def test_one_file_for_the_printer_has_every_invoice_once(twelve: list[Document]) -> None:
    file = io.BytesIO()
    order = sorted(twelve, key=lambda document: document.account_id, reverse=True)
    assert write_print_file([document.pk for document in order], into=file) == 12
    pages = [page.extract_text() for page in PdfReader(file).pages]
    assert [str(document.number) in page for document, page in zip(order, pages, strict=True)] == [True] * 12


@pytest.mark.rule("UNI-4")
def test_a_posted_invoice_prints_the_same_bytes_again(twelve: list[Document]) -> None:
    assert get_document_pdf(twelve[0].pk) == get_document_pdf(twelve[0].pk)


@pytest.mark.rule("UNI-4")
def test_whatever_changes_of_account_seller_and_method_an_issued_pdf_keeps_its_bytes(seller: Seller) -> None:
    build_two_subscriptions(seller, billing_mode="self_serve", language="nl", buyer_reference="PO-7")
    account = Account.objects.get()
    gateway = GatewayAccount.objects.create(seller=seller, kind="sandbox")
    saved = {"kind": "card", "label": "Visa •••• 4242", "fingerprint": "f", "customer_ref": "c", "gateway_ref": "m"}
    method = PaymentMethod.objects.create(account=account, gateway_account=gateway, created_at=AT, **saved)
    posted, waiting = bill(seller)[0], build_waiting_draft(seller)
    issued, view = get_document_pdf(posted.pk), get_document_view(posted.pk)
    assert (view.language, view.buyer.reference, view.payment.method_label) == ("nl", "PO-7", "Visa •••• 4242")

    changes = {"language": "de", "buyer_reference": "PO-8", "name": "New name", "street": "Nieuwstraat 1"}
    for account_id in (posted.account_id, waiting.account_id):
        change_account(account_id, changes=changes, at=AT, actor=ACTOR)
    add_bank_account(seller, details=BankDetails("EUR", "Acme", "NL02ABNA0123456789"), at=AT, actor=ACTOR)
    PaymentMethod.objects.filter(pk=method.pk).update(state="revoked")
    texts = ProfileText(legal_name="Acme International", country="NL", email="new@acme.example", brand_color="#aa0000")
    change_seller_profile(seller, profile=texts, at=AT, actor=ACTOR)
    upsert_catalog(seller, items=[NewPlan("basic", "Renamed")], actor=ACTOR)

    assert get_document_view(posted.pk) == view
    assert get_document_pdf(posted.pk) == issued
    draft = get_document_view(waiting.pk)
    assert (draft.language, draft.buyer.reference) == ("de", "PO-8"), "what is not issued yet goes with the changes"
    assert draft.payment.bank == BankTransfer("Acme", "NL02ABNA0123456789")


def build_waiting_draft(seller: Seller) -> Document:
    """The draft of a second account."""
    account = build_account(seller, external_id="A-2")
    build_subscription(account, Plan.objects.get(), Service.objects.get(code="seat"), external_id="S-3")
    (draft,) = bill(seller, is_posted=False)
    return draft


@pytest.mark.rule("UNI-4")
@pytest.mark.parametrize("change", [{"language": "de"}, {"buyer_reference": "x"}, {"method_label": "x"}])
def test_the_database_refuses_to_change_what_is_printed_on_a_posted_document(
    twelve: list[Document], change: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError, match="posted and locked"), transaction.atomic():
        Document.objects.filter(pk=twelve[0].pk).update(**change)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Corrects invoice"),
        ("nl", "Corrigeert factuur"),
        ("de", "Korrigiert Rechnung"),
        ("fr", "Corrige la facture"),
        ("es", "Rectifica la factura"),
    ],
)
@pytest.mark.rule("DEM-26")
def test_the_page_of_a_credit_note_names_the_invoice_that_it_corrects(
    seller: Seller, language: str, words: str
) -> None:
    account = build_account(seller, language=language)
    build_subscription(account, build_plan(seller), build_service(seller))
    (invoice,) = bill(seller)
    ask = CorrectionAsk(gross_minor=20_00)
    note = issue_correction(invoice, kind="credit_note", ask=ask, reason="agreed", at=AT, actor=ACTOR)
    text = PdfReader(io.BytesIO(get_document_pdf(note.pk))).pages[0].extract_text()
    told = " ".join(text.replace("\u00a0", " ").replace("\u200b", "").split())
    assert words in told and invoice.number is not None and invoice.number in told
    assert decide_paying(get_document_view(note.pk)) is Paying.CREDITED
