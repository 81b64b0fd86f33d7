"""Count successes and failures on saved methods (ZUO-42), in the transaction that applies them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from tallystick.payments.core.method_rules import MethodStanding, count_failure, count_success
from tallystick.payments.models import PaymentMethod

METHODS = PaymentMethod._meta.db_table


class MethodOutcome(NamedTuple):
    """An attempt with this method ended: `failure_code` is empty when it succeeded."""

    method_id: int
    failure_code: str


def count_outcomes(outcomes: Sequence[MethodOutcome], *, at: datetime) -> None:
    """Bring the methods' states and counts of failures in a row up to date. Locks them by id."""
    method_ids = sorted({outcome.method_id for outcome in outcomes})
    if not method_ids:
        return
    methods = PaymentMethod.objects.select_for_update(no_key=True).filter(pk__in=method_ids).order_by("pk")
    before = {
        row[0]: MethodStanding(*row[1:])
        for row in methods.values_list("pk", "state", "consecutive_failures", "last_failed_at")
    }
    after = dict(before)
    for outcome in outcomes:
        standing = after[outcome.method_id]
        if outcome.failure_code:
            after[outcome.method_id] = count_failure(standing, code=outcome.failure_code, at=at)
        else:
            after[outcome.method_id] = count_success(standing)
    _save({method_id: standing for method_id, standing in after.items() if standing != before[method_id]})


def _save(standings: dict[int, MethodStanding]) -> None:
    if not standings:
        return
    rows = [(method_id, *standing) for method_id, standing in standings.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {METHODS} m SET state = v.state, consecutive_failures = v.failures, last_failed_at = v.failed_at"
            " FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[])"
            " AS v (id, state, failures, failed_at) WHERE m.id = v.id",
            [list(column) for column in zip(*rows, strict=True)],
        )
