"""Money that names no invoice is recorded for its account: what is due is settled, the rest is credit to spend."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tallystick.interfaces.cli.commands import build_application
from tallystick.invoicing.errors import TransferInvalid
from tallystick.journeys.check_books import check_books
from tallystick.journeys.record_transfer import record_account_transfer
from tallystick.ledger.queries.balances import find_balance
from tallystick.payments.models import Payment
from tests.support.api import make_caller
from tests.support.builders import ACTOR, AT
from tests.support.corrections import bill, build_company

pytestmark = pytest.mark.django_db


def test_money_of_an_account_settles_what_is_due_and_the_rest_is_its_credit() -> None:
    (invoice,) = bill(build_company("100.00"))

    answer = make_caller().post(
        f"/accounts/{invoice.account_id}/payments", {"amount_minor": 13000, "reference": "statement 17"}
    )

    assert (answer.status_code, answer.json()["kind"], answer.json()["reference"]) == (201, "transfer", "statement 17")
    balance = find_balance(invoice.account_id)
    assert (balance.receivable_minor, balance.customer_credit_minor) == (0, 900)  # 130.00 - 121.00
    assert list(check_books(actor=ACTOR)) == []


def test_an_account_pays_ahead_at_the_command_line() -> None:
    build_company("100.00")

    told = CliRunner().invoke(build_application("account"), ["account", "pay", "A-1", "--amount", "25.00", "--yes"])

    assert told.output.strip() == "25.00 EUR arrived from A-1; its balance is 25.00 EUR now."


def test_an_amount_that_can_not_be_is_refused_and_nothing_is_booked() -> None:
    (invoice,) = bill(build_company("100.00"))

    with pytest.raises(TransferInvalid, match="must be above 0"):
        record_account_transfer(invoice.account_id, amount_minor=0, reference="", at=AT, actor=ACTOR)
    assert not Payment.objects.exists()
