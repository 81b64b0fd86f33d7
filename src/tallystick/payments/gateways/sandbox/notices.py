"""Notices of the sandbox: planned when a payment changes, posted to its notify URL when the business clock says so.

They say no more than those of the strictest gateway: the id of a payment. What else is in the form is there to be
disbelieved. A few numbers have their news lost, doubled, early or out of order.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction

from tallystick.payments.core.sandbox_outcomes import Post
from tallystick.payments.models import SandboxNotice, SandboxPayment

#: Posts a form to an address, and returns the status of the answer.
Postman = Callable[[str, bytes], int]

#: A notice that was not taken is posted again after these, then given up: gateways do not try for ever either.
AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 240))
OUT_OF_ORDER_BY = timedelta(minutes=2)
_postman: list[Postman] = []


def register_postman(postman: Postman) -> None:
    """Say who carries the notices; without one they wait."""
    _postman[:] = [postman]


def plan_notices(payment: SandboxPayment, *, at: datetime, post: Post = Post.AS_USUAL) -> None:
    """Write down what will be told of a payment that was just made, paid or canceled, and when."""
    if not payment.notify_url or post is Post.NEVER:
        return
    told = [(payment.status, at)]
    if payment.settles_at is not None and payment.settles_at > at:
        told = [("processing", at), (payment.status, payment.settles_at)]
    if post is Post.EARLY_TWICE:
        told *= 2
    if post is Post.OUT_OF_ORDER:
        told += [("failed", at + OUT_OF_ORDER_BY), ("processing", at + 2 * OUT_OF_ORDER_BY)]
    told += [("charged_back", dispute.opened_at) for dispute in payment.disputes.all()]
    rows = [SandboxNotice(payment=payment, says=says, try_at=try_at) for says, try_at in told]
    SandboxNotice.objects.bulk_create(rows)


def post_early(our_id: str, *, at: datetime) -> None:
    """Post what is due of a payment at once, before the answer to its charge is out."""
    early = SandboxNotice.objects.filter(payment__our_id=our_id, try_at__lte=at, tries=0)
    for notice in early.select_related("payment"):
        _post(notice, at)


def post_again(ref: str, *, at: datetime) -> int:
    """Post the news of a payment once more, as it stands; the HTTP answer, 0 where the payment has no notify URL."""
    payment = SandboxPayment.objects.filter(ref=ref).exclude(notify_url="").first()
    if payment is None:
        return 0
    notice = SandboxNotice.objects.create(payment=payment, says=payment.status, try_at=at)
    _post(notice, at)
    return notice.answer


def post_due_notices(at: datetime, *, limit: int = 500) -> int:
    """Post the notices whose time has come; return how many were taken up.

    Each is claimed before, and posted with no transaction open: a worker that dies leaves it to be posted again.
    """
    with transaction.atomic(durable=True):
        due = SandboxNotice.objects.select_for_update(skip_locked=True, of=("self",)).filter(try_at__lte=at)
        claimed = list(due.select_related("payment").order_by("try_at", "pk")[:limit])
        SandboxNotice.objects.filter(pk__in=[each.pk for each in claimed]).update(try_at=at + AGAIN_AFTER[0])
    for each in claimed:
        _post(each, at)
    return len(claimed)


def _post(notice: SandboxNotice, at: datetime) -> None:
    if not _postman:
        return
    form = {"id": notice.payment.ref, "status": notice.says}
    notice.answer = _postman[0](notice.payment.notify_url, urlencode(form).encode("ascii"))
    is_over = 200 <= notice.answer < 300 or notice.tries >= len(AGAIN_AFTER)
    notice.try_at = None if is_over else at + AGAIN_AFTER[notice.tries]
    notice.tries += 1
    notice.save(update_fields=["answer", "try_at", "tries"])
