"""Send attempts to their gateways and record what comes back; look again at those whose outcome is unknown."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from tallystick.invoicing.queries.awaiting import is_shortfall_closed
from tallystick.invoicing.queries.open_credit import list_open_documents
from tallystick.journeys.record_money import DOCUMENT, record_answers
from tallystick.payments.operations.call_gateways import Answered, call_gateways
from tallystick.payments.operations.close_unsent import withdraw_attempts
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.operations.send_attempts import claim_attempts, send_attempts
from tallystick.payments.queries import list_attempts_to_look_up, list_attempts_to_send, list_waiting_purposes
from tallystick.plumbing.actor import Actor

BATCH = 100


def collect_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor, concurrency: int = 1) -> None:
    """Charge attempts that were never sent, in batches. With concurrency, one is recorded while the next is under way.

    Not inside a transaction: a gateway is never called while locks are held. Killed in between, what was sent is found
    again by `resolve_attempts`, never charged twice.
    """
    batches = [attempt_ids[start : start + BATCH] for start in range(0, len(attempt_ids), BATCH)]
    if concurrency > 1 and len(batches) > 1:
        _collect_overlapping(batches, at=at, actor=actor, concurrency=concurrency)
        return
    for batch in batches:
        record_answers(send_attempts(batch, at=at, actor=actor, concurrency=concurrency), at=at, actor=actor)


def _collect_overlapping(batches: Sequence[Sequence[int]], *, at: datetime, actor: Actor, concurrency: int) -> None:
    # a gateway's time is waited for and ours is worked: done in turns, each would stand still for the other
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sender") as sender:
        under_way: Future[list[Answered]] | None = None
        for batch in batches:
            calls = claim_attempts(batch, at=at, actor=actor)
            sent, under_way = under_way, sender.submit(call_gateways, calls, concurrency=concurrency)
            if sent is not None:
                record_answers(sent.result(), at=at, actor=actor)
        if under_way is not None:
            record_answers(under_way.result(), at=at, actor=actor)


def resolve_attempts(*, at: datetime, actor: Actor, concurrency: int = 1) -> int:
    """The janitor: send what waits, look up what is unknown, with a bank or refused, and due; return how many it asked.

    What was to be charged when the attempt was made may have been paid otherwise since: such attempts are withdrawn.
    """
    to_send = list_attempts_to_send(at)
    _withdraw_settled(to_send, at, actor)
    collect_attempts(to_send, at=at, actor=actor, concurrency=concurrency)
    to_look_up = list_attempts_to_look_up(at)
    for start in range(0, len(to_look_up), BATCH):
        batch = to_look_up[start : start + BATCH]
        record_answers(look_up_attempts(batch, at=at, actor=actor, concurrency=concurrency), at=at, actor=actor)
    return len(to_send) + len(to_look_up)


def _withdraw_settled(attempt_ids: Sequence[int], at: datetime, actor: Actor) -> None:
    waiting = list_waiting_purposes(attempt_ids)
    rows = list_open_documents(sorted({each.account_id for each in waiting}))
    open_minor = {f"{DOCUMENT}{row.document.document_id}": row.document.open_minor for row in rows}
    settled = {
        each.attempt_id
        for each in waiting
        if (each.purpose.startswith(DOCUMENT) and open_minor.get(each.purpose, 0) < each.amount_minor)
        or is_shortfall_closed(each.purpose)
    }
    if settled:
        withdraw_attempts(sorted(settled), reason="what it asks for is not wanted any more", at=at, actor=actor)
