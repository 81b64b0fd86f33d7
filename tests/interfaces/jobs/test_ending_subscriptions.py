"""The minute's look lets subscriptions end by the business clock, on the day that it is where their seller is."""

from datetime import UTC, date, datetime

import pytest

from tallystick.interfaces.jobs.due import look
from tallystick.plumbing.clock import set_clock
from tallystick.subscriptions.models import Subscription
from tests.support.builders import build_account, build_plan, build_seller, build_service, build_subscription

pytestmark = pytest.mark.django_db


def test_a_subscription_ends_when_its_sellers_day_begins() -> None:
    seller = build_seller()  # in Amsterdam, two hours ahead of UTC from 29 March on
    plan, service = build_plan(seller), build_service(seller)
    build_subscription(build_account(seller), plan, service, ends_on=date(2026, 4, 1))

    def status_at(instant: datetime) -> str:
        set_clock(instant)
        look(timestamp=0)
        return Subscription.objects.values_list("status", flat=True).get()

    assert status_at(datetime(2026, 3, 31, 21, 59, tzinfo=UTC)) == "active"
    assert status_at(datetime(2026, 3, 31, 22, 0, tzinfo=UTC)) == "expired"
