"""Differences with a gateway on their pages: Today tells of them, both sides are seen, a person explains them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.payments.models import IncomingNotice, ReconciliationFinding
from tallystick.plumbing import clock
from tests.support.builders import AT, build_seller
from tests.support.differences import charge_behind_our_back
from tests.support.payers import build_payer, create_attempt, get_method, send
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.usefixtures("fresh_database")


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(build_staff_user(role))
    return client


def read(client: Client, name: str, *args: int) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ref() -> str:
    """A payment that the gateway made twice for one attempt."""
    clock.set_clock(AT)
    attempt = create_attempt(build_payer(build_seller(), "4242424242424242"))
    send([attempt])
    return charge_behind_our_back(get_method(attempt), our_id=str(attempt.our_id)).ref


def test_a_difference_is_found_seen_from_both_sides_and_explained(ref: str) -> None:
    clerk = sign_in("finance")
    assert "difference between" not in read(clerk, "index")
    told = clerk.post(reverse("admin:differences_compare"), follow=True).content.decode()
    assert "2 payments compared, 1 difference found." in told
    assert "The gateway took money twice for one attempt." in told and ref in told
    assert "1 difference between a gateway and us" in read(clerk, "index")

    finding = ReconciliationFinding.objects.get()
    page = read(clerk, "difference", finding.pk)
    assert "Succeeded, " in page and ref in page
    assert reverse("admin:attempt", args=[finding.attempt_id]) in page
    settle = reverse("admin:difference_settle", args=[finding.pk])
    clerk.post(settle, {"explanation": "given back in the dashboard"})
    assert "Explained" in read(clerk, "difference", finding.pk)
    assert "given back in the dashboard" in read(clerk, "difference", finding.pk)
    assert "difference between" not in read(clerk, "index")


def test_a_viewer_sees_differences_and_explains_none(ref: str) -> None:
    sign_in("finance").post(reverse("admin:differences_compare"))
    viewer, finding = sign_in("viewer"), ReconciliationFinding.objects.get()
    assert "Compare now" not in read(viewer, "differences")
    assert "data-opens" not in read(viewer, "difference", finding.pk).partition("<h1")[2]
    for name, args in (("differences_compare", []), ("difference_settle", [finding.pk])):
        viewer.post(reverse(f"admin:{name}", args=args), {"explanation": "mine"})
    finding.refresh_from_db()
    assert finding.settled_at is None


def test_a_webhook_that_nobody_explained_is_shown_beside_them(ref: str) -> None:
    account = build_payer(build_seller(code="other"), "4242424242424242").gateway_account
    IncomingNotice.objects.create(
        gateway_account=account, payment_ref="tr_odd", status="unexplained", received_at=AT, reason="of no attempt"
    )
    page = read(sign_in("viewer"), "differences")
    assert "tr_odd" in page and "of no attempt" in page
