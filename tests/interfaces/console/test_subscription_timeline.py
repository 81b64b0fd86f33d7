"""A subscription's page tells what lies ahead and what happened, in order of time; what was refused is a task."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from tallystick.interfaces.console.reads.line_words import write_period
from tallystick.interfaces.console.reads.subscription_timeline import Entry, list_timeline
from tallystick.journeys.take_action import take_action
from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.subscriptions.core.action_kinds import ADD_EXPENSE, CHANGE_QUANTITY
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import DeactivationCandidate, SubscriptionService
from tallystick.subscriptions.operations.pause_service import pause_service
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import ACTOR, build_service
from tests.support.catalogs import fill_plan
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db

THE_ELEVENTH = datetime(2026, 3, 11, 9, tzinfo=UTC)


@pytest.fixture
def company() -> BilledCompany:
    company = build_billed_company()
    build_service(company.seller, code="visit", unit_price="50.00", kind="one_off")
    fill_plan(company.seller, company.plan.code, optional=["visit"])
    clock.set_clock(THE_ELEVENTH)
    return company


def add_visit(company: BilledCompany, *, on: date) -> None:
    action = Action(ADD_EXPENSE, on, (NewService("visit", on),))
    take_action(company.subscription.pk, action=action, reason="asked", at=clock.now(), actor=ACTOR)


@pytest.fixture
def viewer() -> Client:
    client = Client()
    client.force_login(build_staff_user("viewer"))
    return client


def read(client: Client, address: str) -> str:
    page = client.get(f"/console/{address}").content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_it_is_told_in_order_of_time_with_what_is_to_come_first(company: BilledCompany) -> None:
    add_visit(company, on=date(2026, 3, 11))
    add_visit(company, on=date(2026, 4, 2))
    seat = SubscriptionService.objects.get(subscription=company.subscription, service__code="seat")
    clock.set_clock(datetime(2026, 3, 12, 9, tzinfo=UTC))
    pause = {"kind": "resting", "until_on": date(2026, 3, 20), "reason": "on holiday"}
    pause_service(seat.pk, at=clock.now(), actor=ACTOR, **pause)  # type: ignore[arg-type]
    DeactivationCandidate.objects.create(
        account=company.account,
        subscription_service=seat,
        reason="no_funds",
        queued_by="BR-000003",
        queued_at=datetime(2026, 3, 13, 9, tzinfo=UTC),
    )
    clock.set_clock(datetime(2026, 3, 14, 9, tzinfo=UTC))

    told = list_timeline(company.subscription)

    assert [(entry.on.day, entry.what, entry.is_ahead) for entry in told if entry.on >= date(2026, 3, 12)] == [
        (2, "Add an expense, as scheduled", True),
        (20, "Seat goes on", True),
        (13, "Seat was not renewed and waits to be switched off", False),
        (12, "Seat rests", False),
    ]
    assert [entry.what for entry in told if entry.on == date(2026, 3, 11)][-1] == "Visit starts"
    billed = [entry for entry in told if entry.what.startswith("Invoice ")]
    assert [entry.what for entry in billed] == [
        "Invoice ACME-INV-000002 posted, 60.50 EUR",
        "Invoice ACME-INV-000001 posted, 121.00 EUR",
    ]
    assert billed[1].why == f"Seat, {write_period(date(2026, 3, 1), end_on=date(2026, 4, 1))}"
    assert told[-1] == Entry(date(2026, 3, 1), "Seat starts", tone="good")


def test_a_refused_action_is_a_task_of_today_until_two_weeks_have_passed(
    company: BilledCompany, viewer: Client
) -> None:
    add_visit(company, on=date(2026, 3, 16))
    seat = SubscriptionService.objects.get(subscription=company.subscription)
    again = Action(CHANGE_QUANTITY, date(2026, 3, 16), (NewService("seat", date(2026, 3, 16)),), (seat.pk,))
    for _ in range(2):
        take_action(company.subscription.pk, action=again, reason="twice", at=clock.now(), actor=ACTOR)
    clock.set_clock(datetime(2026, 3, 16, 9, tzinfo=UTC))
    work_off_due(at=clock.now(), actor=ACTOR)  # the second finds the seat replaced by the first

    listed = read(viewer, "scheduled-actions/?state=refused")
    assert "Change a quantity" in listed and "Add an expense" not in listed
    assert "1 scheduled action refused on the day" in read(viewer, "")
    clock.set_clock(datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert "refused on the day" not in read(viewer, "")


def test_a_change_of_quantity_is_told_with_the_quantity_before_and_after(company: BilledCompany) -> None:
    for day, quantity in ((date(2026, 3, 16), 5), (date(2026, 3, 17), 3)):
        seat = SubscriptionService.objects.get(subscription=company.subscription, ends_on__isnull=True)
        changed = NewService("seat", day, quantity=Decimal(quantity))
        action = Action(CHANGE_QUANTITY, day, (changed,), (seat.pk,))
        take_action(company.subscription.pk, action=action, reason="", at=clock.now(), actor=ACTOR)
        clock.set_clock(datetime(2026, 3, day.day, 9, tzinfo=UTC))
        work_off_due(at=clock.now(), actor=ACTOR)

    told = {entry.what for entry in list_timeline(company.subscription)}
    assert {"Seat replaced", "5 × Seat added", "5 × Seat replaced", "3 × Seat added"} <= told
