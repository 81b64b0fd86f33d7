"""Schedules, previews and runs that post themselves, through the API."""

from datetime import date

import pytest

from tallystick.invoicing.models import BillRun, BillRunSchedule
from tests.support.api import make_caller
from tests.support.billed_company import build_billed_company
from tests.support.jobs import run_jobs
from tests.support.schedules import advance_to, tell_runs

pytestmark = pytest.mark.django_db

MONTH_END = {
    "name": "month end",
    "frequency": "monthly",
    "month_day": 31,
    "starts_on": "2026-03-01",
    "run_time": "06:00",
    "target": {"months": 1, "month_day": 1},
    "invoice": {"months": 1, "month_day": 1},
}


@pytest.mark.rule("ZUO-1", "ZUO-3")
def test_a_schedule_is_made_shown_and_runs() -> None:
    build_billed_company()
    api = make_caller()
    made = api.post("/bill-run-schedules", MONTH_END)
    assert made.status_code == 201
    assert made.json()["planned"][:2] == [
        {"run_on": "2026-03-31", "target_on": "2026-04-01", "invoice_on": "2026-04-01"},
        {"run_on": "2026-04-30", "target_on": "2026-05-01", "invoice_on": "2026-05-01"},
    ]
    advance_to(date(2026, 4, 1))
    shown = api.get(f"/bill-run-schedules/{made.json()['id']}").json()
    assert [(run["number"], run["status"]) for run in shown["runs"]] == [
        ("BR-000004", "pending"),
        ("BR-000003", "completed"),
    ]
    assert [each["name"] for each in api.get("/bill-run-schedules", status="active").json()["data"]] == ["month end"]
    run = api.get(f"/bill-runs/{shown['runs'][1]['id']}").json()
    assert (run["summary"]["invoices"], run["summary"]["posted_percent"], run["warnings"]) == (2, 0, [])


@pytest.mark.rule("ZUO-11")
def test_it_is_paused_resumed_and_canceled_as_a_series() -> None:
    build_billed_company()
    api = make_caller()
    address = f"/bill-run-schedules/{api.post('/bill-run-schedules', MONTH_END).json()['id']}"
    assert api.post(f"{address}/pause", {"reason": "holiday"}).json()["status"] == "paused"
    assert api.post(f"{address}/pause", {"reason": "holiday"}).json()["code"] == "wrong_schedule_state"
    resumed = api.post(f"{address}/resume", {"runs_now": True}).json()
    assert (resumed["status"], len(resumed["runs"])) == ("active", 2)
    ended = api.post(f"{address}/cancel", {"reason": "sold"}).json()
    assert [event["event"] for event in ended["events"]] == ["create", "pause", "resume", "cancel"]
    assert BillRunSchedule.objects.get().status == "canceled"


@pytest.mark.rule("ZUO-16", "ZUO-51")
def test_options_of_auto_post_are_refused_while_the_rule_is_off_and_come_with_advice_when_it_is_on() -> None:
    build_billed_company()
    api = make_caller()
    asked = {"target_on": "2026-04-01", "auto_posts": True, "auto_emails": True}
    refused = api.post("/bill-runs", asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "auto_post_not_supported")
    assert "supports_auto_post" in refused.json()["detail"]
    rule = api.send("PUT", "/sellers/acme/auto-post", {"supports_auto_post": True})
    assert rule.json()["warnings"][0].startswith("Recommended after about 6 months")
    started = api.post("/bill-runs", asked).json()
    assert started["warnings"] == [
        "Recommended after about 6 months or more of billing and/or with very simple pricing;"
        " this seller has billed for no full month yet.",
        "Nobody will check the invoices before posting and mailing.",
    ]
    run_jobs()
    run = api.get(f"/bill-runs/{started['id']}").json()
    assert (run["status"], run["summary"]["posted_percent"], run["summary"]["emails_sent"]) == ("posted", 100, 2)


