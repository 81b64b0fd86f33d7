"""Actions on subscriptions through the API: previewed with their reasons, done once, scheduled, taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tallystick.invoicing.models import Document
from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.subscriptions.models import ScheduledAction, SubscriptionEvent, SubscriptionService
from tests.support.api import Answer, make_caller
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import ACTOR

pytestmark = pytest.mark.django_db

THE_ELEVENTH = datetime(2026, 3, 11, 9, tzinfo=UTC)


@pytest.fixture
def company() -> BilledCompany:
    """Seat at 100.00 a month is billed for March; the clock stands at the eleventh."""
    company = build_billed_company()
    clock.set_clock(THE_ELEVENTH)
    return company


def compose(company: BilledCompany, **more: Any) -> dict[str, Any]:
    service = SubscriptionService.objects.filter(subscription=company.subscription).latest("pk")
    services = [{"service": "seat", "unit_price": "200"}]
    return {"kind": "change_quantity", "services": services, "service_ids": [service.pk], **more}


def send(company: BilledCompany, body: dict[str, Any], *, to: str = "") -> Answer:
    return make_caller("subscriptions.act").post(f"/subscriptions/{company.subscription.pk}/actions{to}", body)


def count_documents() -> int:
    return Document.objects.filter(status="posted").count()


@pytest.mark.rule("CRM-26")
def test_a_preview_says_what_would_be_billed_and_why_and_keeps_nothing(company: BilledCompany) -> None:
    shown = send(company, compose(company), to="/preview").json()
    assert (shown["status"], shown["currency"], shown["total_minor"]) == ("done", "EUR", 163_93 - 81_97)
    note, invoice = shown["documents"]
    assert (note["kind"], note["net_minor"], note["corrects"], note["number"]) == (
        "credit_note",
        67_74,  # 100.00 x 21/31
        company.invoice.number,
        "",
    )
    assert (invoice["kind"], invoice["net_minor"], invoice["id"]) == ("invoice", 135_48, None)  # 200.00 x 21/31
    assert note["lines"][0]["why"] == (
        "100.00 billed by ACME-INV-000001 − 1 × 100.00 × 10/31 = 32.26 for the 10 of 31 days that stay = 67.74"
    )
    assert (note["lines"][0]["period_start_on"], note["lines"][0]["period_end_on"]) == ("2026-03-11", "2026-04-01")
    assert invoice["lines"][0]["why"].startswith("1 × 200.00 × 21/31 = 135.4839… → 135.48; 21 of 31 days")
    assert count_documents() == 1


def test_an_action_that_is_sent_twice_is_done_once(company: BilledCompany) -> None:
    path, body = f"/subscriptions/{company.subscription.pk}/actions", compose(company, reason="dearer")
    caller = make_caller("subscriptions.act")
    first, again = (caller.post(path, body, key="same") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    done = first.json()
    assert [each["net_minor"] for each in done["documents"]] == [67_74, 135_48]
    assert all(each["number"] and each["id"] for each in done["documents"])
    assert count_documents() == 3


def test_a_day_to_come_schedules_it_and_says_so(company: BilledCompany) -> None:
    body = compose(company, on="2026-03-16", reason="from the sixteenth")
    assert send(company, {name: body[name] for name in body if name != "reason"}, to="/preview").json() == {
        "status": "scheduled",
        "scheduled": None,
        "currency": "EUR",
        "total_minor": None,
        "documents": [],
    }
    assert not ScheduledAction.objects.exists()
    answer = send(company, body).json()
    assert (answer["status"], answer["scheduled"]["status"], answer["scheduled"]["on"]) == (
        "scheduled",
        "scheduled",
        "2026-03-16",
    )
    assert count_documents() == 1

    work_off_due(at=datetime(2026, 3, 16, 9, tzinfo=UTC), actor=ACTOR)

    (listed,) = list_scheduled(company, status="done")
    assert (listed["status"], len(listed["document_ids"]), listed["scheduled_by"]) == ("done", 2, "test caller")
    assert list_scheduled(company, status="scheduled") == []


def list_scheduled(company: BilledCompany, **query: str | int) -> list[dict[str, Any]]:
    listed = make_caller("records.read").get(f"/subscriptions/{company.subscription.pk}/actions", **query)
    data: list[dict[str, Any]] = listed.json()["data"]
    return data


def test_scheduled_actions_come_in_pages_and_are_taken_back(company: BilledCompany) -> None:
    ids = [
        send(company, compose(company, on=f"2026-04-{day:02}", reason="later")).json()["scheduled"]["id"]
        for day in (3, 2, 1)
    ]
    path = f"/subscriptions/{company.subscription.pk}/actions"
    page = make_caller().get(path, limit=2).json()
    rest = make_caller().get(path, limit=2, cursor=page["next_cursor"]).json()
    assert [each["id"] for each in [*page["data"], *rest["data"]]] == ids
    assert rest["next_cursor"] is None

    canceled = send(company, {"reason": "not any more"}, to=f"/{ids[0]}/cancel")
    assert (canceled.status_code, canceled.json()["status"], canceled.json()["told"]) == (
        200,
        "canceled",
        "not any more",
    )
    again = send(company, {"reason": "not any more"}, to=f"/{ids[0]}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "scheduled_action_over")
    assert send(company, {"reason": "none"}, to="/987654321/cancel").json()["code"] == "scheduled_action_unknown"


@pytest.mark.rule("CRM-25")
def test_a_refused_action_leaves_one_line_of_history_though_all_else_is_undone(company: BilledCompany) -> None:
    body = compose(company, services=[{"service": "boat"}], reason="a boat")
    refused = send(company, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "subscription_invalid")
    event = SubscriptionEvent.objects.get()
    assert (event.event, event.actor_label) == ("refuse_action", "test caller")
    assert event.reason.startswith("Change a quantity on 2026-03-11: ")
    assert count_documents() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "dance"}, "request_invalid"),
        ({"services": []}, "action_invalid"),
        ({"services": [{"service": "seat", "quantity": 2}]}, "request_invalid"),
        ({"until_on": "2030-01-31"}, "action_invalid"),
        ({"service_ids": [987654321]}, "subscription_service_unknown"),
    ],
)
def test_what_is_wrong_is_told_by_field_or_as_unknown(company: BilledCompany, wrong: dict[str, Any], code: str) -> None:
    answer = send(company, compose(company, **wrong, reason="a try"))
    assert answer.json()["code"] == code, answer.json()
    assert count_documents() == 1


def test_a_write_without_a_key_or_the_permission_is_refused(company: BilledCompany) -> None:
    path, body = f"/subscriptions/{company.subscription.pk}/actions", compose(company, reason="a try")
    assert make_caller().post(path, body, key=None).json()["code"] == "idempotency_key_missing"
    assert make_caller("subscriptions.write", "bill_runs.post").post(path, body).json()["code"] == "forbidden"
