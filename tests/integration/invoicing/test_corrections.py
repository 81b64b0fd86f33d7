"""Credit notes and debit notes against posted invoices: amounts, tax, ledger, settlement, and what is refused."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tallystick.errors import InvalidInput, Refusal
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.errors import (
    AmountNotReachable,
    CorrectionAmbiguous,
    CorrectionEmpty,
    CorrectionTooEarly,
    CorrectionTooLate,
    CreditTooLarge,
    NotCorrectable,
    WrongDocumentState,
)
from tallystick.invoicing.models import CreditSource, Document, DocumentEvent, DocumentLine
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.issue_correction import draft_correction, issue_correction, post_correction
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.queries.correctable import preview_correction
from tallystick.invoicing.queries.documents import list_tax_lines
from tallystick.journeys.check_books import check_books
from tallystick.ledger.models import LedgerEntry
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.errors import ReasonCodeUnknown
from tallystick.sellers.operations.set_reason_code import set_reason_code
from tests.support.builders import ACTOR, AT
from tests.support.corrections import bill, build_company, credit, pay, tell_balance, tell_documents

pytestmark = pytest.mark.django_db


def draft(document: Document, *, kind: str = "credit_note", **options: object) -> Document:
    ask = CorrectionAsk(lines={1: 10_00})
    return draft_correction(document, kind=kind, ask=ask, reason="why", at=AT, actor=ACTOR, **options)  # type: ignore[arg-type]


@pytest.mark.rule("ZUO-23", "ZUO-33", "C-15")
def test_golden_11_a_posted_invoice_is_not_edited_a_credit_note_of_20_lowers_the_balance_by_20() -> None:
    (invoice,) = bill(build_company("100.00"))
    before = tell_balance(invoice.account)
    with pytest.raises(WrongDocumentState, match="credit note"):
        change_draft_line(invoice, position=1, net_minor=80_00, reason="cheaper", at=AT, actor=ACTOR)
    note = credit(invoice, gross_minor=20_00)
    assert (note.number, note.net_minor, note.tax_minor, note.gross_minor) == ("ACME-CN-000001", 16_53, 3_47, 20_00)
    assert (before, tell_balance(invoice.account)) == ((121_00, 0), (101_00, 0))
    assert tell_documents(invoice.account) == [
        ("INV-000001", "posted", 121_00, 101_00),
        ("CN-000001", "posted", 20_00, 0),
    ]
    entries = LedgerEntry.objects.filter(transaction__subject=f"document:{note.pk}").order_by("position")
    assert list(entries.values_list("ledger_account", "amount_minor")) == [
        ("customer_credit", -20_00),
        ("revenue", 16_53),
        ("tax_payable", 3_47),
    ]
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-24")
def test_a_line_is_credited_in_parts_that_keep_its_period_and_end_at_the_documents_own_tax() -> None:
    # 21 % of 10.03 is 2.11; credited in thirds the tax is 0.70, 0.70 and the 0.71 that is left
    (invoice,) = bill(build_company("10.03"))
    notes = [credit(invoice, lines={1: amount}) for amount in (3_34, 3_34, 3_35)]
    assert [note.tax_minor for note in notes] == [70, 70, 71]
    assert sum(note.gross_minor for note in notes) == invoice.gross_minor == 12_14
    line = DocumentLine.objects.get(document=notes[0])
    original = DocumentLine.objects.get(document=invoice)
    assert (line.corrects_document_id, line.corrects_position) == (invoice.pk, 1)
    assert (line.period_start_on, line.period_end_on, line.revenue_code, line.subscription_service_id) == (
        original.period_start_on,
        original.period_end_on,
        original.revenue_code,
        original.subscription_service_id,
    )
    with pytest.raises(CreditTooLarge, match=r"Line 1 has 0.00 EUR left to credit, not 0.01 EUR"):
        credit(invoice, lines={1: 1})
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-24")
def test_several_notes_against_the_whole_document_are_spread_over_its_lines() -> None:
    (invoice,) = bill(build_company("100.00", "50.00"))
    first, second = credit(invoice, net_minor=30_00), credit(invoice, net_minor=15_01)
    lines = DocumentLine.objects.filter(document__in=[first, second]).order_by("document_id", "position")
    assert [line.net_minor for line in lines] == [20_00, 10_00, 10_01, 5_00]
    rest = credit(invoice)
    assert rest.net_minor == 104_99
    assert tell_balance(invoice.account) == (0, 0)
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-24", "ZUO-25")
def test_a_debit_note_raises_what_is_owed_with_its_own_number_and_due_date() -> None:
    (invoice,) = bill(build_company("100.00"))
    note = issue_correction(
        invoice,
        kind="debit_note",
        ask=CorrectionAsk(lines={1: 5_00}),
        reason="one seat too few",
        reason_code="quantity_error",
        dated_on=date(2026, 3, 10),
        at=AT + timedelta(days=9),
        actor=ACTOR,
    )
    assert (note.number, note.gross_minor, note.due_on) == ("ACME-DN-000001", 6_05, date(2026, 4, 9))
    assert note.reason_code is not None and note.reason_code.name == "Wrong quantity"
    assert tell_balance(invoice.account) == (127_05, 0)
    assert credit(note).gross_minor == 6_05
    assert tell_balance(invoice.account) == (121_00, 0)
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("CRM-36")
def test_credit_goes_to_the_corrected_document_first_and_the_rest_to_the_oldest() -> None:
    seller = build_company("100.00")
    (march,) = bill(seller)
    (april,) = bill(seller, on=date(2026, 4, 1))
    (may,) = bill(seller, on=date(2026, 5, 1))
    note = credit(april, net_minor=10_00)
    assert [Document.objects.get(pk=each.pk).open_minor for each in (march, april, may)] == [121_00, 108_90, 121_00]
    assert CreditSource.objects.get(document=note).remaining_minor == 0
    pay(march.account, 121_00 + 108_90)  # March and April are paid now
    credit(april, net_minor=20_00)
    assert [Document.objects.get(pk=each.pk).open_minor for each in (march, april, may)] == [0, 0, 96_80]


def test_credit_of_a_paid_invoice_stays_with_the_customer_and_pays_the_next_one() -> None:
    seller = build_company("100.00")
    (invoice,) = bill(seller)
    pay(invoice.account, 121_00)
    preview = preview_correction(
        Document.objects.get(pk=invoice.pk), kind="credit_note", ask=CorrectionAsk(gross_minor=12_10)
    )
    assert (preview.allocated_minor, preview.left_as_credit_minor) == (0, 12_10)
    credit(invoice, gross_minor=12_10)
    assert tell_balance(invoice.account) == (0, 12_10)
    (following,) = bill(seller, on=date(2026, 4, 1))
    assert following.open_minor == 108_90
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-25", "ZUO-30")
def test_a_note_is_drafted_then_posted_and_judged_again_by_what_is_left_then() -> None:
    (invoice,) = bill(build_company("10.03"))
    waiting = draft(invoice)
    assert (waiting.status, waiting.number, waiting.tax_minor) == ("draft", None, 2_10)
    assert tell_balance(invoice.account) == (12_14, 0)
    credit(invoice, lines={1: 3})  # tax on 0.03 is 0.01, so that 2.10 more is what is left
    posted = post_correction(waiting, at=AT, actor=ACTOR)
    assert (posted.status, posted.tax_minor) == ("posted", 2_10)
    late = DocumentLine.objects.get(document=posted)
    assert late.net_minor == 10_00
    with pytest.raises(WrongDocumentState, match="posted already"):
        post_correction(posted, at=AT, actor=ACTOR)
    assert tell_balance(invoice.account) == (0, 0)
    assert list(check_books(actor=ACTOR)) == []


def test_a_draft_note_that_became_too_large_is_not_posted() -> None:
    (invoice,) = bill(build_company("10.03"))
    waiting = draft(invoice)
    credit(invoice, lines={1: 4})
    with pytest.raises(CreditTooLarge, match=r"9.99 EUR left"):
        post_correction(waiting, at=AT, actor=ACTOR)
    assert Document.objects.get(pk=waiting.pk).status == "draft"


@pytest.mark.rule("CRM-34")
def test_a_draft_note_is_rejected_with_its_reason_and_stays() -> None:
    (invoice,) = bill(build_company("100.00"))
    waiting = draft(invoice)
    with pytest.raises(InvalidInput, match="Say why"):
        reject_draft(waiting, reason=" ", at=AT, actor=ACTOR)
    reject_draft(waiting, reason="the customer withdrew", at=AT, actor=ACTOR)
    assert Document.objects.get(pk=waiting.pk).status == "canceled"
    assert DocumentEvent.objects.filter(document=waiting).last().reason == "the customer withdrew"  # type: ignore[union-attr]
    assert DocumentLine.objects.filter(document=waiting).count() == 1
    with pytest.raises(WrongDocumentState):
        post_correction(waiting, at=AT, actor=ACTOR)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda invoice: credit(invoice, lines={1: 100_01}), CreditTooLarge),
        (lambda invoice: credit(invoice, lines={1: -5}), CreditTooLarge),
        (lambda invoice: credit(invoice, lines={9: 5}), CreditTooLarge),
        (lambda invoice: credit(invoice, gross_minor=121_01), CreditTooLarge),
        (lambda invoice: credit(invoice, lines={1: 0}), CorrectionEmpty),
        (lambda invoice: credit(invoice, net_minor=0), CorrectionEmpty),
        (lambda invoice: credit(invoice, gross_minor=3), AmountNotReachable),
        (lambda invoice: draft(invoice, kind="invoice"), InvalidInput),
        (lambda invoice: draft(invoice, reason_code="mood"), ReasonCodeUnknown),
        (lambda invoice: draft(credit(invoice, lines={1: 1})), NotCorrectable),
        (lambda invoice: draft(draft(invoice)), NotCorrectable),
        (
            lambda invoice: change_draft_line(
                draft(invoice), position=1, net_minor=1, reason="why", at=AT, actor=ACTOR
            ),
            NotCorrectable,
        ),
    ],
)
def test_what_can_not_be_a_correction_is_refused(act: Callable[[Document], object], refusal: type[Refusal]) -> None:
    (invoice,) = bill(build_company("100.00"))
    with pytest.raises(refusal):
        act(invoice)
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-24")
def test_a_correction_is_not_dated_before_what_it_corrects() -> None:
    (invoice,) = bill(build_company("100.00"), on=date(2026, 4, 1))
    with pytest.raises(CorrectionTooEarly, match="2026-04-01"):
        draft(invoice, dated_on=date(2026, 3, 31))


@pytest.mark.rule("ZUO-24")
def test_a_correction_is_not_dated_in_a_period_that_has_not_begun() -> None:
    (invoice,) = bill(build_company("100.00"))
    with pytest.raises(CorrectionTooLate, match="the latest is today"):
        draft(invoice, dated_on=date(2099, 1, 1))


def test_an_amount_before_tax_and_one_with_tax_are_not_both_taken() -> None:
    (invoice,) = bill(build_company("100.00"))
    with pytest.raises(CorrectionAmbiguous):
        credit(invoice, net_minor=5, gross_minor=5)
    assert not Document.objects.filter(corrects=invoice).exists()


@pytest.mark.rule("ZUO-24")
def test_reasons_are_the_sellers_own() -> None:
    seller = build_company("100.00")
    (invoice,) = bill(seller)
    set_reason_code(seller, code="mood", name="In a good mood", actor=ACTOR)
    assert draft(invoice, reason_code="mood").reason_code == seller.reason_codes.get(code="mood")
    set_reason_code(seller, code="mood", name="In a good mood", is_active=False, actor=ACTOR)
    with pytest.raises(ReasonCodeUnknown):
        draft(invoice, reason_code="mood")


def test_who_may_not_correct_is_told_so() -> None:
    (invoice,) = bill(build_company("100.00"))
    clerk = Actor(kind="staff", id="1", label="Clerk", permissions=frozenset({"bill_runs.edit"}))
    with pytest.raises(PermissionMissing):
        draft_correction(invoice, kind="credit_note", ask=CorrectionAsk(), reason="why", at=AT, actor=clerk)
    with pytest.raises(PermissionMissing):
        post_correction(draft(invoice), at=AT, actor=clerk)


@pytest.mark.rule("DEM-26")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoicing_document SET corrects_id = NULL, is_reversal = FALSE WHERE kind = 'credit_note'",
        "UPDATE invoicing_document SET reason_code_id = NULL WHERE kind = 'credit_note'",
        "UPDATE invoicing_document SET gross_minor = 1, net_minor = 1, tax_minor = 0 WHERE kind = 'debit_note'",
        "UPDATE invoicing_documentline SET corrects_position = 2 WHERE corrects_position = 1",
        "DELETE FROM invoicing_document WHERE kind = 'credit_note'",
    ],
)
def test_the_database_refuses_to_change_posted_notes(statement: str) -> None:
    (invoice,) = bill(build_company("100.00"))
    for kind in ("credit_note", "debit_note"):
        post_correction(draft(invoice, kind=kind, reason_code="goodwill"), at=AT, actor=ACTOR)
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match=r"locked|kept"), transaction.atomic():
        cursor.execute(statement)


def test_tax_stands_under_the_group_of_the_corrected_line() -> None:
    (invoice,) = bill(build_company("100.00"))
    (tax,) = list_tax_lines(credit(invoice, lines={1: 10_00}).pk)
    assert (tax.registration, tax.treatment, tax.tax_minor) == ("NL123456782B90", "standard", 2_10)