@pytest.mark.rule("ZUO-12")
def test_a_canceled_run_is_deleted_and_any_other_is_not() -> None:
    company = build_billed_company()
    api = make_caller()
    address = f"/bill-runs/{company.run.pk}"
    assert api.post(f"{address}/delete", {"reason": "a try"}).json()["code"] == "run_not_deletable"
    api.post(f"{address}/cancel", {"reason": "wrong date"})
    run_jobs()
    gone = api.post(f"{address}/delete", {"reason": "a try"}).json()
    assert (gone["number"], gone["documents"], gone["reason"]) == ("BR-000002", 1, "a try")
    assert api.get(address).status_code == 404


@pytest.mark.rule("ZUO-8")
def test_a_preview_is_a_file_and_its_failures_another() -> None:
    build_billed_company()
    api = make_caller()
    made = api.post("/preview-runs", {"target_on": "2026-06-01", "includes_drafts": True}).json()
    address = f"/preview-runs/{made['id']}"
    assert api.get(f"{address}/file").json()["code"] == "preview_not_ready"
    run_jobs()
    assert api.get(address).json()["status"] == "completed"
    file = b"".join(api.get(f"{address}/file").streaming_content).decode()
    assert file.splitlines()[0].startswith("account,name,source")
    assert b"".join(api.get(f"{address}/failures").streaming_content).decode().split() == ["account,name,reason"]
    assert [each["number"] for each in api.get("/preview-runs").json()["data"]] == ["PV-000001"]


@pytest.mark.rule("ZUO-4", "ZUO-7")
def test_a_run_takes_every_filter_and_exclusion_and_may_only_catch_up() -> None:
    build_billed_company()
    api = make_caller()
    choices = {
        "billing_modes": ["managed"],
        "plans": ["basic"],
        "subscriptions": ["S-A-1"],
        "excluded_kinds": ["one_off", "usage"],
        "failure_rule": "invoice",
        "renews_terms": False,
    }
    run = api.post("/bill-runs", {"target_on": "2026-04-01", **choices}).json()
    assert {name: run[name] for name in ("excluded_kinds", "failure_rule", "renews_terms")} == {
        "excluded_kinds": ["one_off", "usage"], "failure_rule": "invoice", "renews_terms": False,
    }  # fmt: skip
    assert run["filters"] == {name: choices[name] for name in ("billing_modes", "plans", "subscriptions")}
    mixed = api.post("/bill-runs", {"target_on": "2026-04-01", "segments": ["all", "retail"]})
    assert (mixed.status_code, mixed.json()["code"]) == (422, "invalid_input")
    caught = api.post("/bill-runs", {"target_on": "2026-04-01", "kind": "catch_up"}).json()
    run_jobs()
    assert BillRun.objects.get(pk=caught["id"]).kind == "catch_up"
    assert len(tell_runs()) == 4


@pytest.mark.rule("ZUO-35")
def test_a_payment_schedule_after_postings_says_whether_it_takes_earlier_invoices_along() -> None:
    build_billed_company()
    api = make_caller()
    billing = api.post("/bill-run-schedules", MONTH_END).json()
    after = {"name": "after", "after_bill_run_schedule_id": billing["id"], "after_hours": 3}
    usual = api.post("/payment-run-schedules", after).json()
    assert (usual["only_bill_run"], usual["takes"]) == (
        False,
        "all accounts; invoices of each run, and earlier ones that may be tried again",
    )
    narrow = api.post("/payment-run-schedules", {**after, "name": "narrow", "only_bill_run": True}).json()
    assert (narrow["takes"], narrow["runs"][0]["only_bill_run"]) == ("all accounts; only invoices of each run", True)
    change = {"choices": {"only_bill_run": False}, "reason": "no other run tries again"}
    changed = api.patch(f"/payment-run-schedules/{narrow['id']}", change).json()
    assert (changed["takes"], changed["runs"][0]["only_bill_run"]) == (usual["takes"], False)
    days = {"name": "days", "frequency": "daily", "starts_on": "2030-03-02", "only_bill_run": True}
    assert "names a bill run" in api.post("/payment-run-schedules", days).json()["detail"]
