"""Corrections by the API: what they answer, and that a repeated call corrects once."""

from __future__ import annotations

import pytest

from tallystick.invoicing.models import Document
from tests.support.api import ApiCaller, make_caller
from tests.support.billed_company import BilledCompany, build_billed_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


@pytest.fixture
def caller(company: BilledCompany) -> ApiCaller:
    return make_caller()


@pytest.mark.rule("ZUO-24", "ZUO-25")
def test_a_credit_note_is_issued_once_however_often_it_is_asked_for(caller: ApiCaller, company: BilledCompany) -> None:
    path = f"/invoices/{company.invoice.pk}"
    query = "?kind=credit_note&gross_minor=2000"
    preview = caller.get(f"{path}/correction-preview{query}").json()
    assert (preview["net_minor"], preview["tax_minor"], preview["allocated_minor"]) == (16_53, 3_47, 20_00)
    body = {"kind": "credit_note", "gross_minor": 2000, "reason": "agreed", "reason_code": "goodwill"}
    first = caller.post(f"{path}/corrections", body, key="once")
    again = caller.post(f"{path}/corrections", body, key="once")
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    note = first.json()
    assert (note["kind"], note["number"], note["corrects_id"]) == ("credit_note", "ACME-CN-000001", company.invoice.pk)
    assert note["lines"][0]["corrects_position"] == 1
    assert caller.get(path).json()["open_minor"] == 101_00


def test_lines_are_named_by_their_position(caller: ApiCaller, company: BilledCompany) -> None:
    body = {"kind": "debit_note", "lines": [{"position": 1, "net_minor": 500}], "reason": "one more", "posts": False}
    draft = caller.post(f"/invoices/{company.invoice.pk}/corrections", body).json()
    assert (draft["status"], draft["number"], draft["gross_minor"]) == ("draft", None, 6_05)
    posted = caller.post(f"/invoices/{draft['id']}/post").json()
    assert (posted["status"], posted["number"]) == ("posted", "ACME-DN-000001")


@pytest.mark.rule("ZUO-26")
def test_a_reversal_answers_with_both_documents_and_a_second_one_is_refused(
    caller: ApiCaller, company: BilledCompany
) -> None:
    path = f"/invoices/{company.invoice.pk}"
    done = caller.post(f"{path}/reverse", {"reason": "wrong price"}).json()
    assert done["document"]["reversed_at"] is not None and done["document"]["open_minor"] == 0
    assert done["reversal"]["is_reversal"] and done["reversal"]["gross_minor"] == 121_00
    again = caller.post(f"{path}/reverse", {"reason": "wrong price"})
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")


@pytest.mark.rule("CRM-34", "CRM-35")
def test_drafts_are_rejected_and_bills_canceled(caller: ApiCaller, company: BilledCompany) -> None:
    rejected = caller.post(f"/invoices/{company.draft.pk}/reject", {"reason": "ask them"}).json()["data"]
    assert [each["status"] for each in rejected] == ["canceled"]
    bill_id = caller.get(f"/invoices/{company.invoice.pk}").json()["bill_id"]
    canceled = caller.post(f"/bills/{bill_id}/cancel", {"reason": "wrong month"}).json()["data"]
    assert [(each["id"], each["status"]) for each in canceled] == [(company.invoice.pk, "voided")]
    assert Document.objects.get(pk=company.invoice.pk).status == "voided"


def test_what_a_field_is_wrong_with_is_pointed_at(caller: ApiCaller, company: BilledCompany) -> None:
    path = f"/invoices/{company.invoice.pk}/corrections"
    for body, code in (
        ({"kind": "credit_note", "lines": [{"position": 1, "net_minor": 10_001}], "reason": "r"}, "credit_too_large"),
        ({"kind": "debit_note", "reason": "r"}, "correction_empty"),
        ({"kind": "credit_note", "gross_minor": 3, "reason": "r"}, "amount_not_reachable"),
        ({"kind": "credit_note", "net_minor": 5, "reason": "r", "reason_code": "mood"}, "reason_code_unknown"),
        ({"kind": "credit_note", "net_minor": 5, "reason": "r", "dated_on": "2026-02-01"}, "correction_too_early"),
    ):
        answer = caller.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
