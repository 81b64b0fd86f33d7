"""Bill runs, invoices and payment runs by the API: what moves money or numbers, and what is refused."""

from __future__ import annotations

import pytest

from tests.support.api import ApiCaller, make_caller
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


@pytest.fixture
def caller(company: BilledCompany) -> ApiCaller:
    return make_caller()


@pytest.mark.parametrize(
    "path", ["/bill-runs", "/bill-runs/{run}/post", "/bill-runs/{run}/cancel", "/payment-runs", "/payment-runs/1/retry"]
)
def test_what_moves_money_or_numbers_needs_an_idempotency_key(
    path: str, caller: ApiCaller, company: BilledCompany
) -> None:
    response = caller.post(path.format(run=company.run.pk), {}, key=None)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_missing")


def test_a_run_that_is_started_twice_with_one_key_is_one_run(caller: ApiCaller) -> None:
    body = {"target_on": "2026-04-01"}
    first = caller.post("/bill-runs", body, key="april")
    again = caller.post("/bill-runs", body, key="april")
    assert first.json()["id"] == again.json()["id"]
    assert len(caller.get("/bill-runs").json()["data"]) == 3
    assert run_jobs().count("bill_run.identify") == 1


def test_a_run_posts_its_invoices_and_tells_where_it_stands(caller: ApiCaller, company: BilledCompany) -> None:
    path = f"/bill-runs/{company.run.pk}"
    assert caller.post(f"{path}/post").json()["status"] == "posting"
    run_jobs()
    run = caller.get(path).json()
    assert (run["status"], run["documents"], run["posted_documents"]) == ("posted", 1, 1)
    assert run["totals"] == [{"currency": "EUR", "net_minor": 100_00, "tax_minor": 21_00, "gross_minor": 121_00}]
    assert [event["event"] for event in run["events"]][-2:] == ["post", "finish_post"]


def test_posting_twice_and_canceling_what_is_posted_are_refused_with_the_reason(
    caller: ApiCaller, company: BilledCompany
) -> None:
    path = f"/bill-runs/{company.posted_run.pk}"
    twice = caller.post(f"{path}/post")
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_run_state")
    assert "it is posted already" in twice.json()["detail"]
    canceled = caller.post(f"{path}/cancel", {"reason": "too late"})
    assert canceled.status_code == 409
    assert "credit notes" in canceled.json()["detail"]


def test_a_run_that_still_drafts_may_be_posted_with_the_same_key_later(caller: ApiCaller) -> None:
    run_id = caller.post("/bill-runs", {"target_on": "2026-04-01"}).json()["id"]
    early = caller.post(f"/bill-runs/{run_id}/post", key="post-april")
    assert (early.status_code, early.json()["can_retry"]) == (409, True)
    run_jobs()
    assert caller.post(f"/bill-runs/{run_id}/post", key="post-april").status_code == 202


def test_a_line_of_a_draft_is_changed_and_one_of_a_posted_invoice_is_not(
    caller: ApiCaller, company: BilledCompany
) -> None:
    change = {"net_minor": 50_00, "reason": "agreed by phone"}
    draft = caller.patch(f"/invoices/{company.draft.pk}/lines/1", change).json()
    assert (draft["net_minor"], draft["tax_minor"], draft["gross_minor"]) == (50_00, 10_50, 60_50)
    assert "agreed by phone" in draft["events"][-1]["reason"]
    posted = caller.patch(f"/invoices/{company.invoice.pk}/lines/1", change)
    assert (posted.status_code, posted.json()["code"]) == (409, "wrong_document_state")
    assert caller.patch(f"/invoices/{company.draft.pk}/lines/9", change).status_code == 404


def test_an_invoice_below_zero_is_a_mistake_in_a_field(caller: ApiCaller, company: BilledCompany) -> None:
    response = caller.patch(f"/invoices/{company.draft.pk}/lines/1", {"net_minor": -1, "reason": "why not"})
    assert (response.status_code, response.json()["code"]) == (422, "negative_document")
    assert response.json()["errors"][0]["pointer"] == "#/net_minor"


def test_an_account_is_dropped_from_a_run_and_drafted_again(caller: ApiCaller, company: BilledCompany) -> None:
    path = f"/bill-runs/{company.run.pk}/accounts"
    one = f"{path}/{company.other_account.pk}"
    assert caller.post(f"{one}/drop", {"reason": "disputed"}).status_code == 204
    dropped = caller.get(path, status="dropped").json()["data"]
    assert [(row["account"], row["reason"]) for row in dropped] == [("A-2", "disputed")]
    assert caller.post(f"{one}/regenerate").status_code == 204
    assert caller.get(path, status="dropped").json()["data"] == []


def test_open_invoices_are_found(caller: ApiCaller, company: BilledCompany) -> None:
    found = caller.get("/invoices", is_open="true").json()["data"]
    assert [(invoice["number"], invoice["open_minor"]) for invoice in found] == [(company.invoice.number, 121_00)]


def test_an_invoice_comes_as_pdf_under_its_number(caller: ApiCaller, company: BilledCompany) -> None:
    response = caller.get(f"/invoices/{company.invoice.pk}/pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{company.invoice.number}.pdf"'
    assert response.content.startswith(b"%PDF-")


def test_only_posted_invoices_are_delivered(caller: ApiCaller, company: BilledCompany) -> None:
    response = caller.post("/deliveries", {"invoice_ids": [company.draft.pk]})
    assert (response.status_code, response.json()["code"]) == (409, "documents_not_posted")
    queued = caller.post("/deliveries", {"run_id": company.posted_run.pk}).json()
    assert (queued["emails"], queued["prints"]) == (1, 1)
    assert caller.post("/deliveries", {"run_id": company.posted_run.pk}).json()["already"] == 2


def test_the_books_are_in_order(caller: ApiCaller) -> None:
    check = caller.get("/check").json()
    assert check["is_ok"]
    assert check["breaches"] == []


def test_a_run_with_an_unusual_date_is_made_and_says_so(caller: ApiCaller) -> None:
    usual = caller.post("/bill-runs", {"target_on": "2026-04-01"}, key="april").json()
    assert usual["date_warnings"] == []
    far = caller.post("/bill-runs", {"target_on": "2026-04-02", "invoice_on": "2025-03-01"}, key="far")
    assert far.status_code == 202
    assert [(each["code"], each["field"]) for each in far.json()["date_warnings"]] == [
        ("target_far_ahead", "target_on"),
        ("invoice_date_far_off", "invoice_on"),
    ]
