"""Apply what gateways answered: whole snapshots, idempotently, late truth included. Says which money arrived."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.payments.core.answers import Done, Snapshot
from tallystick.payments.core.verdicts import AttemptState, judge_answer
from tallystick.payments.models import AttemptPurpose, PaymentAttempt
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.count_disputes import count_disputes
from tallystick.payments.operations.count_outcomes import MethodOutcome, count_outcomes
from tallystick.payments.operations.note_pages import note_pages, settle_links
from tallystick.payments.operations.write_verdicts import Judged, log_calls, write_verdicts
from tallystick.plumbing.actor import Actor


class ArrivedMoney(NamedTuple):
    """An attempt that has just succeeded: the money is ours and must be recorded in this transaction."""

    attempt_id: int
    account_id: int
    gateway: str
    amount_minor: int
    currency: str
    reference: str
    purposes: tuple[str, ...]
    paid_at: datetime
    time_zone: str


def apply_answers(answers: Sequence[Answered], *, at: datetime, actor: Actor) -> list[ArrivedMoney]:
    """Move attempts by their answers, in the caller's transaction; return the money that arrived by them, each once.

    Several answers for one attempt are applied in their order. Locks the attempts by id; the caller, who records the
    money, locks the accounts after that.
    """
    by_attempt: dict[int, list[Answered]] = defaultdict(list)
    for answered in answers:
        by_attempt[answered.attempt_id].append(answered)
    attempts = list(
        PaymentAttempt.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=by_attempt)
        .select_related("gateway_account__seller")
        .order_by("pk")
    )
    owners = _find_owners(attempts, answers)
    judged = [each for attempt in attempts for each in _judge(attempt, by_attempt[attempt.pk], at, owners)]
    log_calls(answers, at=at)
    write_verdicts(judged, at=at, actor=actor)
    note_pages(answers)
    settle_links([each.attempt.pk for each in judged if each.verdict.paid_at is not None], at=at)
    count_outcomes([outcome for each in judged if (outcome := _find_outcome(each))], at=at)
    count_disputes(dict(list_snapshots(answers)), at=at)
    return _list_arrived(judged)


def list_snapshots(answers: Sequence[Answered]) -> list[tuple[int, Snapshot]]:
    """What gateways showed of payments, with the attempt of each."""
    return [
        (each.attempt_id, each.answer.value)
        for each in answers
        if isinstance(each.answer, Done) and isinstance(each.answer.value, Snapshot)
    ]


def _judge(
    attempt: PaymentAttempt, answers: Sequence[Answered], at: datetime, owners: dict[tuple[int, str], set[int]]
) -> list[Judged]:
    state = _read_state(attempt)
    judged = []
    for answered in answers:
        ref = _get_ref(answered)
        others = owners.get((attempt.gateway_account_id, ref), set()) - {attempt.pk}
        verdict = judge_answer(state, answer=answered.answer, at=at, foreign_refs={ref} if others else ())
        judged.append(Judged(attempt, state, verdict))
        state = verdict.state
    return judged


def _read_state(attempt: PaymentAttempt) -> AttemptState:
    return AttemptState(
        our_id=str(attempt.our_id),
        is_test=attempt.gateway_account.mode == "test",
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        status=attempt.status,
        sends=attempt.sends,
        looks=attempt.looks,
        misses=attempt.misses,
        last_sent_at=attempt.sent_at or attempt.created_at,
        gateway_ref=attempt.gateway_ref,
        dashboard_url=attempt.dashboard_url,
        observed_at=attempt.observed_at,
        quarantine_reason=attempt.quarantine_reason,
        failure_code=attempt.failure_code,
        failure_detail=attempt.failure_detail,
        final_at=attempt.final_at,
    )


def _get_ref(answered: Answered) -> str:
    answer = answered.answer
    return answer.value.ref if isinstance(answer, Done) and answer.value is not None else ""


def _find_owners(attempts: Sequence[PaymentAttempt], answers: Sequence[Answered]) -> dict[tuple[int, str], set[int]]:
    """Which attempts have, or by these answers would get, each reference; by gateway account and reference."""
    accounts = {attempt.pk: attempt.gateway_account_id for attempt in attempts}
    owners: dict[tuple[int, str], set[int]] = defaultdict(set)
    for answered in answers:
        ref = _get_ref(answered)
        if ref and answered.attempt_id in accounts:
            owners[accounts[answered.attempt_id], ref].add(answered.attempt_id)
    rows = PaymentAttempt.objects.filter(
        gateway_account_id__in={account for account, _ in owners}, gateway_ref__in=[ref for _, ref in owners]
    )
    for gateway_account_id, ref, attempt_id in rows.values_list("gateway_account_id", "gateway_ref", "pk"):
        owners[gateway_account_id, ref].add(attempt_id)
    return owners


def _find_outcome(judged: Judged) -> MethodOutcome | None:
    state = judged.verdict.state
    if not judged.verdict.event or state.status not in ("succeeded", "failed"):
        return None
    if judged.attempt.method_id is None:
        return None
    return MethodOutcome(judged.attempt.method_id, state.failure_code)


def _list_arrived(judged: Sequence[Judged]) -> list[ArrivedMoney]:
    successes = [each for each in judged if each.verdict.paid_at is not None]
    purposes: dict[int, list[str]] = defaultdict(list)
    rows = AttemptPurpose.objects.filter(attempt_id__in=[each.attempt.pk for each in successes]).order_by("pk")
    for attempt_id, purpose in rows.values_list("attempt_id", "purpose"):
        purposes[attempt_id].append(purpose)
    return [_compose_arrived(each, tuple(purposes[each.attempt.pk])) for each in successes]


def _compose_arrived(judged: Judged, purposes: tuple[str, ...]) -> ArrivedMoney:
    attempt, verdict = judged.attempt, judged.verdict
    return ArrivedMoney(
        attempt_id=attempt.pk,
        account_id=attempt.account_id,
        gateway=attempt.gateway_account.kind,
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        reference=verdict.state.gateway_ref,
        purposes=purposes,
        paid_at=verdict.paid_at or attempt.created_at,
        time_zone=attempt.gateway_account.seller.time_zone,
    )
