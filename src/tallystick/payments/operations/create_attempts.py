"""Write attempts down before any gateway is called (R1). The database refuses a second live one for a purpose (R3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import connection, transaction

from tallystick.accounts.models import Account
from tallystick.errors import InvariantBroken
from tallystick.payments.errors import AlreadyBeingPaid
from tallystick.payments.models import AttemptPurpose, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows, take_ids
from tallystick.plumbing.permissions import PAYMENTS_COLLECT

ATTEMPTS = PaymentAttempt._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
METHODS = PaymentMethod._meta.db_table
ACCOUNTS = Account._meta.db_table

COLUMNS = (
    "id",
    "account_id",
    "method_id",
    "gateway_account_id",
    "our_id",
    "key",
    "amount_minor",
    "currency",
    "description",
    "created_at",
    "look_again_at",
    "status",
    "gateway_ref",
    "dashboard_url",
    "failure_code",
    "failure_detail",
    "quarantine_reason",
    "sends",
    "looks",
    "misses",
)
#: Of a new attempt: nothing was sent, nothing is known.
BLANK = ("created", "", "", "", "", "", 0, 0, 0)


class NewAttempt(NamedTuple):
    """Charge a saved method for one purpose, or for several at once: then `shares` names each with its part.

    Amounts in minor units; the parts add up to the whole.
    """

    account_id: int
    method_id: int
    gateway_account_id: int
    purpose: str
    amount_minor: int
    currency: str
    description: str
    shares: tuple[tuple[str, int], ...] = ()

    def list_shares(self) -> tuple[tuple[str, int], ...]:
        """What it is for, with the part of each."""
        return self.shares or ((self.purpose, self.amount_minor),)


def create_attempts(attempts: Sequence[NewAttempt], *, at: datetime, actor: Actor) -> Sequence[int]:
    """Write attempts with their purpose and key; return their ids in the same order.

    All or none, in the caller's transaction if there is one; it must be committed before the gateway is called. Refuses
    AlreadyBeingPaid for a purpose with a live attempt; where two ask at the same instant the database refuses the later
    one. Callers who want to leave such purposes out ask `list_live_purposes` first.
    """
    actor.require(PAYMENTS_COLLECT)
    if not attempts:
        return []
    with transaction.atomic():
        _require_free(attempts)
        _require_own(attempts)
        ids = take_ids(ATTEMPTS, len(attempts))
        copy_rows(ATTEMPTS, COLUMNS, (_compose_row(i, a, at) for i, a in zip(ids, attempts, strict=True)))
        copy_rows(
            PURPOSES,
            ("attempt_id", "purpose", "amount_minor", "is_live"),
            ((i, *share, True) for i, a in zip(ids, attempts, strict=True) for share in a.list_shares()),
        )
        record_events((Moved(i, "create", "", "created") for i in ids), at=at, actor=actor)
    return ids


def _require_free(attempts: Sequence[NewAttempt]) -> None:
    for new in attempts:
        if sum(amount for _, amount in new.list_shares()) != new.amount_minor:
            raise InvariantBroken(f"the parts of a charge for {new.purpose} do not add up to it")
    purposes = [purpose for new in attempts for purpose, _ in new.list_shares()]
    live = AttemptPurpose.objects.filter(purpose__in=purposes, is_live=True)
    purpose = live.values_list("purpose", flat=True).first()
    if purpose is not None:
        raise AlreadyBeingPaid(purpose=purpose)


def _require_own(attempts: Sequence[NewAttempt]) -> None:
    """A method is charged for its own account, at its own gateway, in that account's currency: else we erred."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT n.method_id
              FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
                   AS n (account_id, method_id, gateway_id, currency)
              LEFT JOIN {METHODS} m ON m.id = n.method_id AND m.account_id = n.account_id
                                   AND m.gateway_account_id = n.gateway_id
              LEFT JOIN {ACCOUNTS} a ON a.id = n.account_id AND a.currency = n.currency
             WHERE m.id IS NULL OR a.id IS NULL LIMIT 1
            """,
            [
                [new.account_id for new in attempts],
                [new.method_id for new in attempts],
                [new.gateway_account_id for new in attempts],
                [new.currency for new in attempts],
            ],
        )
        wrong = cursor.fetchone()
    if wrong is not None:
        raise InvariantBroken(f"method {wrong[0]} was to be charged for another account, gateway or currency")


def _compose_row(attempt_id: int, new: NewAttempt, at: datetime) -> tuple[object, ...]:
    # our id and the key are random, not counted: a restored or copied database must never meet its elder's payments
    our_id = uuid4()
    return (
        attempt_id,
        new.account_id,
        new.method_id,
        new.gateway_account_id,
        our_id,
        f"collect-{our_id}",
        new.amount_minor,
        new.currency,
        new.description[:200],
        at,
        at,
        *BLANK,
    )
