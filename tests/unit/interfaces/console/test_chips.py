"""One word and one tone for each state; red is left to what failed or is overdue."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.collection.core.item_lifecycle import ITEM_STATUSES
from tallystick.collection.core.run_lifecycle import RUN_STATUSES as PAYMENT_RUN_STATUSES
from tallystick.delivery.core.lifecycle import BATCH_STATUSES, DELIVERY_STATUSES
from tallystick.interfaces.console.chips import _BY_STATUS, Status, describe, describe_document, describe_run
from tallystick.invoicing.core.document_lifecycle import DOCUMENT_STATUSES
from tallystick.invoicing.core.run_lifecycle import ACCOUNT_STATUSES, RUN_STATUSES
from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES
from tallystick.subscriptions.core.lifecycle import SERVICE_STATUSES, SUBSCRIPTION_STATUSES

EVERY_STATUS = sorted(
    {
        *DOCUMENT_STATUSES,
        *RUN_STATUSES,
        *ACCOUNT_STATUSES,
        *PAYMENT_RUN_STATUSES,
        *ITEM_STATUSES,
        *DELIVERY_STATUSES,
        *BATCH_STATUSES,
        *ATTEMPT_STATUSES,
        *SUBSCRIPTION_STATUSES,
        *SERVICE_STATUSES,
    }
)
TODAY = date(2026, 3, 15)


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_every_state_of_every_machine_has_its_word(status: str) -> None:
    assert status in _BY_STATUS


def test_no_word_has_two_tones() -> None:
    tones: dict[str, set[str]] = {}
    for word, tone in _BY_STATUS.values():
        tones.setdefault(word, set()).add(tone)
    assert {word: found for word, found in tones.items() if len(found) > 1} == {}


def test_only_what_failed_is_late_was_refused_or_came_back_is_red() -> None:
    red = {status.word for status in _BY_STATUS.values() if status.tone == "bad"}
    assert red == {"Failed", "Past due", "Unpaid", "Bounced", "Refused", "Refused for good"}


@pytest.mark.parametrize(
    ("status", "open_minor", "due_on", "word"),
    [
        ("draft", 0, date(2026, 3, 1), "Draft"),
        ("posted", 12100, date(2026, 3, 15), "Open"),
        ("posted", 12100, date(2026, 3, 14), "Overdue"),
        ("posted", 5000, date(2026, 3, 20), "Partly paid"),
        ("posted", 5000, date(2026, 3, 1), "Overdue"),
        ("posted", 0, date(2026, 3, 1), "Paid"),
        ("voided", 0, date(2026, 3, 1), "Voided"),
    ],
)
def test_paid_and_overdue_are_derived(status: str, open_minor: int, due_on: date, word: str) -> None:
    described = describe_document(
        status, kind="invoice", gross_minor=12100, open_minor=open_minor, due_on=due_on, today=TODAY
    )
    assert described.word == word


def test_a_credit_note_is_never_overdue() -> None:
    described = describe_document(
        "posted", kind="credit_note", gross_minor=100, open_minor=0, due_on=date(2026, 1, 1), today=TODAY
    )
    assert described == Status("Posted", "good")


def test_a_completed_bill_run_waits_for_its_review() -> None:
    assert describe_run("completed").word == "To review"
    assert describe("completed").word == "Completed"
