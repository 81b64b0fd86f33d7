"""Write an attempt of kind checkout down before a gateway is asked for its page (R1): a customer is going to pay."""

from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction

from tallystick.errors import InvariantBroken
from tallystick.payments.errors import AlreadyBeingPaid
from tallystick.payments.models import AttemptPage, AttemptPurpose, PaymentAttempt
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.payments.queries import list_live_purposes
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT


class NewCheckout(NamedTuple):
    """A customer is to pay for `shares`, each a purpose with its part in minor units, on a page of that gateway.

    `customer_ref` is who the account is there; they come back to `return_url`, in which
    "{attempt}" becomes our id. No mandate is kept (DEM-15).
    """

    account_id: int
    gateway_account_id: int
    customer_ref: str
    currency: str
    shares: tuple[tuple[str, int], ...]
    description: str
    return_url: str
    language: str = ""
    link_id: int | None = None


def create_checkout(new: NewCheckout, *, at: datetime, actor: Actor) -> int:
    """Write the attempt, its purposes, and where its customer comes back to; return its id.

    In the caller's transaction if there is one; it must be committed before the gateway is called. Refuses
    AlreadyBeingPaid for a purpose with a live attempt.
    """
    actor.require(PAYMENTS_COLLECT)
    if not new.shares:
        raise InvariantBroken(f"account {new.account_id} was to pay for nothing")
    with transaction.atomic():
        taken = list_live_purposes([purpose for purpose, _ in new.shares])
        if taken:
            raise AlreadyBeingPaid(purpose=next(iter(taken)))
        our_id = uuid4()
        attempt = PaymentAttempt.objects.create(
            kind="checkout",
            account_id=new.account_id,
            gateway_account_id=new.gateway_account_id,
            our_id=our_id,
            key=f"checkout-{our_id}",
            amount_minor=sum(minor for _, minor in new.shares),
            currency=new.currency,
            description=new.description[:200],
            created_at=at,
            look_again_at=at,
        )
        AttemptPurpose.objects.bulk_create(
            AttemptPurpose(attempt=attempt, purpose=purpose, amount_minor=minor) for purpose, minor in new.shares
        )
        AttemptPage.objects.create(
            attempt=attempt,
            link_id=new.link_id,
            customer_ref=new.customer_ref,
            return_url=new.return_url.replace("{attempt}", str(our_id)),
            language=new.language,
        )
        record_events([Moved(attempt.pk, "create", "", "created")], at=at, actor=actor)
    return attempt.pk
