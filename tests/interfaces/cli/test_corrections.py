"""Corrections by command: what they say, what they ask first, and how they end."""

from __future__ import annotations

import pytest

from tallystick.delivery.models import Delivery
from tallystick.invoicing.models import Document
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.command_line import CommandLine

INVOICE = "ACME-INV-000001"


@pytest.fixture
def company(tallystick: CommandLine) -> BilledCompany:
    return build_billed_company()


@pytest.mark.rule("ZUO-24", "ZUO-25")
def test_credit_and_debit_notes_are_issued_and_shown(tallystick: CommandLine, company: BilledCompany) -> None:
    credit = ("invoice", "credit", INVOICE, "--reason", "agreed by phone", "--yes")
    assert tallystick.do(*credit, "--gross-minor", "2000").out == "ACME-CN-000001 over 20.00 EUR is posted.\n"
    note = tallystick.do(*credit, "--line", "1=1000", "--reason-code", "goodwill", "--json").json
    assert (note["net_minor"], note["corrects_id"], note["status"]) == (10_00, company.invoice.pk, "posted")
    too_much = tallystick(*credit, "--line", "1=9999999")
    assert too_much.status == 1 and "[credit_too_large]" in too_much.err
    assert "is not a line with its amount" in tallystick(*credit, "--line", "one").err
    assert "is not a date" in tallystick(*credit, "--net-minor", "5", "--date", "soon").err

    drafted = tallystick.do("invoice", "debit", INVOICE, "--line", "1=500", "--reason", "one more", "--draft", "--json")
    draft = f"draft:{drafted.json['id']}"
    assert "ACME-DN-000001" in tallystick.do("invoice", "post", draft).out
    assert tallystick("invoice", "post", draft).status == 1
    shown = tallystick.do("invoice", "show", INVOICE, "--json").json
    assert [event["event"] for event in shown["events"]][-3:] == ["credit", "credit", "debit"]


@pytest.mark.rule("ZUO-26")
def test_a_reversal_asks_first_and_says_what_it_did(
    tallystick: CommandLine, company: BilledCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("typer.confirm", lambda question, **_: asked.append(question))
    done = tallystick.do("invoice", "reverse", INVOICE, "--reason", "wrong price")
    assert asked == [f"Post a reversal over 121.00 EUR (21.00 EUR of it tax) against {INVOICE}? It can't be changed."]
    assert done.out == f"{INVOICE} is reversed by ACME-CN-000001 over 121.00 EUR.\n"
    again = tallystick("invoice", "reverse", INVOICE, "--reason", "again", "--yes")
    assert again.status == 1 and "[already_reversed]" in again.err
    tallystick.do("check")


@pytest.mark.rule("CRM-34", "CRM-35")
def test_documents_are_voided_rejected_and_bills_canceled(tallystick: CommandLine, company: BilledCompany) -> None:
    rejected = tallystick.do("invoice", "reject", f"draft:{company.draft.pk}", "--reason", "ask them", "--json").json
    assert [each["status"] for each in rejected] == ["canceled"]
    tallystick.do("invoice", "credit", INVOICE, "--gross-minor", "2000", "--reason", "agreed", "--yes")
    voided = tallystick.do("invoice", "void", "ACME-CN-000001", "--reason", "not agreed", "--yes", "--json").json
    assert (voided["document"]["status"], voided["reversal"]["number"]) == ("voided", "ACME-DN-000001")
    assert "stands in no bill" in tallystick("invoice", "cancel-bill", "ACME-DN-000001", "--reason", "x", "--yes").err
    out = tallystick.do("invoice", "cancel-bill", INVOICE, "--reason", "wrong month", "--yes").out
    assert out == f"{INVOICE} over 121.00 EUR is voided.\n"
    assert Document.objects.get(pk=company.invoice.pk).status == "voided"


@pytest.mark.rule("ZUO-20", "ZUO-22")
def test_an_invoice_is_sent_again_by_hand_also_to_a_typed_address(
    tallystick: CommandLine, company: BilledCompany
) -> None:
    again = ("invoice", "resend", INVOICE, "--no-wait", "--json")
    assert tallystick.do(*again).json["emails"] == 1
    assert tallystick.do(*again, "--if-changed").json["emails"] == 0
    assert tallystick.do(*again, "--to", "ap@bakery.example").json["emails"] == 1
    assert list(Delivery.objects.order_by("pk").values_list("recipient", flat=True)) == [
        "a-1@customer.example",
        "ap@bakery.example",
    ]
    assert tallystick.do("deliver", INVOICE, "--yes", "--changed", "--no-wait", "--json").json["emails"] == 0
