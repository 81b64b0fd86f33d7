"""A payment run's chunk: prepare a wave, charge it, record what came of it, until nothing of the chunk waits."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.collection.operations.freeze_items import freeze_items
from tallystick.collection.operations.prepare_wave import prepare_wave
from tallystick.collection.operations.record_outcomes import record_outcomes
from tallystick.collection.queries.charging import list_unsent_attempts
from tallystick.collection.queries.schedules import list_due_positions
from tallystick.journeys.collect_attempts import collect_attempts, resolve_attempts
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.session_lock import hold_session_lock

GATEWAY_CALLS_AT_ONCE = 8


def collect_chunk(run_id: int, *, position: int, at: datetime, actor: Actor) -> None:
    """Collect what waits of a chunk. Not inside a transaction: attempts are committed before they are sent.

    Killed in between, a second run of the job first sends what was prepared and not sent, then goes on with the next
    wave; what was sent and not answered is taken up by `resolve_payments`. One worker at a time is at a chunk: another
    would judge a wave before the outcome of the one before it is known.
    """
    with hold_session_lock(f"payment_run:{run_id}:{position}"):
        unsent = list_unsent_attempts(run_id, position=position)
        submit_attempts(run_id, attempt_ids=unsent, at=at, actor=actor)
        while not (wave := prepare_wave(run_id, position=position, at=at, actor=actor)).was_empty:
            submit_attempts(run_id, attempt_ids=wave.attempt_ids, at=at, actor=actor)
        record_outcomes(run_id=run_id, at=at, actor=actor)


def submit_attempts(run_id: int, *, attempt_ids: Sequence[int], at: datetime, actor: Actor) -> None:
    """Charge attempts of a run and note on its items what became of them."""
    collect_attempts(attempt_ids, at=at, actor=actor, concurrency=GATEWAY_CALLS_AT_ONCE)
    if attempt_ids:
        record_outcomes(run_id=run_id, attempt_ids=attempt_ids, at=at, actor=actor)


def work_off_payment_run(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Freeze and charge a run from its beginning to the end of its chunks, here and now; its jobs then find nothing."""
    freeze_items(run_id, at=at, actor=actor)
    for position in list_due_positions(run_id):
        collect_chunk(run_id, position=position, at=at, actor=actor)


def resolve_payments(*, at: datetime, actor: Actor) -> int:
    """The janitor, then every run whose items hear something new by it; returns how many attempts it asked about."""
    asked = resolve_attempts(at=at, actor=actor)
    record_outcomes(at=at, actor=actor)
    return asked
