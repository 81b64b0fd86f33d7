"""The e-mail that carries a document: what it says, in each language, and that it says nothing else."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives

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


def compose(**changed: object) -> EmailMultiAlternatives:
    view = replace(VIEW, **changed)  # type: ignore[arg-type]
    return compose_mail(view, recipient="ap@baker.example", pdf=b"%PDF-1.7 ...", message_key="delivery:7")


def read_html(message: EmailMultiAlternatives) -> str:
    content = message.alternatives[0][0]
    assert isinstance(content, str)
    return content


def test_the_subject_has_number_amount_and_due_date() -> None:
    assert compose().subject == "Invoice INV-000017: 121.00\u00a0EUR, due on 31 March 2026"


def test_it_comes_under_the_sellers_name_and_answers_go_to_the_seller() -> None:
    message = compose()
    assert message.from_email.startswith('"Acme B.V." <') or message.from_email.startswith("Acme B.V. <")
    assert (message.to, message.reply_to) == (["ap@baker.example"], ["billing@acme.example"])
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_the_pdf_is_attached_under_the_documents_number() -> None:
    (attached,) = compose().attachments
    assert tuple(attached) == ("INV-000017.pdf", b"%PDF-1.7 ...", "application/pdf")


def test_plain_text_and_html_say_the_same() -> None:
    message = compose()
    for part in ("121.00\u00a0EUR", "31 March 2026", "NL91 ABNA 0417 1643 00", "By bank transfer"):
        assert part in str(message.body) and part in read_html(message)
    assert "Hello Baker & Sons," in str(message.body)
    assert "Hello Baker &amp; Sons," in read_html(message)


def test_nothing_is_loaded_and_nobody_is_tracked() -> None:
    html = read_html(compose())
    assert not re.search(r"<(img|script|link|iframe)\b|url\(|https?://", html)


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
def test_the_subject_says_what_is_left_to_do(changed: dict[str, object], subject: str) -> None:
    assert compose(**changed).subject == subject


def test_what_is_settled_asks_for_nothing() -> None:
    body = str(compose(settled_minor=121_00).body)
    assert "Settled in full" in body
    assert "Due date" not in body and "IBAN" not in body


@pytest.mark.parametrize("language", sorted(DOCUMENT_LANGUAGES))
def test_every_language_of_documents_is_written_in_all_its_cases(language: str) -> None:
    words = LANGUAGES[language]
    assert set(words.attached) == {"invoice", "credit_note", "debit_note"}
    for paying in Paying:
        pattern = words.get_subject(paying)
        assert "{number}" in pattern and "{amount}" in pattern
    message = compose(language=language)
    assert "{" not in message.subject + str(message.body)
    assert f'<html lang="{language}">' in read_html(message)


def test_languages_differ() -> None:
    assert len({compose(language=language).subject for language in LANGUAGES}) == len(LANGUAGES)
    assert compose(language="nl-BE").subject == compose(language="nl").subject
    assert compose(language="fi").subject == compose(language="en").subject


def test_the_same_delivery_has_the_same_message_id_and_another_one_another() -> None:
    assert compose_message_id("delivery:7") == compose_message_id("delivery:7")
    assert compose_message_id("delivery:7") != compose_message_id("delivery:8")
    assert re.fullmatch(r"<[0-9a-f]{32}@[\w.-]+>", compose_message_id("delivery:7"))


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
