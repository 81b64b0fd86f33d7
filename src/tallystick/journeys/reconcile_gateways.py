"""The nightly comparison with gateways, in both directions: what can be booked is, what nothing explains is shown."""

from collections.abc import Mapping
from datetime import datetime

from tallystick.journeys.record_money import record_answers
from tallystick.payments.core.answers import Snapshot
from tallystick.payments.core.our_ids import is_uuid
from tallystick.payments.core.reconciling import LOOK_BACK, Finding, compare_ours, compare_theirs
from tallystick.payments.operations.list_at_gateway import (
    TheirSide,
    ask_about_payments,
    list_at_gateway,
    list_news,
)
from tallystick.payments.operations.record_findings import Compared, record_findings
from tallystick.payments.queries.reconciliation import (
    list_accounts_to_reconcile,
    list_charges_booked_since,
    list_charges_by_our_id,
    list_ids_of_others,
    list_refs_in_question,
)
from tallystick.plumbing.actor import Actor

BATCH = 100


def reconcile_gateways(*, at: datetime, actor: Actor) -> list[Compared]:
    """Compare with every gateway account that is switched on; what was written of each.

    Not inside a transaction: gateways are asked. Killed in between, the next one starts anew and finds the same.
    """
    return [reconcile_gateway(each, at=at, actor=actor) for each in list_accounts_to_reconcile()]


def reconcile_gateway(gateway_account_id: int, *, at: datetime, actor: Actor) -> Compared:
    """Compare the payments of the last seven days at one gateway account with ours (R19)."""
    since = at - LOOK_BACK
    theirs = list_at_gateway(gateway_account_id, since=since, actor=actor)
    if theirs.reason:
        return record_findings(gateway_account_id, theirs=theirs, findings=(), found_again=0, at=at, actor=actor)
    # a difference is explained by an answer about its payment, never by the payment growing too old to be listed
    known = {snapshot.ref for snapshot in theirs.payments}
    asked = ask_about_payments(gateway_account_id, refs=list_refs_in_question(gateway_account_id) - known)
    older = [snapshot for snapshot in asked.values() if snapshot is not None]
    theirs = theirs._replace(payments=[*theirs.payments, *older])
    found_again = _record_news(gateway_account_id, theirs, at, actor)
    return _compare(gateway_account_id, theirs, asked, found_again, at, actor)


def _record_news(gateway_account_id: int, theirs: TheirSide, at: datetime, actor: Actor) -> int:
    news = list_news(gateway_account_id, theirs=theirs)
    arrived = 0
    for start in range(0, len(news), BATCH):
        arrived += len(record_answers(news[start : start + BATCH], at=at, actor=actor))
    return arrived


def _compare(
    gateway_account_id: int,
    theirs: TheirSide,
    asked: Mapping[str, Snapshot | None],
    found_again: int,
    at: datetime,
    actor: Actor,
) -> Compared:
    findings = _list_theirs(gateway_account_id, theirs)
    said = {snapshot.ref: snapshot for snapshot in theirs.payments} | dict(asked)
    booked = list_charges_booked_since(gateway_account_id, since=theirs.since)
    said |= ask_about_payments(gateway_account_id, refs={charge.gateway_ref for charge in booked} - said.keys())
    answered = [charge for charge in booked if charge.gateway_ref in said]
    findings += [found for charge in answered if (found := compare_ours(charge, theirs=said[charge.gateway_ref]))]
    return record_findings(
        gateway_account_id,
        theirs=theirs,
        findings=findings,
        found_again=found_again,
        unanswered=list_refs_in_question(gateway_account_id) - said.keys(),
        at=at,
        actor=actor,
    )


def _list_theirs(gateway_account_id: int, theirs: TheirSide) -> list[Finding]:
    told = {snapshot.our_id for snapshot in theirs.payments if is_uuid(snapshot.our_id)}
    others = list_ids_of_others(gateway_account_id, our_ids=told)
    ours = list_charges_by_our_id(gateway_account_id, our_ids=told)
    return compare_theirs(theirs.payments, ours=ours, explained=others)
