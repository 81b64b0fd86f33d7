"""The e-mail that carries a document: what it says, in each language, and that it says nothing else."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.test import override_settings

from tallystick.delivery.core.charging import Charge, decide_charge
from tallystick.delivery.core.languages import LANGUAGES
from tallystick.delivery.rendering.compose_mail import compose_mail, compose_message_id
from tallystick.documents.core.languages.chosen import LANGUAGES as DOCUMENT_LANGUAGES
from tallystick.documents.core.paying import Paying
from tallystick.documents.core.view import (
    Address,
    BankTransfer,
    BuyerBlock,
    CorrectedDocument,
    DocumentView,
    PaymentTerms,
    SellerBlock,
    TaxRow,
)
from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES, FINAL

VIEW = DocumentView(
    kind="invoice",
    status="posted",
    number="INV-000017",
    language="en",
    currency="EUR",
    invoice_on=date(2026, 3, 1),
    due_on=date(2026, 3, 31),
    seller=SellerBlock("Acme B.V.", Address(country="NL"), email="billing@acme.example", footer_text="KvK 12345678"),
    buyer=BuyerBlock("Baker & Sons", Address(country="NL")),
    groups=(),
    tax_rows=(TaxRow("standard", Decimal(21), 100_00, 21_00),),
    net_minor=100_00,
    tax_minor=21_00,
    gross_minor=121_00,
    payment=PaymentTerms("remittance", BankTransfer("Acme B.V.", "NL91ABNA0417164300", "ABNANL2A")),
)


CARD = PaymentTerms("automatic", BankTransfer("Acme B.V.", "NL91ABNA0417164300", "ABNANL2A"), "Visa •••• 4242")
ON_THE_DAY = datetime(2026, 3, 31, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
THE_DAY_AFTER = ON_THE_DAY.replace(month=4, day=1)


def compose(
    *, written_at: datetime = ON_THE_DAY, charge: Charge = Charge.PLANNED, **changed: Any
) -> EmailMultiAlternatives:
    return compose_mail(
        replace(VIEW, **changed),
        recipient="ap@baker.example",
        pdf=b"%PDF-1.7 ...",
        message_key="delivery:7",
        written_at=written_at,
        charge=charge,
    )


def read_html(message: EmailMultiAlternatives) -> str:
    content = message.alternatives[0][0]
    assert isinstance(content, str)
    return content


def test_the_subject_has_number_amount_and_due_date() -> None:
    assert compose().subject == "Invoice INV-000017: 121.00\u00a0EUR, due on 31 March 2026"


def test_it_comes_from_the_seller_and_answers_go_there() -> None:
    message = compose()
    assert message.from_email in ('"Acme B.V." <billing@acme.example>', "Acme B.V. <billing@acme.example>")
    assert (message.to, message.reply_to) == (["ap@baker.example"], [])
    assert message.extra_headers["Message-ID"].endswith("@acme.example>")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@override_settings(DEFAULT_FROM_EMAIL="Billing <billing@our-server.example>")
def test_our_own_address_is_for_sellers_that_have_none() -> None:
    message = compose(seller=replace(VIEW.seller, email=""))
    assert message.from_email.endswith("<billing@our-server.example>")
    assert "Simply reply" not in str(message.body)


def test_its_date_is_when_it_was_written_by_the_business_clock() -> None:
    assert compose().message()["Date"] == "Tue, 31 Mar 2026 09:00:00 +0200"


def test_the_pdf_is_attached_under_the_documents_number() -> None:
    (attached,) = compose().attachments
    assert tuple(attached) == ("INV-000017.pdf", b"%PDF-1.7 ...", "application/pdf")


def test_plain_text_and_html_say_the_same() -> None:
    message = compose()
    for part in ("121.00\u00a0EUR", "31 March 2026", "NL91 ABNA 0417 1643 00", "RF25 INV0 0001 7"):
        assert part in str(message.body) and part in read_html(message)
    assert "Hello Baker & Sons," in str(message.body)
    assert "Hello Baker &amp; Sons," in read_html(message)


def test_nothing_is_loaded_and_nobody_is_tracked() -> None:
    html = read_html(compose())
    assert not re.search(r"<(img|script|link|iframe)\b|url\(|https?://", html)


PAGE = "https://billing.example/pay/nacme:INV-000017~x/"


@pytest.mark.parametrize(
    ("payment", "asks"),
    [
        (replace(VIEW.payment, pay_url=PAGE, page_url=PAGE), f"Pay online at {PAGE}"),
        (PaymentTerms("remittance", None, "", PAGE, PAGE), f"Pay online at {PAGE}"),
        (replace(VIEW.payment, page_url=PAGE), f"See and download it online: {PAGE}"),
        (replace(CARD, pay_url=PAGE, page_url=PAGE), f"See and download it online: {PAGE}"),
    ],
)
def test_the_mail_of_an_unpaid_invoice_leads_to_its_page_and_says_what_can_be_done_there(
    payment: PaymentTerms, asks: str
) -> None:
    message = compose(payment=payment)
    assert asks in str(message.body)
    assert f'href="{PAGE}"' in read_html(message)
    told = "Will be collected automatically from Visa •••• 4242 on 31 March 2026."
    assert (told in str(message.body)) == (payment.collection_method == "automatic")
    assert PAGE not in str(compose(payment=payment, settled_minor=121_00).body)


@pytest.mark.rule("ZUO-21")
@pytest.mark.parametrize(
    ("changed", "subject"),
    [
        ({"settled_minor": 121_00}, "Invoice INV-000017: 121.00\u00a0EUR, settled"),
        ({"settled_minor": 21_00}, "Invoice INV-000017: 100.00\u00a0EUR, due on 31 March 2026"),
        ({"net_minor": 0, "tax_minor": 0, "gross_minor": 0}, "Invoice INV-000017: 0.00\u00a0EUR, nothing to pay"),
        ({"kind": "credit_note"}, "Credit note INV-000017: 121.00\u00a0EUR credited"),
        (
            {"payment": PaymentTerms("automatic", method_label="Visa •••• 4242")},
            "Invoice INV-000017: 121.00\u00a0EUR, collected on 31 March 2026",
        ),
    ],
)
def test_the_subject_says_what_is_left_to_do(changed: dict[str, Any], subject: str) -> None:
    assert compose(**changed).subject == subject


def test_what_is_settled_asks_for_nothing() -> None:
    body = str(compose(settled_minor=121_00).body)
    assert "Settled in full" in body
    assert "31 March" not in body and "IBAN" not in body


def test_the_money_is_asked_for_once_with_all_that_a_transfer_needs() -> None:
    body = str(compose().body).replace("\u00a0", " ")
    assert "Please transfer by 31 March 2026: 121.00 EUR" in body
    for fact in ("121.00 EUR", "31 March 2026", "NL91 ABNA 0417 1643 00", "RF25 INV0 0001 7", "Please"):
        assert body.count(fact) == 1, fact
    for other in ("Amount due", "Due date", "By bank transfer"):
        assert other not in body


def test_what_is_collected_is_not_asked_for() -> None:
    body = str(compose(payment=CARD).body)
    assert "Will be collected automatically from Visa •••• 4242 on 31 March 2026. You need not do anything." in body
    for asking in ("Amount due", "Due date", "IBAN", "lease"):
        assert asking not in body


@pytest.mark.parametrize(
    ("charge", "subject", "says"),
    [
        (Charge.PLANNED, "collected automatically", "It will soon be collected automatically from Visa •••• 4242."),
        (Charge.UNDER_WAY, "collected automatically", "It is being collected automatically from Visa •••• 4242."),
        (Charge.TO_CONFIRM, "collected automatically", "asks you to confirm the payment from Visa •••• 4242."),
        (Charge.FAILED, "due on 31 March 2026", "We could not collect this invoice from Visa •••• 4242."),
    ],
)
def test_a_collection_that_was_tried_or_is_late_is_not_promised_for_its_day(
    charge: Charge, subject: str, says: str
) -> None:
    message = compose(payment=CARD, charge=charge, written_at=THE_DAY_AFTER)
    assert message.subject == f"Invoice INV-000017: 121.00\u00a0EUR, {subject}"
    for text in (str(message.body), read_html(message)):
        assert says in text and "Will be collected automatically" not in text


def test_what_could_not_be_collected_is_asked_for_by_transfer() -> None:
    body = str(compose(payment=CARD, charge=Charge.FAILED).body).replace("\u00a0", " ")
    assert "Please transfer by 31 March 2026: 121.00 EUR" in body and "NL91 ABNA 0417 1643 00" in body
    late = str(compose(payment=CARD, charge=Charge.FAILED, written_at=THE_DAY_AFTER).body).replace("\u00a0", " ")
    assert "Please transfer, due since 31 March 2026: 121.00 EUR" in late


def test_a_failed_charge_of_what_is_paid_by_now_is_not_spoken_of() -> None:
    body = str(compose(payment=CARD, charge=Charge.FAILED, settled_minor=121_00).body)
    assert "Settled in full" in body and "could not" not in body


def test_every_state_of_an_attempt_means_something_to_the_reader() -> None:
    said = {status: decide_charge(status) for status in ATTEMPT_STATUSES}
    assert {status for status, charge in said.items() if charge is Charge.FAILED} == {"failed", "expired"}
    assert {status for status, charge in said.items() if charge is Charge.PLANNED} == FINAL - {"failed", "expired"}
    assert decide_charge("") is Charge.PLANNED


@pytest.mark.parametrize("language", sorted(DOCUMENT_LANGUAGES))
def test_every_language_of_documents_is_written_in_all_its_cases(language: str) -> None:
    words = LANGUAGES[language]
    assert set(words.attached) == {"invoice", "credit_note", "debit_note"}
    for paying in Paying:
        pattern = words.get_subject(paying)
        assert "{number}" in pattern and "{amount}" in pattern
    for charge, written_at in product(Charge, (ON_THE_DAY, THE_DAY_AFTER)):
        for payment in (VIEW.payment, CARD, PaymentTerms("remittance")):
            message = compose(language=language, payment=payment, charge=charge, written_at=written_at)
            assert "{" not in message.subject + str(message.body)
    assert f'<html lang="{language}">' in read_html(message)


def test_languages_differ() -> None:
    assert len({compose(language=language).subject for language in LANGUAGES}) == len(LANGUAGES)
    assert compose(language="nl-BE").subject == compose(language="nl").subject
    assert compose(language="fi").subject == compose(language="en").subject


def test_the_same_delivery_has_the_same_message_id_and_another_one_another() -> None:
    first, again, other = (compose_message_id(key, sender="a@acme.example") for key in ("d:7", "d:7", "d:8"))
    assert first == again != other
    assert re.fullmatch(r"<[0-9a-f]{32}@acme\.example>", first)


def test_a_name_can_not_smuggle_a_header_in() -> None:
    seller = replace(VIEW.seller, legal_name="Acme\r\nBcc: all@example.com")
    with pytest.raises(BadHeaderError):
        compose(seller=seller).message()


def test_a_credit_note_says_which_invoice_it_corrects_in_every_language() -> None:
    corrected = CorrectedDocument("invoice", "INV-000017", date(2026, 3, 1))
    told = {}
    for code in LANGUAGES:
        body = compose(kind="credit_note", number="CN-000001", language=code, corrects=corrected).body
        told[code] = next(line for line in str(body).splitlines() if "CN-000001" in line)
    assert told["en"] == (
        "Your credit note CN-000001 of 1 March 2026 is attached. It corrects invoice INV-000017 of 1 March 2026."
    )
    assert all("INV-000017" in line for line in told.values()) and len(set(told.values())) == 5
