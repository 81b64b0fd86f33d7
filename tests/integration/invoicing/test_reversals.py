"""Reversing and voiding posted documents, canceling a bill, rejecting drafts: what is set free, what is for good."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from tallystick.errors import Refusal
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.errors import (
    AlreadyReversed,
    BilledFurther,
    CreditSpentForGood,
    LaterCorrections,
    NotCorrectable,
    NotLatestBill,
)
from tallystick.invoicing.models import BillingClaim, BillRunAccount, Document, DocumentEvent
from tallystick.invoicing.operations.cancel_bill import cancel_bill
from tallystick.invoicing.operations.issue_correction import draft_correction, post_correction
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.operations.reverse_invoice import Reversed, reverse_invoice
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.operations.void_document import void_document
from tallystick.journeys.check_books import check_books
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import SubscriptionService
from tests.support.builders import ACTOR, AT, MARCH
from tests.support.corrections import APRIL, bill, build_company, credit, pay, tell_balance, tell_documents
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


def reverse(document: Document) -> Reversed:
    return reverse_invoice(document, reason="wrong price", at=AT, actor=ACTOR)


def void(document: Document, *, frees_periods: bool = False) -> Reversed:
    return void_document(document, reason="never ordered", at=AT, actor=ACTOR, frees_periods=frees_periods)


def tell_events(document: Document) -> list[tuple[str, str]]:
    return list(DocumentEvent.objects.filter(document=document).order_by("pk").values_list("event", "to_status"))


def is_in_order() -> bool:
    return list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-26", "CRM-34")
def test_a_paid_invoice_is_reversed_in_one_step_and_its_period_is_billed_again_by_a_later_run() -> None:
    seller = build_company("100.00")
    (invoice,) = bill(seller)
    pay(invoice.account, 121_00)
    done = reverse(invoice)
    assert done.document.status == "posted" and done.document.reversed_at == AT
    assert done.reversal is not None and done.reversal.is_reversal and done.reversal.corrects_id == invoice.pk
    assert tell_documents(invoice.account) == [
        ("INV-000001", "posted", 121_00, 0),
        ("CN-000001", "posted", 121_00, 0),
    ]
    assert tell_balance(invoice.account) == (0, 121_00)  # the money is theirs again
    assert tell_events(invoice) == [("draft", "draft"), ("post", "posted"), ("reverse", "posted")]
    assert SubscriptionService.objects.get().billed_through == MARCH
    SubscriptionService.objects.update(unit_price_override=Decimal("80.00"))
    (again,) = bill(seller)
    assert (again.gross_minor, again.open_minor) == (96_80, 0)
    assert tell_balance(invoice.account) == (0, 24_20)
    assert [claim.released_at is None for claim in BillingClaim.objects.order_by("pk")] == [False, True]
    assert is_in_order()


@pytest.mark.rule("ZUO-26")
def test_a_reversal_is_for_exactly_what_credit_notes_left() -> None:
    (invoice,) = bill(build_company("100.00"))
    pay(invoice.account, 50_00)
    credit(invoice, gross_minor=20_00)  # open: 121 - 50 - 20 = 51
    done = reverse(invoice)
    assert done.reversal is not None and done.reversal.gross_minor == 101_00
    assert tell_balance(invoice.account) == (0, 50_00)
    assert is_in_order()


@pytest.mark.rule("ZUO-26")
def test_only_as_much_of_the_payments_is_undone_as_the_reversal_needs_newest_first() -> None:
    (invoice,) = bill(build_company("100.00"))
    pay(invoice.account, 100_00)
    pay(invoice.account, 21_00)
    credit(invoice, gross_minor=20_00)  # the invoice was paid: these 20.00 are free credit
    assert tell_balance(invoice.account) == (0, 20_00)
    reverse(invoice)
    # 101.00 made room for: the newer 21.00, and 80.00 of the older, which keeps 20.00
    assert tell_balance(invoice.account) == (0, 121_00)
    amounts = list(invoice.allocations.order_by("pk").values_list("amount_minor", flat=True))
    assert amounts == [100_00, 21_00, -21_00, -100_00, 20_00, 101_00]
    assert is_in_order()


@pytest.mark.rule("ZUO-26", "ZUO-31")
def test_an_invoice_of_zero_is_reversed_too_and_billed_again() -> None:
    seller = build_company("0.00")
    (invoice,) = bill(seller)
    done = reverse(invoice)
    assert done.reversal is None  # there is nothing to give back
    assert done.document.reversed_at == AT
    SubscriptionService.objects.update(unit_price_override=Decimal("10.00"))
    assert bill(seller)[0].gross_minor == 12_10
    assert is_in_order()


def test_an_invoice_that_credit_notes_took_back_whole_is_reversed_without_another() -> None:
    seller = build_company("100.00")
    (invoice,) = bill(seller)
    credit(invoice)
    assert reverse(invoice).reversal is None
    assert [each.gross_minor for each in bill(seller)] == [121_00]
    assert is_in_order()


@pytest.mark.rule("ZUO-26")
@pytest.mark.parametrize(
    "act",
    [
        lambda invoice, note: credit(invoice, lines={1: 1}),
        lambda invoice, note: reverse(invoice),
        lambda invoice, note: void(invoice),
        lambda invoice, note: void(note),
        lambda invoice, note: reverse(note),
        lambda invoice, note: draft_correction(
            invoice, kind="debit_note", ask=CorrectionAsk(lines={1: 5}), reason="more", at=AT, actor=ACTOR
        ),
    ],
)
def test_a_reversed_invoice_and_its_note_can_not_be_changed(act: Callable[[Document, Document], object]) -> None:
    (invoice,) = bill(build_company("100.00"))
    note = reverse(invoice).reversal
    assert note is not None
    with pytest.raises(AlreadyReversed, match="can be changed any more"):
        act(Document.objects.get(pk=invoice.pk), note)
    assert is_in_order()


@pytest.mark.rule("ZUO-26")
def test_the_database_refuses_corrections_of_what_was_reversed() -> None:
    (invoice,) = bill(build_company("100.00"))
    draft = draft_correction(
        invoice, kind="credit_note", ask=CorrectionAsk(lines={1: 5}), reason="less", at=AT, actor=ACTOR
    )
    reverse(invoice)
    with pytest.raises(AlreadyReversed):
        post_correction(draft, at=AT, actor=ACTOR)
    series = "(SELECT id FROM sellers_numberseries WHERE kind = 'credit_note')"
    for statement, told in (
        (
            f"UPDATE invoicing_document SET status = 'posted', number = 'X', sequence_number = 99,"
            f" number_series_id = {series} WHERE id = {draft.pk}",
            "nothing corrects it",
        ),
        (f"UPDATE invoicing_document SET reversed_at = NULL WHERE id = {invoice.pk}", "locked"),
    ):
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match=told), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.rule("ZUO-26")
def test_a_period_is_not_freed_while_a_later_one_is_billed() -> None:
    seller = build_company("100.00")
    (march,) = bill(seller)
    (april,) = bill(seller, on=APRIL)
    with pytest.raises(BilledFurther):
        reverse(march)
    reverse(april)
    reverse(march)
    assert SubscriptionService.objects.get().billed_through == MARCH
    assert is_in_order()


@pytest.mark.rule("CRM-34", "UNI-3")
def test_a_voided_invoice_counts_no_more_and_its_period_stays_billed_unless_it_is_freed() -> None:
    seller = build_company("100.00", accounts=2)
    first, second = bill(seller)
    pay(first.account, 121_00)
    assert void(first).document.status == "voided"
    assert tell_balance(first.account) == (0, 121_00)
    assert tell_events(first)[-2:] == [("reverse", "posted"), ("void", "voided")]
    void(second, frees_periods=True)
    assert [each.account.external_id for each in bill(seller)] == ["A-2"]
    assert is_in_order()


@pytest.mark.rule("CRM-34")
def test_a_credit_note_is_voided_by_a_debit_note_and_what_it_settled_is_open_again() -> None:
    (invoice,) = bill(build_company("100.00"))
    note = credit(invoice, gross_minor=20_00)
    done = void(note)
    assert done.reversal is not None and (done.reversal.kind, done.reversal.gross_minor) == ("debit_note", 20_00)
    assert tell_documents(invoice.account) == [
        ("INV-000001", "posted", 121_00, 121_00),
        ("CN-000001", "voided", 20_00, 0),
        ("DN-000001", "posted", 20_00, 0),
    ]
    assert credit(invoice).gross_minor == 121_00  # all of it can be credited again
    assert is_in_order()


def test_credit_notes_are_voided_the_last_first() -> None:
    (invoice,) = bill(build_company("10.03"))
    first, second = credit(invoice, lines={1: 3_34}), credit(invoice, lines={1: 3_34})
    with pytest.raises(LaterCorrections, match="void ACME-CN-000002 first"):
        void(first)
    void(second)
    void(first)
    assert tell_balance(invoice.account) == (12_14, 0)
    assert is_in_order()


def test_a_credit_note_of_a_reversed_invoice_stays() -> None:
    (invoice,) = bill(build_company("100.00"))
    note = credit(invoice, gross_minor=20_00)
    reverse(invoice)
    with pytest.raises(AlreadyReversed):
        void(note)


def test_a_credit_note_whose_credit_settled_what_was_reversed_since_stays() -> None:
    seller = build_company("100.00")
    (march,) = bill(seller)
    pay(march.account, 121_00)
    note = credit(march, gross_minor=20_00)
    (april,) = bill(seller, on=APRIL)  # takes the 20.00
    pay(april.account, 101_00)
    credit(april, gross_minor=20_00)  # free: April is paid
    reverse(april)  # takes back 101.00 of the newest payment; March's 20.00 stay on it
    with pytest.raises(CreditSpentForGood, match="ACME-INV-000002"):
        void(note)
    assert is_in_order()


def test_credit_that_went_elsewhere_comes_home_when_its_document_is_reversed() -> None:
    seller = build_company("100.00")
    (march,) = bill(seller)
    pay(march.account, 121_00)
    credit(march, gross_minor=20_00)
    (april,) = bill(seller, on=APRIL)
    assert april.open_minor == 101_00
    void(march)
    # March: 20.00 of the payment stay, 101.00 are taken back; they pay April at once
    assert tell_balance(march.account) == (0, 0)
    assert Document.objects.get(pk=april.pk).open_minor == 0
    assert is_in_order()


def mixed_company() -> Seller:
    seller = build_company("100.00", "1.00", credit_rule="negative_charges")
    SubscriptionService.objects.filter(service__code="seat-2").update(unit_price_override=Decimal("-30.00"))
    return seller


@pytest.mark.rule("CRM-35")
def test_a_bill_is_canceled_in_reverse_order_and_billed_again() -> None:
    seller = mixed_company()
    invoice, note = bill(seller)
    assert invoice.bill is not None and invoice.bill_id == note.bill_id
    canceled = cancel_bill(invoice.bill, reason="wrong month", at=AT, actor=ACTOR)
    assert [(each.kind, each.status) for each in canceled] == [("credit_note", "voided"), ("invoice", "voided")]
    assert tell_balance(invoice.account) == (0, 0)
    assert set(SubscriptionService.objects.values_list("billed_through", flat=True)) == {MARCH}
    assert len(bill(seller)) == 2
    assert is_in_order()


@pytest.mark.rule("CRM-35")
def test_only_the_latest_bill_is_canceled() -> None:
    seller = build_company("100.00")
    (march,) = bill(seller)
    (april,) = bill(seller, on=APRIL)
    assert march.bill is not None and april.bill is not None
    with pytest.raises(NotLatestBill):
        cancel_bill(march.bill, reason="wrong", at=AT, actor=ACTOR)
    cancel_bill(april.bill, reason="wrong", at=AT, actor=ACTOR)
    cancel_bill(march.bill, reason="wrong", at=AT, actor=ACTOR)
    assert SubscriptionService.objects.get().billed_through == MARCH
    with pytest.raises(Refusal, match="no documents"):
        cancel_bill(march.bill, reason="wrong", at=AT, actor=ACTOR)
    assert is_in_order()


@pytest.mark.rule("CRM-34", "ZUO-28")
def test_a_draft_of_a_run_is_rejected_with_its_pair_and_the_account_leaves_the_run() -> None:
    seller = mixed_company()
    run = start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()
    invoice = Document.objects.get(kind="invoice")
    rejected = reject_draft(invoice, reason="ask them first", at=AT, actor=ACTOR)
    assert [(each.kind, each.status) for each in rejected] == [("invoice", "canceled"), ("credit_note", "canceled")]
    row = BillRunAccount.objects.get(run=run)
    assert (row.status, row.reason) == ("dropped", "Rejected: ask them first")
    assert set(SubscriptionService.objects.values_list("billed_through", flat=True)) == {MARCH}
    assert is_in_order()


def test_what_is_not_posted_is_not_taken_back_and_who_may_not_is_told_so() -> None:
    seller = build_company("100.00")
    start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()
    draft = Document.objects.get()
    for act in (reverse, void):
        with pytest.raises(NotCorrectable, match="rejected"):
            act(draft)
    reject_draft(draft, reason="again", at=AT, actor=ACTOR)
    (invoice,) = bill(seller)
    with pytest.raises(NotCorrectable, match="voided instead"):
        reverse(credit(invoice, lines={1: 5}))
    clerk = Actor(kind="staff", id="1", label="Clerk", permissions=frozenset({"bill_runs.edit"}))
    with pytest.raises(PermissionMissing):
        reverse_invoice(invoice, reason="why", at=AT, actor=clerk)
    with pytest.raises(PermissionMissing):
        void_document(invoice, reason="why", at=AT, actor=clerk)
    with pytest.raises(Refusal, match="Say why"):
        reverse_invoice(invoice, reason="", at=AT, actor=ACTOR)


def test_a_correction_of_an_invoice_dated_ahead_bears_its_date() -> None:
    (april,) = bill(build_company("100.00"), on=APRIL)
    note = reverse(april).reversal
    assert note is not None and note.invoice_on == APRIL
