"""Accounts with saved methods and attempts on them, without a bill run before: payments knows no invoice."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tallystick.accounts.models import Account
from tallystick.journeys.record_money import record_answers
from tallystick.payments.models import PaymentAttempt, PaymentMethod
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, build_account

AMOUNT = 121_00


def build_payer(seller: Seller, number: str, *, external_id: str = "A-1") -> PaymentMethod:
    """An account that pays by this magic card or IBAN; its method."""
    account = build_account(seller, external_id=external_id, billing_mode="self_serve")
    return save_method(account, number)


def save_method(account: Account, number: str) -> PaymentMethod:
    """Save a method as the account's default one."""
    methods = [NewMethod(account.pk, number)]
    store_methods(account.seller, methods=methods, gateway_kind="sandbox", at=clock.now(), actor=ACTOR)
    return PaymentMethod.objects.get(account=account, is_default=True)


def get_method(attempt: PaymentAttempt) -> PaymentMethod:
    """The saved method that an attempt charges; one of a checkout has none."""
    assert attempt.method is not None
    return attempt.method


def compose_attempt(method: PaymentMethod, *, purpose: str = "top-up:1", amount_minor: int = AMOUNT) -> NewAttempt:
    """A charge of the method for something that is no document."""
    return NewAttempt(
        account_id=method.account_id,
        method_id=method.pk,
        gateway_account_id=method.gateway_account_id,
        purpose=purpose,
        amount_minor=amount_minor,
        currency=method.account.currency,
        description="Top-up",
    )


def create_attempt(method: PaymentMethod, *, purpose: str = "top-up:1", amount_minor: int = AMOUNT) -> PaymentAttempt:
    """An attempt that waits to be sent."""
    new = compose_attempt(method, purpose=purpose, amount_minor=amount_minor)
    (attempt_id,) = create_attempts([new], at=clock.now(), actor=ACTOR)
    return PaymentAttempt.objects.get(pk=attempt_id)


def send(attempts: Sequence[PaymentAttempt], *, at: datetime | None = None) -> None:
    """Send attempts and record the answers."""
    at = at or clock.now()
    record_answers(send_attempts([each.pk for each in attempts], at=at, actor=ACTOR), at=at, actor=ACTOR)
    refresh(attempts)


def look_up(attempts: Sequence[PaymentAttempt], *, at: datetime | None = None) -> list[str]:
    """Look attempts up and record the answers; what the gateway was asked for each."""
    at = at or clock.now()
    answers = look_up_attempts([each.pk for each in attempts], at=at, actor=ACTOR)
    record_answers(answers, at=at, actor=ACTOR)
    refresh(attempts)
    return [answered.operation for answered in answers]


def refresh(attempts: Sequence[PaymentAttempt]) -> None:
    """Read attempts anew."""
    for attempt in attempts:
        attempt.refresh_from_db()


def count_by_status(attempts: Sequence[PaymentAttempt]) -> Mapping[str, int]:
    """How many attempts there are in each status."""
    statuses = [each.status for each in attempts]
    return {status: statuses.count(status) for status in sorted(set(statuses))}
