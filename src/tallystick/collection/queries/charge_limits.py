"""Whether a saved method may be charged by a person's press: the limits of the networks hold for everybody."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from tallystick.collection.core.eligibility import Chargeable, find_refusal
from tallystick.collection.core.retry_schedule import list_counted
from tallystick.collection.models import DocumentRetry
from tallystick.collection.queries.charging import DAY, MONTH, OURS, get_retry_rules
from tallystick.collection.queries.retries import list_tried_documents
from tallystick.invoicing.core.posting import document_subject
from tallystick.payments.models import PaymentAttempt, PaymentMethod
from tallystick.payments.queries import list_default_methods, list_live_purposes


class Wanted(NamedTuple):
    """A charge that somebody wants: of which method, over how much, for which documents (none: for something new)."""

    method_id: int
    amount_minor: int
    document_ids: Collection[int] = ()


def find_charge_refusal(wanted: Wanted, *, at: datetime) -> str:
    """Why this method is not charged, "" when it may be: the reason codes and the order of `find_refusal`.

    The last outcome of the method counts, whatever it was for: one that was refused for good, or asks its customer to
    confirm, is not charged unattended again, however often somebody presses.
    """
    method = PaymentMethod.objects.select_related("gateway_account").get(pk=wanted.method_id)
    today, of_amount = _count_failures(method, wanted.amount_minor, at)
    last = _find_last_outcome(method.pk)
    failed = last if last is not None and last.status == "failed" else None
    case = Chargeable(
        open_minor=wanted.amount_minor,
        method_id=method.pk,
        method_state=method.state,
        is_gateway_active=method.gateway_account.is_active,
        consecutive_failures=method.consecutive_failures,
        is_being_paid=False,
        last_failed_at=failed.final_at if failed else None,
        last_failure_code=failed.failure_code if failed else "",
        last_method_id=method.pk if failed else None,
        tries=_count_tries(method.pk, wanted.document_ids),
        failure_limit=method.failure_limit,
        card_failures_today=today,
        card_failures_of_amount=of_amount,
    )
    return find_refusal(case, rules=get_retry_rules(method.gateway_account.seller_id))


class Owed(NamedTuple):
    """An open document of an account: what is open in minor units, and when it is due."""

    document_id: int
    open_minor: int
    due_on: date


class Unattended(NamedTuple):
    """What happens to an open document with nobody in the loop: `label` is charged on `day`; None: nothing is.
    `is_again`: it failed by this method before."""

    label: str = ""
    day: date | None = None
    is_under_way: bool = False
    is_again: bool = False


def list_unattended(account_id: int, *, owed: Sequence[Owed], zone: tzinfo, at: datetime) -> dict[int, Unattended]:
    """By document, for every one of them: the account's present default method, and its day, never before today."""
    method = list_default_methods([account_id]).get(account_id)
    ids = [each.document_id for each in owed]
    live = list_live_purposes([document_subject(each) for each in ids])
    method_id = method.method_id if method else None
    retries = {row.document_id: row for row in DocumentRetry.objects.filter(document_id__in=ids, method_id=method_id)}
    found = {}
    for each in owed:
        if document_subject(each.document_id) in live:
            found[each.document_id] = Unattended(is_under_way=True)
        elif method is None or find_charge_refusal(Wanted(method.method_id, each.open_minor, ids), at=at):
            found[each.document_id] = Unattended()
        else:
            retry = retries.get(each.document_id)
            day = _find_day(each, retry, zone, at)
            found[each.document_id] = Unattended(method.label if day else "", day, is_again=retry is not None)
    return found


def _find_day(owed: Owed, retry: DocumentRetry | None, zone: tzinfo, at: datetime) -> date | None:
    today = at.astimezone(zone).date()
    if retry is None:
        return max(owed.due_on, today)
    return max(retry.next_attempt_at.astimezone(zone).date(), today) if retry.next_attempt_at else None


def _find_last_outcome(method_id: int) -> PaymentAttempt | None:
    ended = PaymentAttempt.objects.filter(method_id=method_id, status__in=("succeeded", "failed"))
    return ended.order_by("-final_at", "-pk").first()


def _count_failures(method: PaymentMethod, amount_minor: int, at: datetime) -> tuple[int, int]:
    """Of a card, over all accounts that have it: of the last 24 hours, and of this amount in 30 days."""
    if method.kind != "card":
        return 0, 0
    failed = PaymentAttempt.objects.filter(
        method__gateway_account_id=method.gateway_account_id,
        method__fingerprint=method.fingerprint,
        status="failed",
        final_at__gt=at - MONTH,
    ).exclude(failure_code__in=OURS)
    today = failed.filter(final_at__gt=at - DAY).count()
    return today, failed.filter(amount_minor=amount_minor).count()


def _count_tries(method_id: int, document_ids: Collection[int]) -> int:
    """How often the most tried of the documents failed by this method, by whoever's hand."""
    tried = [each for each in list_tried_documents(document_ids) if each.method_id == method_id]
    return max((len(list_counted(each.failures, method_kind=each.method_kind)) for each in tried), default=0)
