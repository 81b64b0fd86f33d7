"""`check` finds what is wrong with corrections and with states: one breach of each kind is planted."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tallystick.accounts.models import Account
from tallystick.collection.operations.freeze_items import freeze_items
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice
from tests.support.builders import ACTOR, AT, MARCH
from tests.support.corrections import bill, build_company, credit
from tests.support.planting import found, plant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books() -> None:
    """Three invoices of 121.00: one credited by half, one reversed, one as it was; e-mails, print and charges wait."""
    seller = build_company("100.00", accounts=3)
    Account.objects.update(is_printed=True, billing_mode="self_serve")
    half, wrong, kept = bill(seller)
    credit(half, net_minor=50_00)
    reverse_invoice(wrong, reason="wrong price", at=AT, actor=ACTOR)
    queue_deliveries(Selection(document_ids=(half.pk, kept.pk)), at=AT, actor=ACTOR)
    make_print_batch(seller, at=AT, actor=ACTOR)
    run = start_payment_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    ProcrastinateJob.objects.filter(task_name="payment_run.start").delete()
    freeze_items(run.pk, at=AT, actor=ACTOR)


def test_corrected_books_are_in_order() -> None:
    assert Document.objects.filter(status="posted").count() == 5
    assert found() == []


@pytest.mark.parametrize(
    ("invariant", "statement", "words"),
    [
        (1, "UPDATE ledger_ledgertransaction SET subject = 'document:0' WHERE kind = 'credit_note'",
            "over 6050, but the ledger has 0 for it"),
        (2, "UPDATE invoicing_creditsource SET amount_minor = amount_minor + 1 WHERE document_id IS NOT NULL",
            "gives 6050, but its source of credit is over 6051"),
        (3, "UPDATE invoicing_documentline SET net_minor = 10001 WHERE corrects_position = 1",
            "10001 of it was credited"),
        (3, "UPDATE invoicing_document SET gross_minor = 12101, net_minor = 10001, tax_minor = 2100"
            " WHERE kind = 'credit_note' AND is_reversal", "over 12100, but 12101 of it was given back"),
        (3, "UPDATE invoicing_document SET reversed_at = now() WHERE id = (SELECT min(corrects_id)"
            " FROM invoicing_document WHERE NOT is_reversal)", "was reversed, but only 6050 of 12100 was given back"),
        (3, "UPDATE invoicing_documenttaxline SET tax_minor = 1049 WHERE tax_minor = 1050",
            "notes over 5000 bear tax of 1049 together, not 1050"),
        (5, "UPDATE invoicing_billingclaim SET released_at = NULL WHERE released_at IS NOT NULL",
            "is live, but document"),
        (5, "UPDATE invoicing_billingclaim SET released_at = now() WHERE released_at IS NULL",
            "is released, but document"),
        (5, "UPDATE subscriptions_subscriptionservice SET billed_through = billed_through + 5"
            " WHERE billed_through = '2026-03-01'", "are released, but it says billed through 2026-03-06"),
        (7, "UPDATE invoicing_documentevent SET to_status = 'draft' WHERE event = 'post'", "its last event says draft"),
        (7, "UPDATE invoicing_billrun SET status = 'completed' WHERE status = 'posted'", "its last event says posted"),
        (7, "UPDATE invoicing_billrun SET status = 'posting' WHERE status = 'posted'",
            "no job works on it: it is stuck"),
        (7, "UPDATE collection_paymentrun SET status = 'failed'", "is failed, but its last event says running"),
        (7, "UPDATE delivery_deliveryevent SET to_status = 'failed'", "its last event says failed"),
        (7, "DELETE FROM procrastinate_jobs WHERE task_name = 'delivery.send_chunk'",
            "no job will send it: it is stuck"),
        (7, "UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'delivery.print_batch'",
            "no job writes its file"),
        (7, "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE task_name = 'payment_run.collect_chunk'",
            "with invoices not asked for yet, but no job works on it: it is stuck"),
    ],
)  # fmt: skip
def test_a_planted_breach_is_found_and_named(invariant: int, statement: str, words: str) -> None:
    plant(statement)
    breaches = found()
    assert any(number == invariant and words in text for number, text in breaches), breaches
