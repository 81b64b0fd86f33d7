"""Call gateways for attempts, several at once, with no transaction open. The only place that waits for a gateway."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Literal, NamedTuple

import structlog
from django.db import connections

from tallystick.payments.core.answers import Answer, Checkout, Collect, Gateway, NotSent, Snapshot, Unknown
from tallystick.payments.core.ports import Holder, find_notify_url, get_gateway
from tallystick.payments.errors import GatewayMissing
from tallystick.payments.operations.pace import wait_for_turn

log = structlog.get_logger()

CallKind = Literal["collect", "checkout", "replay", "payment", "find", "cancel"]


class Call(NamedTuple):
    """One question to a gateway about an attempt, with the key of its `holder`.

    `ref` is the payment's reference there, where we know it.
    """

    attempt_id: int
    gateway: str
    kind: CallKind
    order: Collect | Checkout
    ref: str
    since: datetime
    holder: Holder | None = None


class Answered(NamedTuple):
    """An attempt, what the gateway was asked (`operation`: a CallKind) and what it answered."""

    attempt_id: int
    operation: str
    answer: Answer[Snapshot | None]
    duration_ms: int = 0


def call_gateways(calls: Sequence[Call], *, concurrency: int = 1) -> list[Answered]:
    """Make all calls, up to `concurrency` at once, and return the answers in no particular order. Never raises."""
    if concurrency <= 1 or len(calls) <= 1:
        return [_call(call) for call in calls]
    shares = [calls[n::concurrency] for n in range(min(concurrency, len(calls)))]
    with ThreadPoolExecutor(max_workers=len(shares), thread_name_prefix="gateway") as pool:
        return [answered for answers in pool.map(_call_share, shares) for answered in answers]


def _call_share(calls: Sequence[Call]) -> list[Answered]:
    # a thread has its own connection to the database, in which the sandbox keeps its books; it ends with the thread
    try:
        return [_call(call) for call in calls]
    finally:
        connections.close_all()


def _call(call: Call) -> Answered:
    wait_for_turn(call.gateway)
    started = time.perf_counter()
    answer = _ask(call)
    return Answered(call.attempt_id, call.kind, answer, int((time.perf_counter() - started) * 1000))


def _ask(call: Call) -> Answer[Snapshot | None]:
    try:
        gateway = get_gateway(call.gateway, holder=call.holder)
    except GatewayMissing as error:
        return NotSent(error.message)
    try:
        return _put(call, gateway)
    except Exception as error:
        # a gateway that raises breaks its word, and the money may have moved all the same (ZUO-40)
        log.exception("gateway_raised", gateway=call.gateway, kind=call.kind, attempt=call.attempt_id)
        return Unknown(f"{type(error).__name__}: {error}")


def _put(call: Call, gateway: Gateway) -> Answer[Snapshot | None]:
    if call.kind == "payment":
        return gateway.payment(call.ref)
    if call.kind == "cancel":
        return gateway.cancel(call.ref, key=f"cancel-{call.order.key}")
    if call.kind == "find":
        return gateway.find(call.order.our_id, customer_ref=call.order.customer_ref, since=call.since)
    notify_url = find_notify_url(call.gateway, holder=call.holder, gateway=gateway, our_id=call.order.our_id)
    if isinstance(call.order, Checkout):
        return gateway.checkout(call.order._replace(notify_url=notify_url))
    return gateway.collect(call.order._replace(notify_url=notify_url))
