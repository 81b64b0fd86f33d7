"""Reads for reconciliation: what we say about the charges of some days, and what was found."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tallystick.payments.core.attempt_lifecycle import LIVE
from tallystick.payments.core.reconciling import OurCharge
from tallystick.payments.models import (
    GatewayAccount,
    IncomingNotice,
    MethodSetup,
    PaymentAttempt,
    Reconciliation,
    ReconciliationFinding,
)


def list_accounts_to_reconcile() -> list[int]:
    """Gateway accounts that are switched on, or that were used until lately, by id."""
    used = PaymentAttempt.objects.filter(gateway_account=OuterRef("pk"), status__in=LIVE)
    compared = GatewayAccount.objects.filter(Q(is_active=True) | Exists(used))
    return list(compared.order_by("pk").values_list("pk", flat=True))


def list_charges_by_our_id(gateway_account_id: int, *, our_ids: Iterable[str]) -> dict[str, OurCharge]:
    """Our attempts at that gateway account among these ids of ours, which must be UUIDs."""
    rows = PaymentAttempt.objects.filter(gateway_account_id=gateway_account_id, our_id__in=list(our_ids))
    return {charge.our_id: charge for charge in _compose(rows)}


def list_charges_booked_since(gateway_account_id: int, *, since: datetime) -> list[OurCharge]:
    """Charges that are booked, and were first sent since then or are among the differences that are open."""
    rows = PaymentAttempt.objects.filter(gateway_account_id=gateway_account_id, payment__isnull=False)
    in_question = ReconciliationFinding.objects.filter(
        gateway_account_id=gateway_account_id, settled_at__isnull=True, attempt__isnull=False
    )
    return _compose(rows.filter(Q(first_sent_at__gte=since) | Q(pk__in=in_question.values("attempt_id"))))


def list_refs_in_question(gateway_account_id: int) -> set[str]:
    """The gateway's names of the payments over which a difference is open."""
    rows = ReconciliationFinding.objects.filter(gateway_account_id=gateway_account_id, settled_at__isnull=True)
    return set(rows.values_list("gateway_ref", flat=True))


def list_ids_of_others(gateway_account_id: int, *, our_ids: Iterable[str]) -> set[str]:
    """Which of these ids, which must be UUIDs, are of set-ups, or of attempts at another gateway account."""
    wanted = list(our_ids)
    setups = MethodSetup.objects.filter(our_id__in=wanted).values_list("our_id", flat=True)
    elsewhere = PaymentAttempt.objects.filter(our_id__in=wanted).exclude(gateway_account_id=gateway_account_id)
    return {str(our_id) for our_id in (*setups, *elsewhere.values_list("our_id", flat=True))}


def list_findings(*, is_open: bool | None = True) -> QuerySet[ReconciliationFinding]:
    """Differences that nothing has explained yet, or all of them, the oldest first."""
    rows = ReconciliationFinding.objects.select_related("gateway_account__seller", "attempt__account").order_by("pk")
    return rows if is_open is None else rows.filter(settled_at__isnull=is_open)


def list_reconciliations() -> QuerySet[Reconciliation]:
    """Comparisons, the latest first."""
    return Reconciliation.objects.select_related("gateway_account__seller").order_by("-pk")


def list_unexplained_notices() -> QuerySet[IncomingNotice]:
    """Webhooks that named a payment which nobody could explain in two days, the oldest first."""
    rows = IncomingNotice.objects.filter(status="unexplained").select_related("gateway_account__seller")
    return rows.order_by("pk")


def _compose(rows: QuerySet[PaymentAttempt]) -> list[OurCharge]:
    columns = ("pk", "our_id", "gateway_ref", "status", "amount_minor", "currency", "payment__pk")
    found: Any = rows.order_by("pk").values_list(*columns)
    return [
        OurCharge(pk, str(our_id), ref, status, amount_minor, currency, payment_id is not None)
        for pk, our_id, ref, status, amount_minor, currency, payment_id in found
    ]
