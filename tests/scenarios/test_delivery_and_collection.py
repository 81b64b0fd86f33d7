"""Stories of a billed month: mail before or after collecting, follow up what failed, then deliver what is left."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from tallystick.collection.operations.follow_up import close_items, retry_items
from tallystick.collection.queries.runs import count_open_failures
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.delivery.queries.deliveries import count_undelivered
from tallystick.invoicing.models import BillRun
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs
from tests.support.stories import (
    GOOD_CARD,
    GOOD_IBAN,
    POOR_CARD,
    bill_and_post,
    build_payers,
    collect,
    get_document,
    tell_failures,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    return build_seller()


def mail_out(run: BillRun) -> list[str]:
    """Deliver what of the run is not delivered yet; what the subjects say after the number."""
    before = len(mail.outbox)
    queue_deliveries(Selection(run.pk), at=AT, actor=ACTOR)
    run_jobs()
    return [message.subject.partition(": ")[2].replace("\u00a0", " ") for message in mail.outbox[before:]]


@pytest.mark.rule("ZUO-21")
def test_mailed_before_the_payment_run_an_invoice_says_when_it_will_be_collected(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    run = bill_and_post(seller)
    assert mail_out(run) == ["121.00 EUR, collected on 1 March 2026"]
    collect(seller)
    assert get_document("A-1").open_minor == 0
    assert mail_out(run) == []


def read_again(external_id: str, *, at: datetime) -> str:
    """The text of an invoice's e-mail, asked for once more."""
    selection = Selection(document_ids=(get_document(external_id).pk,))
    queue_deliveries(selection, at=at, actor=ACTOR, is_repeat=True)
    run_jobs()
    return str(mail.outbox[-1].body)


@pytest.mark.rule("ZUO-21")
def test_mailed_again_after_the_payment_run_it_says_what_became_of_the_charge(seller: Seller) -> None:
    cards = {"paid": GOOD_CARD, "poor": POOR_CARD, "slow": GOOD_IBAN}
    build_payers(seller, cards)
    bill_and_post(seller)
    for external_id in cards:
        assert "Will be collected automatically" in read_again(external_id, at=AT)
    collect(seller)
    paid, poor, slow = (read_again(external_id, at=AT) for external_id in cards)
    assert "Settled in full" in paid
    assert "We could not collect this invoice from" in poor
    assert "NL91 ABNA 0417 1643 00" in poor
    assert "It is being collected automatically from" in slow
    assert not any("Will be collected" in text for text in (paid, poor, slow))


@pytest.mark.rule("ZUO-21")
def test_mailed_after_the_payment_run_it_says_that_it_is_settled(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    run = bill_and_post(seller)
    collect(seller)
    assert mail_out(run) == ["121.00 EUR, settled"]


@pytest.mark.rule("ZUO-43", "ZUO-50")
def test_when_every_failure_is_followed_up_what_is_not_delivered_goes_out(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD, "poor": POOR_CARD, "poorer": POOR_CARD})
    billed = bill_and_post(seller)
    paid = collect(seller)
    poor, poorer = tell_failures(paid)["poor"], tell_failures(paid)["poorer"]
    assert count_open_failures(paid.pk) == 2

    for minute in (1, 2):  # this card pays the third time
        retry_items(paid, item_ids=[poor.item_id], at=AT + HOUR * minute, actor=ACTOR)
        run_jobs()
    close_items(paid, item_ids=[poorer.item_id], note="will pay by transfer", at=AT + HOUR, actor=ACTOR)
    assert count_open_failures(paid.pk) == 0

    assert count_undelivered(billed.pk) == (3, 0)
    assert mail_out(billed).count("121.00 EUR, settled") == 2
    assert len(mail.outbox) == 3
    assert count_undelivered(billed.pk).documents == 0
