"""Ask a gateway for all its payments of the last days, and about those of ours that it left out (R19)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import transaction

from tallystick.payments.core.answers import Answer, Done, Gateway, Refused, Snapshot, Unknown
from tallystick.payments.core.our_ids import is_uuid
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.errors import GatewayMissing
from tallystick.payments.models import GatewayAccount, PaymentAttempt
from tallystick.payments.operations.call_gateways import Answered
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT

log = structlog.get_logger()


class TheirSide(NamedTuple):
    """What a gateway told: its payments since then, or the reason why it did not."""

    since: datetime
    payments: Sequence[Snapshot] = ()
    reason: str = ""


def list_at_gateway(gateway_account_id: int, *, since: datetime, actor: Actor) -> TheirSide:
    """All payments at the gateway since then, or why they could not be listed. Refuses to run in a transaction."""
    actor.require(PAYMENTS_COLLECT)
    account = _get_account(gateway_account_id)
    try:
        answer = _open(account).payments_since(since)
    except GatewayMissing as error:
        return TheirSide(since, reason=error.message[:300])
    except Exception as error:
        log.exception("gateway_raised", gateway=account.kind, kind="list")
        return TheirSide(since, reason=f"the gateway broke its word: {type(error).__name__}")
    if not isinstance(answer, Done):
        return TheirSide(since, reason=f"the gateway did not answer: {_say(answer)}"[:300])
    return TheirSide(since, answer.value)


def ask_about_payments(gateway_account_id: int, *, refs: Iterable[str]) -> dict[str, Snapshot | None]:
    """What the gateway says of each of these payments, None where it does not know it; without those that it does not
    answer about. Refuses to run in a transaction.
    """
    wanted = sorted(set(refs) - {""})
    if not wanted:
        return {}
    gateway = _open(_get_account(gateway_account_id))
    asked = ((ref, _ask(gateway, ref)) for ref in wanted)
    return {ref: answer.value for ref, answer in asked if isinstance(answer, Done)}


def _ask(gateway: Gateway, ref: str) -> Answer[Snapshot | None]:
    try:
        return gateway.payment(ref)
    except Exception as error:
        log.exception("gateway_raised", gateway=gateway.name, kind="payment")
        return Unknown(type(error).__name__)


def list_news(gateway_account_id: int, *, theirs: TheirSide) -> list[Answered]:
    """What among it may be news to us, as answers about our attempts: they are applied like every other answer.

    That is every payment of an attempt that is not over as succeeded, and whatever was given back or taken back.
    """
    by_our_id = {snapshot.our_id: snapshot for snapshot in reversed(theirs.payments)}
    rows = PaymentAttempt.objects.filter(
        gateway_account_id=gateway_account_id, our_id__in=[each for each in by_our_id if is_uuid(each)]
    )
    found = []
    for attempt_id, our_id, status in rows.order_by("pk").values_list("pk", "our_id", "status"):
        snapshot = by_our_id[str(our_id)]
        if status != "succeeded" or snapshot.refunds or snapshot.disputes:
            found.append(Answered(attempt_id, "payment", Done(snapshot)))
    return found


def _open(account: GatewayAccount) -> Gateway:
    return get_gateway(account.kind, holder=Holder(account.seller.code, account.mode))


def _get_account(gateway_account_id: int) -> GatewayAccount:
    with transaction.atomic(durable=True):  # a gateway is never asked while locks are held
        return GatewayAccount.objects.select_related("seller").get(pk=gateway_account_id)


def _say(answer: Answer[Sequence[Snapshot]]) -> str:
    return answer.failure.raw_message if isinstance(answer, Refused) else str(getattr(answer, "reason", ""))
