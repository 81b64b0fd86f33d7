"""Write what answers meant for attempts, in bulk: the rows, their events, their purposes, and the calls themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tallystick.payments.core.answers import Answer, Done, NotSent, Refused, Snapshot, Unknown
from tallystick.payments.core.attempt_lifecycle import FINAL
from tallystick.payments.core.verdicts import AttemptState, Verdict
from tallystick.payments.models import AttemptPurpose, GatewayCall, PaymentAttempt
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows

ATTEMPTS = PaymentAttempt._meta.db_table
CALLS = GatewayCall._meta.db_table

#: What a verdict changes, with the column's type.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("status", "text"),
    ("looks", "smallint"),
    ("misses", "smallint"),
    ("gateway_ref", "text"),
    ("dashboard_url", "text"),
    ("observed_at", "timestamptz"),
    ("quarantine_reason", "text"),
    ("look_again_at", "timestamptz"),
    ("failure_code", "text"),
    ("failure_detail", "text"),
    ("final_at", "timestamptz"),
)


class Judged(NamedTuple):
    """An attempt as it was read, what was known of it before an answer, and the verdict on that answer."""

    attempt: PaymentAttempt
    before: AttemptState
    verdict: Verdict


def write_verdicts(judged: Sequence[Judged], *, at: datetime, actor: Actor) -> None:
    """Bring the attempts, which the caller has locked, to what the last verdict on each says; append their events."""
    last = {each.attempt.pk: each.verdict for each in judged}
    if not last:
        return
    rows = [(attempt_id, *_compose_row(verdict)) for attempt_id, verdict in last.items()]
    assignments = ", ".join(f"{name} = v.{name}" for name, _ in COLUMNS)
    arrays = ", ".join(("%s::bigint[]", *(f"%s::{kind}[]" for _, kind in COLUMNS)))
    names = ", ".join(("id", *(name for name, _ in COLUMNS)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ATTEMPTS} a SET {assignments} FROM unnest({arrays}) AS v ({names}) WHERE a.id = v.id",
            [list(column) for column in zip(*rows, strict=True)],
        )
    record_events((event for each in judged if (event := _find_event(each))), at=at, actor=actor)
    final = [attempt_id for attempt_id, verdict in last.items() if verdict.state.status in FINAL]
    AttemptPurpose.objects.filter(attempt_id__in=final, is_live=True).update(is_live=False)


def _compose_row(verdict: Verdict) -> tuple[Any, ...]:
    values = {**verdict.state._asdict(), "look_again_at": verdict.look_again_at}
    return tuple(values[name] for name, _ in COLUMNS)


def _find_event(judged: Judged) -> Moved | None:
    attempt_id, before, verdict = judged.attempt.pk, judged.before, judged.verdict
    after = verdict.state
    if after.quarantine_reason != before.quarantine_reason:
        return Moved(attempt_id, "hold", before.status, after.status, after.quarantine_reason)
    return Moved(attempt_id, verdict.event, before.status, after.status, verdict.reason) if verdict.event else None


def log_calls(answers: Sequence[Answered], *, at: datetime) -> None:
    """Append a line for each call: which of the four answers it got, and why. No card data."""
    copy_rows(
        CALLS,
        ("attempt_id", "operation", "outcome", "detail", "duration_ms", "at"),
        ((each.attempt_id, each.operation, *_describe(each.answer), each.duration_ms, at) for each in answers),
    )


def _describe(answer: Answer[Snapshot | None]) -> tuple[str, str]:
    match answer:
        case Done(value=None):
            return "missing", ""
        case Done(value=snapshot):
            return "done", str(snapshot.status) if snapshot else ""
        case Refused(failure=failure):
            return "refused", f"{failure.code} {failure.raw_code}".strip()[:300]
        case NotSent(reason=reason):
            return "not_sent", reason[:300]
        case Unknown(reason=reason):
            return "unknown", reason[:300]
