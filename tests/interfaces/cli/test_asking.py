"""What sends, charges or books too much asks first; where nobody can answer, it says what to add and does nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tallystick.collection.models import PaymentRun
from tallystick.delivery.models import Delivery
from tallystick.payments.models import Payment
from tallystick.plumbing import clock
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import AT, MARCH, build_seller
from tests.support.command_line import Answer, CommandLine
from tests.support.stories import GOOD_CARD, bill_and_post, build_payers

INVOICE = "ACME-INV-000001"


@pytest.fixture
def company(tallystick: CommandLine, monkeypatch: pytest.MonkeyPatch) -> BilledCompany:
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody is there to answer
    return build_billed_company()


def require_asked(answer: Answer, question: str) -> None:
    assert question in answer.out + answer.err
    assert (answer.status, "Add --yes to go ahead. [nobody_to_ask]" in answer.err) == (1, True)


def test_more_than_is_open_on_an_invoice_asks_and_names_what_becomes_credit(
    tallystick: CommandLine, company: BilledCompany
) -> None:
    pay = ("invoice", "pay", INVOICE, "--amount", "130.00")
    told = "Book 130.00 EUR? That is 9.00 EUR more than the 121.00 EUR open on ACME-INV-000001: 9.00 EUR becomes credit"
    require_asked(tallystick(*pay), told)
    assert not Payment.objects.exists()
    assert "0.00 EUR is open now" in tallystick.do(*pay, "--yes").out


def test_what_is_open_is_booked_without_a_question(tallystick: CommandLine, company: BilledCompany) -> None:
    assert "21.00 EUR is open now" in tallystick.do("invoice", "pay", INVOICE, "--amount", "100.00").out
    assert tallystick("account", "pay", company.account.external_id, "--amount", "21.00").status == 0


def test_more_than_an_account_owes_asks(tallystick: CommandLine, company: BilledCompany) -> None:
    pay = ("account", "pay", company.account.external_id, "--amount", "200.00")
    require_asked(tallystick(*pay), "That is 79.00 EUR more than the 121.00 EUR open: 79.00 EUR becomes credit")
    assert not Payment.objects.exists()


def test_delivering_asks_with_number_and_amount(tallystick: CommandLine, company: BilledCompany) -> None:
    answer = tallystick("deliver", INVOICE, "--channel", "email", "--no-wait")
    require_asked(answer, "Deliver 1 document, 121.00 EUR, by e-mail?")
    assert not Delivery.objects.exists()


def test_charging_asks_with_number_and_amount(tallystick: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    clock.set_clock(AT)
    seller = build_seller()
    build_payers(seller, {"card": GOOD_CARD})
    bill_and_post(seller)
    answer = tallystick("payment-run", "create", "--target", MARCH.isoformat(), "--no-wait")
    require_asked(answer, "Charge 1 invoice, ")
    assert not PaymentRun.objects.exists()


def test_an_answer_that_is_piped_in_counts(
    tallystick: CommandLine, company: BilledCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    tallystick.do("deliver", INVOICE, "--channel", "email", "--no-wait")
    assert Delivery.objects.count() == 1


def test_mail_that_only_goes_into_a_folder_is_told(
    tallystick: CommandLine, company: BilledCompany, settings: Any
) -> None:
    deliver = ("deliver", INVOICE, "--channel", "email", "--again", "--yes", "--no-wait")
    assert "no mail server" not in tallystick.do(*deliver).out
    settings.EMAIL_FILE_PATH = "/somewhere/mail"
    told = "E-mail is written to /somewhere/mail, no mail server is set (TALLYSTICK_EMAIL_URL)."
    assert told in tallystick.do(*deliver).out and told in tallystick.do("invoice", "resend", INVOICE, "--no-wait").out
    assert tallystick.do(*deliver, "--json").json["mail_folder"] == "/somewhere/mail"


@pytest.mark.parametrize(
    "arguments",
    [
        ("rollup", "billing", "--csv"),
        ("invoice", "pdf", INVOICE, "--output"),
        ("deliver", INVOICE, "--output"),
        ("bill-run", "preview", "--target", "2026-03-31", "--file"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_refused_naming_the_option(
    tallystick: CommandLine, company: BilledCompany, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    path = tmp_path / "missing" / "file"
    answer = tallystick(*arguments, str(path))
    assert answer.status == 1 and "Traceback" not in answer.err
    assert f"{path} can't be written: No such file or directory." in answer.err
    assert f"Choose another place with {arguments[-1]}." in answer.err
