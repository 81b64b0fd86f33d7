"""Payment methods and attempts that stand still: found, understood, and let go on by a person with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.payments.models import PaymentAttempt, PaymentMethod, PaymentMethodEvent
from tallystick.plumbing import clock
from tests.support.billed_company import build_billed_company
from tests.support.builders import AT
from tests.support.collected_company import CollectedCompany, collect_month
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def collected() -> CollectedCompany:
    return collect_month(build_billed_company())


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(build_staff_user(role))
    return client


def read(client: Client, name: str, *args: int, state: str = "") -> str:
    """A page."""
    answer = client.get(reverse(f"admin:{name}", args=args) + (f"?state={state}" if state else ""))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_failing_method_is_listed_and_resumed_with_a_reason_that_stays(collected: CollectedCompany) -> None:
    method = PaymentMethod.objects.get(account=collected.short)
    assert (method.state, method.consecutive_failures) == ("valid", 1)
    clerk = sign_in("finance")
    failing = read(clerk, "payment_methods", state="failing")
    assert "Visa •••• 9995" in failing and "Visa •••• 4242" not in failing
    assert "Resume" in read(clerk, "payment_method", method.pk)
    address = reverse("admin:payment_method_resume", args=[method.pk])
    answer = clerk.post(address, {"reason": "they called: the account is filled"}, follow=True)
    assert "Visa •••• 9995 is charged again from the next payment run on." in answer.content.decode()
    assert "they called: the account is filled" in read(clerk, "payment_method", method.pk)
    method.refresh_from_db()
    assert method.consecutive_failures == 0


def test_a_method_that_was_refused_for_good_is_not_offered_to_be_resumed(collected: CollectedCompany) -> None:
    method = PaymentMethod.objects.get(account=collected.short)
    PaymentMethod.objects.filter(pk=method.pk).update(state="invalid")
    clerk = sign_in("finance")
    page = read(clerk, "payment_method", method.pk)
    assert "Refused for good" in page and 'data-opens="resume"' not in page
    answer = clerk.post(reverse("admin:payment_method_resume", args=[method.pk]), {"reason": "no"}, follow=True)
    assert "Nothing was changed." in answer.content.decode()


def test_a_viewer_reads_methods_and_attempts_and_changes_neither(collected: CollectedCompany) -> None:
    method = PaymentMethod.objects.get(account=collected.short)
    attempt = PaymentAttempt.objects.get(account=collected.short)
    hold(attempt)
    viewer = sign_in("viewer")
    assert "data-opens" not in read(viewer, "payment_method", method.pk).partition("<h1")[2]
    assert "data-opens" not in read(viewer, "attempt", attempt.pk).partition("<h1")[2]
    for name, pk in (("payment_method_resume", method.pk), ("attempt_release", attempt.pk)):
        viewer.post(reverse(f"admin:{name}", args=[pk]), {"reason": "I want to"})
    assert not PaymentMethodEvent.objects.exists()
    assert PaymentAttempt.objects.get(pk=attempt.pk).quarantine_reason


def test_the_gateway_is_asked_which_methods_still_stand(collected: CollectedCompany) -> None:
    method = PaymentMethod.objects.get(account=collected.paying)
    clerk = sign_in("finance")
    address = reverse("admin:payment_method_refresh", args=[method.pk])
    assert "the methods stand as they did" in clerk.post(address, follow=True).content.decode()
    PaymentMethod.objects.filter(pk=method.pk).update(state="pending")
    assert "1 method changed" in clerk.post(address, follow=True).content.decode()
    assert "The gateway was asked" in read(clerk, "payment_method", method.pk)


def hold(attempt: PaymentAttempt) -> None:
    PaymentAttempt.objects.filter(pk=attempt.pk).update(quarantine_reason="it says 120.00 EUR")


def test_a_held_attempt_stands_on_today_and_is_released_with_what_was_found(collected: CollectedCompany) -> None:
    attempt = PaymentAttempt.objects.get(account=collected.paying)
    clerk = sign_in("finance")
    assert "payment attempt held" not in read(clerk, "index")
    hold(attempt)
    assert "1 payment attempt held" in read(clerk, "index")
    held = read(clerk, "attempts", state="held")
    assert "Held: it says 120.00 EUR" in held and "Visa •••• 9995" not in held
    address = reverse("admin:attempt_release", args=[attempt.pk])
    clerk.post(address, {"reason": "a typing error at the gateway, mended there"})
    attempt.refresh_from_db()
    assert attempt.quarantine_reason == ""
    assert "a typing error at the gateway, mended there" in read(clerk, "attempt", attempt.pk)


def test_an_attempt_that_stays_open_for_two_weeks_is_overdue(collected: CollectedCompany) -> None:
    attempt = PaymentAttempt.objects.get(account=collected.short)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(status="processing", final_at=None, failure_code="")
    clock.set_clock(AT + timedelta(days=15))
    clerk = sign_in("viewer")
    assert "1 payment attempt open for more than two weeks" in read(clerk, "index")
    assert "Visa •••• 9995" in read(clerk, "attempts", state="overdue")
    assert "a bank never takes that long" in read(clerk, "attempt", attempt.pk)


def test_an_attempt_says_what_it_was_for_which_calls_it_took_and_why_it_failed(collected: CollectedCompany) -> None:
    attempt = PaymentAttempt.objects.get(account=collected.short)
    page = read(sign_in("viewer"), "attempt", attempt.pk)
    invoice = collected.card_run.documents.get(account=collected.short)
    assert f'<a href="{reverse("admin:invoice", args=[invoice.pk])}">{invoice.number}</a>' in page
    assert "There was not enough money on the account." in page
    assert "<td>Collect</td><td>Done" in page
