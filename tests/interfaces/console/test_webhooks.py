"""Webhooks in the console: the secret is shown once; a message tells what was sent and what came of it."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from standardwebhooks import Webhook

from tallystick.delivery.models import WebhookEndpoint
from tests.support.billed_company import BilledCompany
from tests.support.jobs import run_jobs
from tests.support.receiver import Receiver, receiving
from tests.support.visitors import Visitor


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_BE_PRIVATE = True
    with receiving() as receiver:
        yield receiver


def test_a_webhook_is_added_tested_and_looked_into(
    company: BilledCompany, receiver: Receiver, sign_in: Callable[[str], Visitor]
) -> None:
    visitor = sign_in("admin")
    visitor.open("webhooks/")
    page = visitor.page
    page.get_by_role("link", name="Add a webhook").first.click()
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("What it is").fill("The shop")
    page.get_by_label("an invoice got its number and is owed (invoice.posted)").check()
    page.get_by_role("button", name="Add it").click()
    secret = page.locator("#secret-text").inner_text()
    page.reload()
    assert page.locator("#secret-text").count() == 0
    page.get_by_role("button", name="Send a test").click()
    run_jobs()
    request = receiver.requests[0]
    assert Webhook(secret).verify(request.body, dict(request.headers))["type"] == "webhook.test"
    page.reload()
    page.get_by_role("table").first.get_by_role("link").first.click()
    assert "Delivered" in page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_text("webhook.test").count() >= 1


def test_a_wrong_address_stays_in_the_form_with_the_reason(
    company: BilledCompany, sign_in: Callable[[str], Visitor]
) -> None:
    visitor = sign_in("admin")
    visitor.open("webhooks/new/")
    visitor.page.get_by_label("Address").fill("http://10.0.0.1/hooks")
    visitor.page.get_by_role("button", name="Add it").click()
    assert visitor.page.get_by_text("must begin with https://").count() == 1
    assert visitor.page.get_by_label("Address").input_value() == "http://10.0.0.1/hooks"
    assert not WebhookEndpoint.objects.exists()
