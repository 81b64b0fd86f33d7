"""Write attempts down before any gateway is called. The database refuses a second live one for the same purpose."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.payments.models import AttemptEvent, AttemptPurpose, PaymentAttempt
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows, take_ids
from tallystick.plumbing.permissions import PAYMENTS_COLLECT

ATTEMPTS = PaymentAttempt._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
EVENTS = AttemptEvent._meta.db_table


class NewAttempt(NamedTuple):
    """Charge a saved method for one purpose, in minor units."""

    account_id: int
    method_id: int
    gateway_account_id: int
    purpose: str
    amount_minor: int
    currency: str
    description: str


def create_attempts(attempts: Sequence[NewAttempt], *, at: datetime, actor: Actor) -> Sequence[int]:
    """Write attempts with their purpose and key; return their ids in the same order.

    Runs in the caller's transaction, which must be committed before the gateway is called. Purposes that are being paid
    already must be left out by the caller (`list_live_purposes`); under a race the database refuses.
    """
    actor.require(PAYMENTS_COLLECT)
    ids = take_ids(ATTEMPTS, len(attempts))
    copy_rows(ATTEMPTS, COLUMNS, (_row(i, a, at) for i, a in zip(ids, attempts, strict=True)))
    copy_rows(
        PURPOSES,
        ("attempt_id", "purpose", "amount_minor", "is_live"),
        ((i, a.purpose, a.amount_minor, True) for i, a in zip(ids, attempts, strict=True)),
    )
    copy_rows(
        EVENTS,
        ("attempt_id", "event", "from_status", "to_status", "at", "actor_kind", "actor_id", "actor_label", "reason"),
        ((i, "create", "", "created", at, actor.kind, actor.id, actor.label, "") for i in ids),
    )
    return ids


COLUMNS = (
    "id",
    "account_id",
    "method_id",
    "gateway_account_id",
    "key",
    "amount_minor",
    "currency",
    "status",
    "description",
    "created_at",
    "look_again_at",
    "sends",
    "misses",
    "gateway_ref",
    "dashboard_url",
    "failure_code",
    "failure_detail",
    "quarantine_reason",
)
NOTHING_YET = (0, 0, "", "", "", "", "")


def _row(attempt_id: int, new: NewAttempt, at: datetime) -> tuple[object, ...]:
    return (
        attempt_id,
        new.account_id,
        new.method_id,
        new.gateway_account_id,
        f"collect-{attempt_id}",
        new.amount_minor,
        new.currency,
        "created",
        new.description,
        at,
        at,
        *NOTHING_YET,
    )
