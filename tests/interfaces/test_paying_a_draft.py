"""Paying a draft is refused with the reason, whichever way a person tries it; paying an invoice settles it."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tallystick.collection.errors import BillRunNotPosted
from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.errors import Refusal
from tallystick.interfaces.cli.commands import build_application
from tallystick.invoicing.errors import NothingToPay, TransferInvalid, WrongDocumentState
from tallystick.journeys.check_books import check_books
from tallystick.journeys.record_transfer import record_transfer
from tallystick.ledger.queries.balances import find_balance
from tallystick.money.amount import format_minor
from tallystick.payments.models import Payment
from tests.support.api import make_caller
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import ACTOR, AT, MARCH

pytestmark = pytest.mark.django_db

REASON = "is draft: pay refused; a draft is not owed yet; post it first, then it can be paid."


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


def run_command(*arguments: str) -> str:
    result = CliRunner().invoke(build_application(arguments[0]), list(arguments))
    if isinstance(result.exception, Refusal):
        return f"{result.exception.code}: {result.exception.message}"
    assert result.exit_code == 0, result.output
    return result.output


def test_a_transfer_for_a_draft_is_refused_through_the_api_and_at_the_command_line(company: BilledCompany) -> None:
    name = f"draft:{company.draft.pk}"
    answer = make_caller().post(f"/invoices/{company.draft.pk}/payments", {"amount_minor": 100})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_document_state")
    assert answer.json()["detail"] == f"Document {name} {REASON}"
    assert run_command("invoice", "pay", name) == f"wrong_document_state: Document {name} {REASON}"
    assert not Payment.objects.exists()


def test_a_payment_run_of_a_bill_run_of_drafts_is_refused_everywhere(company: BilledCompany) -> None:
    reason = (
        f"Bill run {company.run.number} is completed: its invoices are drafts, which nobody owes yet. "
        "Post it, then collect it."
    )
    with pytest.raises(BillRunNotPosted, match="drafts"):
        start_payment_run(company.seller, target_on=MARCH, bill_run=company.run, at=AT, actor=ACTOR)
    answer = make_caller().post("/payment-runs", {"target_on": "2026-03-01", "bill_run_id": company.run.pk})
    assert (answer.status_code, answer.json()["detail"]) == (409, reason)
    told = run_command("payment-run", "create", "--bill-run", company.run.number, "--no-wait")
    assert told == f"bill_run_not_posted: {reason}"
    assert not PaymentRun.objects.exists()


def test_a_transfer_pays_its_invoice_and_what_is_left_over_stays_credit(company: BilledCompany) -> None:
    opened = company.invoice.open_minor
    told = run_command(
        "invoice", "pay", str(company.invoice.number), "--amount", format_minor(opened + 500, "EUR"), "--yes"
    )
    company.invoice.refresh_from_db()
    balance = find_balance(company.account.pk)
    assert "0.00 EUR is open now" in " ".join(told.split())
    assert (company.invoice.open_minor, balance.receivable_minor, balance.customer_credit_minor) == (0, 0, 500)
    assert list(check_books(actor=ACTOR)) == []


def test_what_is_paid_already_and_what_makes_no_sense_is_refused(company: BilledCompany) -> None:
    with pytest.raises(TransferInvalid) as refused:
        record_transfer(company.invoice.pk, amount_minor=0, reference="a\nb", at=AT, actor=ACTOR)
    assert [problem.field for problem in refused.value.problems] == ["amount_minor", "reference"]
    record_transfer(company.invoice.pk, reference="statement 17", at=AT, actor=ACTOR)
    payment = Payment.objects.get()
    assert (payment.actor_kind, payment.actor_id, payment.actor_label) == (ACTOR.kind, ACTOR.id, ACTOR.label)
    with pytest.raises(NothingToPay):
        record_transfer(company.invoice.pk, reference="statement 17", at=AT, actor=ACTOR)
    with pytest.raises(WrongDocumentState):
        record_transfer(company.draft.pk, reference="", at=AT, actor=ACTOR)
    assert Payment.objects.count() == 1
