"""Idempotency keys of the sandbox: each lives an hour from its first use, and stands for one set of parameters."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from tallystick.payments.models import SandboxKey

KEYS = SandboxKey._meta.db_table
KEY_LIFE = timedelta(hours=1)


class UsedKey(NamedTuple):
    """A key within its life: how often it was used, this time included, and the payment or refund it made, if any."""

    key_id: int
    tries: int
    payment_id: int | None
    refund_id: int | None


def is_free(key: str) -> bool:
    """Whether no other call with this key runs; if so it is ours until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])


def use_key(key: str, *, parameters: str, at: datetime) -> UsedKey | None:
    """Count a use of the key; None when it stands for other parameters. After its life it begins anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {KEYS} AS k (key, request_hash, tries, created_at)
            VALUES (%(key)s, %(hash)s, 1, %(at)s)
            ON CONFLICT (key) DO UPDATE SET (tries, payment_id, refund_id, request_hash, created_at) = (
                SELECT k.tries + 1, k.payment_id, k.refund_id, k.request_hash, k.created_at
                 WHERE k.created_at > %(born_at)s
                UNION ALL
                SELECT 1, NULL, NULL, %(hash)s, %(at)s WHERE k.created_at <= %(born_at)s)
            RETURNING id, tries, payment_id, refund_id, request_hash
            """,
            {"key": key, "hash": parameters, "at": at, "born_at": at - KEY_LIFE},
        )
        *used, stored = cursor.fetchone()
    return UsedKey(*used) if stored == parameters else None


def note_payment(key: UsedKey, *, payment_id: int) -> None:
    """Remember which payment the key made: the next use within its life gives the same."""
    SandboxKey.objects.filter(pk=key.key_id).update(payment_id=payment_id)


def note_refund(key: UsedKey, *, refund_id: int) -> None:
    """Remember which refund the key made."""
    SandboxKey.objects.filter(pk=key.key_id).update(refund_id=refund_id)
