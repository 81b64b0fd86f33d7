"""Ask gateways about the payments that notices name, with no transaction open; nothing a notice says is believed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import transaction

from tallystick.payments.core.answers import Answer, Done, Gateway, NotSent, Snapshot, Unknown
from tallystick.payments.core.inbox_schedule import LEASE
from tallystick.payments.core.our_ids import is_uuid
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.errors import GatewayMissing
from tallystick.payments.models import IncomingNotice, MethodSetup, PaymentAttempt
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.refresh_methods import refresh_customer
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE, PAYMENTS_COLLECT

log = structlog.get_logger()


class Asked(NamedTuple):
    """A notice and what came of it: an answer about one of our attempts, or the reason why there is none.

    `is_refused` where the notice proved another payment than the one that it names (R11), `is_about_setup` where it is
    no payment at all: the set-up is looked at by itself, at once; `is_about_methods` where those of a customer were
    looked at.
    """

    notice_id: int
    answered: Answered | None = None
    reason: str = ""
    is_refused: bool = False
    is_about_setup: bool = False
    is_about_methods: bool = False


def ask_about_notices(*, at: datetime, actor: Actor, limit: int = 100) -> list[Asked]:
    """Take the notices whose time has come, each leased for two minutes, and look at their payments.

    Refuses to run inside a transaction: the lease is committed before a gateway is asked.
    """
    actor.require(PAYMENTS_COLLECT)
    if not IncomingNotice.objects.filter(try_at__lte=at).exists():
        return []
    with transaction.atomic(durable=True):
        waiting = IncomingNotice.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        due = waiting.filter(try_at__lte=at).select_related("gateway_account__seller").order_by("try_at", "pk")
        taken = list(due[:limit])
        IncomingNotice.objects.filter(pk__in=[each.pk for each in taken]).update(try_at=at + LEASE)
    return [_ask_about_methods(notice, at, actor) if notice.customer_ref else _ask(notice, at) for notice in taken]


def _ask_about_methods(notice: IncomingNotice, at: datetime, actor: Actor) -> Asked:
    able = actor.also_allowed(PAYMENT_METHODS_WRITE)
    try:
        has_answered = refresh_customer(notice.gateway_account_id, named=notice.customer_ref, at=at, actor=able)
    except GatewayMissing as error:
        return Asked(notice.pk, reason=f"the gateway did not answer: {error.message}"[:300])
    if not has_answered:
        return Asked(notice.pk, reason="the gateway did not answer")
    return Asked(notice.pk, is_about_methods=True)


def _ask(notice: IncomingNotice, at: datetime) -> Asked:
    account = notice.gateway_account
    answer = _look(notice, account.kind, Holder(account.seller.code, account.mode))
    if not isinstance(answer, Done):
        return Asked(notice.pk, reason=f"the gateway did not answer: {getattr(answer, 'reason', 'refused')}"[:300])
    snapshot = answer.value
    if snapshot is None:
        return Asked(notice.pk, reason="the gateway does not know the payment")
    if notice.our_id and snapshot.our_id != notice.our_id:
        told = "its address proves another payment than the one that it names"
        return Asked(notice.pk, reason=told, is_refused=True)
    attempt_id = _find_attempt(snapshot.our_id, account.pk)
    if attempt_id is None and _hasten_setup(snapshot.our_id, account.pk, at):
        return Asked(notice.pk, is_about_setup=True)
    if attempt_id is None:
        return Asked(notice.pk, reason=f"payment {snapshot.ref} is of no attempt that we know")
    return Asked(notice.pk, Answered(attempt_id, "payment", Done(snapshot)))


def _look(notice: IncomingNotice, kind: str, holder: Holder) -> Answer[Snapshot | None]:
    try:
        gateway = get_gateway(kind, holder=holder)
    except GatewayMissing as error:
        return NotSent(error.message)
    try:
        return _put(gateway, notice)
    except Exception as error:
        log.exception("gateway_raised", gateway=kind, kind="notice", notice=notice.pk)
        return Unknown(f"{type(error).__name__}: {error}")


def _put(gateway: Gateway, notice: IncomingNotice) -> Answer[Snapshot | None]:
    if notice.payment_ref:
        return gateway.payment(notice.payment_ref)
    return gateway.find(notice.our_id, customer_ref="", since=notice.received_at)


def _find_attempt(our_id: str, gateway_account_id: int) -> int | None:
    if not is_uuid(our_id):
        return None
    attempts = PaymentAttempt.objects.filter(our_id=our_id, gateway_account_id=gateway_account_id)
    return attempts.values_list("pk", flat=True).first()


def _hasten_setup(our_id: str, gateway_account_id: int, at: datetime) -> bool:
    """Have the set-up with this id looked at now, if it still waits; whether there is one."""
    if not is_uuid(our_id):
        return False
    setups = MethodSetup.objects.filter(our_id=our_id, gateway_account_id=gateway_account_id)
    setups.filter(look_again_at__gt=at).update(look_again_at=at)
    return setups.exists()


def list_answers(asked: Sequence[Asked]) -> list[Answered]:
    """The answers among them, to be applied like every other answer of a gateway."""
    return [each.answered for each in asked if each.answered is not None]
