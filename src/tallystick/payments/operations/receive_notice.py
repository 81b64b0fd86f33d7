"""Take in what a gateway posted to us: prove it, keep it, and ask for work; the answer never waits for a gateway."""

from datetime import datetime

from django.db import connection, transaction

from tallystick.payments.core.answers import Delivery, Notice
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.errors import GatewayAccountUnknown
from tallystick.payments.models import GatewayAccount, IncomingNotice
from tallystick.plumbing.jobs import enqueue

NOTICES = IncomingNotice._meta.db_table


def receive_notices(kind: str, *, holder: Holder, delivery: Delivery, at: datetime) -> int:
    """Keep what a delivery tells, each once; return how many notices were new. Committed before the caller answers.

    Raises BadNotice for a delivery that proves nothing, and refuses GatewayAccountUnknown, GatewayMissing. The same
    event again, or another call about a payment that still waits to be looked at, adds nothing.
    """
    accounts = GatewayAccount.objects.filter(kind=kind, seller__code=holder.seller, mode=holder.mode)
    account_id = accounts.values_list("pk", flat=True).first()
    if account_id is None:
        raise GatewayAccountUnknown(kind=kind, mode=holder.mode, seller=holder.seller)
    notices = get_gateway(kind, holder=holder).notice(delivery)
    with transaction.atomic():
        new = sum(_keep(account_id, notice, at) for notice in notices)
        if new:
            enqueue("payments.work_inbox", queue="payments")
    return new


def _keep(account_id: int, notice: Notice, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {NOTICES} (gateway_account_id, payment_ref, our_id, customer_ref, event_ref, status,"
            " received_at, try_at, tries, reason) VALUES (%s, %s, %s, %s, %s, 'waiting', %s, %s, 0, '')"
            " ON CONFLICT DO NOTHING",
            [account_id, notice.payment_ref, notice.our_id, notice.customer_ref, notice.event_ref, at, at],
        )
        return int(cursor.rowcount)
