"""A webhook is a hint to look, never a fact: what its body claims counts for nothing, and what we miss comes again."""

import pytest
from django.test import Client
from structlog.testing import capture_logs

from tallystick.interfaces.webhooks import receiving
from tallystick.payments.core.ports import get_gateway
from tallystick.payments.models import IncomingNotice, Payment, PaymentAttempt, SandboxPayment
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.jobs import run_jobs
from tests.support.payers import build_payer, create_attempt, refresh

pytestmark = pytest.mark.django_db

GOOD, DECLINED = "4242424242424242", "4000000000000002"


def charge(number: str) -> PaymentAttempt:
    """Charged at the gateway; the process died before it knew."""
    clock.set_clock(AT)
    attempt = create_attempt(build_payer(build_seller(), number))
    send_attempts([attempt.pk], at=AT, actor=ACTOR)
    return attempt


def post(client: Client, attempt: PaymentAttempt, **more: str) -> int:
    """A notice about the attempt's payment, with whatever else its sender claims."""
    token = get_gateway("sandbox").notice_token(str(attempt.our_id))
    ref = SandboxPayment.objects.get(our_id=str(attempt.our_id)).ref
    body = "&".join(f"{name}={value}" for name, value in {"id": ref, **more}.items())
    address = f"/hooks/sandbox/acme/test/{token}"
    return client.post(address, body, content_type="application/x-www-form-urlencoded").status_code


@pytest.mark.rule("DEM-56")
@pytest.mark.parametrize(("number", "claimed", "true"), [(DECLINED, "paid", "failed"), (GOOD, "failed", "succeeded")])
def test_what_a_body_claims_counts_for_nothing_and_what_is_fetched_counts(
    client: Client, number: str, claimed: str, true: str
) -> None:
    attempt = charge(number)
    assert post(client, attempt, status=claimed, amount="999999.00") == 200
    run_jobs()
    refresh([attempt])
    assert attempt.status == true
    booked = [] if true == "failed" else [attempt.amount_minor]
    assert list(Payment.objects.values_list("amount_minor", flat=True)) == booked


@pytest.mark.rule("DEM-56")
def test_what_we_could_not_keep_is_answered_with_500_and_kept_when_it_comes_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = charge(GOOD)
    client.raise_request_exception = False

    def fail(kind: str, **_: object) -> int:
        raise ConnectionError("the database went away")

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "receive_notices", fail)
        assert post(client, attempt) == 500
    assert not IncomingNotice.objects.exists()

    assert post(client, attempt) == 200
    run_jobs()
    assert Payment.objects.get().amount_minor == attempt.amount_minor


@pytest.mark.rule("DEM-56")
def test_a_shape_that_nobody_knows_is_logged_and_never_guessed(client: Client) -> None:
    attempt = charge(GOOD)
    token = get_gateway("sandbox").notice_token(str(attempt.our_id))
    with capture_logs() as logs:
        answer = client.post(f"/hooks/sandbox/acme/test/{token}", '{"payment": {"id": 7}}', content_type="text/json")
    assert answer.status_code == 400
    assert [(each["event"], each["gateway"], each["seller"]) for each in logs] == [
        ("notice_refused", "sandbox", "acme")
    ]
    assert run_jobs() == []
    refresh([attempt])
    assert (attempt.status, IncomingNotice.objects.count()) == ("submitting", 0)
