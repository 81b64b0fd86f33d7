"""The same call, sent twice, happens once.

A caller who got no answer can't know whether the call took effect. With a key of its own choice it may send the call
again: what was answered the first time is answered again, and nothing happens twice.

The call's own writes and the memory of its answer are one database transaction: a process killed in between has done
nothing, and the next attempt with the same key starts anew. A call that waits for someone outside (a gateway) can't be
that: no transaction may stay open meanwhile. It commits what it does step by step, so that it must be one that may be
done again; a process killed in between is followed by an attempt that finds what the first one did.

That the key is in use right now is said by an advisory lock, which dies with its holder, not by a row that could be
left behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection, transaction

from tallystick.errors import Conflict, InvalidInput
from tallystick.plumbing.models import IdempotentCall

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255


class IdempotencyKeyReused(InvalidInput):
    """The idempotency key {key} was sent before with another call. Take a new key for a new call."""

    code = "idempotency_key_reused"


class CallStillRunning(Conflict):
    """The call with the idempotency key {key} is still running. Wait a moment, then send it again."""

    code = "idempotent_call_running"
    can_retry = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call was answered. An answer that is not `is_final` is not remembered: the call may be tried again."""

    status: int
    content_type: str
    body: bytes
    is_final: bool = True
    is_replayed: bool = False


def answer_once(
    perform: Callable[[], Answer],
    *,
    credential: str,
    key: str,
    fingerprint: str,
    at: datetime,
    is_calling_out: bool = False,
    after_undo: Callable[[], None] | None = None,
) -> Answer:
    """Answer from memory, or perform the call and remember its answer for KEPT_FOR from the real instant `at`.

    What `perform` wrote is undone when its answer is an error (status 400 and above); not so when it `is_calling_out`:
    then it runs in no transaction but its own. `after_undo` writes what stays of an error all the same. Refuses
    IdempotencyKeyReused when the key came with another `fingerprint` before, CallStillRunning while another process
    performs it.
    """
    with _hold_key(credential, key) if is_calling_out else transaction.atomic():
        if not is_calling_out:
            _lock(credential, key, until="xact")
        remembered = _find_remembered(credential, key, at=at)
        if remembered is not None:
            return _replay(remembered, fingerprint=fingerprint)
        answer = perform() if is_calling_out else _perform_or_undo(perform, after_undo)
        if answer.is_final:
            IdempotentCall.objects.create(
                credential=credential,
                key=key,
                fingerprint=fingerprint,
                status=answer.status,
                content_type=answer.content_type,
                body=answer.body,
                answered_at=at,
            )
        return answer


def remove_expired_calls(*, at: datetime) -> int:
    """Forget answers older than KEPT_FOR at the real instant `at`; return how many."""
    count, _ = IdempotentCall.objects.filter(answered_at__lte=at - KEPT_FOR).delete()
    return count


@contextmanager
def _hold_key(credential: str, key: str) -> Iterator[None]:
    """Keep others out with no transaction open: the lock is the session's."""
    _lock(credential, key, until="session")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_number_of(credential, key)])


def _lock(credential: str, key: str, *, until: Literal["xact", "session"]) -> None:
    """Take the same lock for the rest of the transaction or of the session, or refuse without waiting."""
    function = "pg_try_advisory_xact_lock" if until == "xact" else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_number_of(credential, key)])
        if not cursor.fetchone()[0]:
            raise CallStillRunning(key=key)


def _number_of(credential: str, key: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{credential}\n{key}".encode()).digest()[:8], "big", signed=True)


def _find_remembered(credential: str, key: str, *, at: datetime) -> IdempotentCall | None:
    call = IdempotentCall.objects.filter(credential=credential, key=key).first()
    if call is not None and call.answered_at <= at - KEPT_FOR:
        call.delete()
        return None
    return call


def _replay(call: IdempotentCall, *, fingerprint: str) -> Answer:
    if call.fingerprint != fingerprint:
        raise IdempotencyKeyReused(key=call.key)
    return Answer(call.status, call.content_type, bytes(call.body), is_replayed=True)


def _perform_or_undo(perform: Callable[[], Answer], after_undo: Callable[[], None] | None) -> Answer:
    undo = transaction.savepoint()
    answer = perform()
    if answer.status >= 400:
        transaction.savepoint_rollback(undo)
        if after_undo is not None:
            after_undo()
    else:
        transaction.savepoint_commit(undo)
    return answer
