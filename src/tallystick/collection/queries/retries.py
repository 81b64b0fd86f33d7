"""What was tried of invoices, and the settings by which they are tried again."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tallystick.collection.core.retry_schedule import NOT_CHARGED, PastFailure
from tallystick.collection.core.retry_terms import RetryTerms
from tallystick.collection.models import RetryRule
from tallystick.invoicing.core.posting import document_subject
from tallystick.payments.models import AttemptPurpose
from tallystick.sellers.models import BillingRule, Seller


class TriedDocument(NamedTuple):
    """An invoice with its failures by the method that was charged last, oldest first."""

    document_id: int
    method_id: int
    method_kind: str
    failures: tuple[PastFailure, ...]


class SellerRules(NamedTuple):
    """What a seller has set: the terms, the hours between two tries (ZUO-42), and where its mornings are."""

    terms: RetryTerms
    wait_hours: int
    zone: ZoneInfo


def get_retry_terms(seller_id: int) -> RetryTerms:
    """The seller's settings; the usual ones where it has set none."""
    rule = RetryRule.objects.filter(seller_id=seller_id).order_by("-pk").first()
    return RetryTerms.from_json(rule.terms) if rule else RetryTerms()


def get_seller_rules(seller_id: int) -> SellerRules:
    """All that the next try depends on besides the invoice."""
    wait_hours = BillingRule.objects.values_list("attempt_wait_hours", flat=True).get(seller_id=seller_id)
    zone = ZoneInfo(Seller.objects.values_list("time_zone", flat=True).get(pk=seller_id))
    return SellerRules(get_retry_terms(seller_id), wait_hours, zone)


def list_tried_documents(document_ids: Collection[int]) -> list[TriedDocument]:
    """The failures of invoices, one query; those that never failed are left out."""
    by_subject = {document_subject(document_id): document_id for document_id in document_ids}
    # what a customer did on a page is no failure of a saved method
    charged = AttemptPurpose.objects.filter(purpose__in=list(by_subject), attempt__method__isnull=False)
    failed = charged.filter(attempt__final_at__isnull=False)
    rows = failed.filter(attempt__status__in=["failed", *NOT_CHARGED]).order_by("attempt__final_at", "attempt_id")
    tries: dict[int, list[tuple[int, str, datetime, str]]] = defaultdict(list)
    for purpose, method_id, kind, at, status, code in rows.values_list(
        "purpose",
        "attempt__method_id",
        "attempt__method__kind",
        "attempt__final_at",
        "attempt__status",
        "attempt__failure_code",
    ):
        if at is not None:
            tries[by_subject[purpose]].append((method_id, kind, at, code if status == "failed" else status))
    return [_compose(document_id, rows_of) for document_id, rows_of in sorted(tries.items())]


def _compose(document_id: int, rows: list[tuple[int, str, datetime, str]]) -> TriedDocument:
    method_id, kind, _, _ = rows[-1]
    failures = tuple(PastFailure(at, code) for method, _, at, code in rows if method == method_id)
    return TriedDocument(document_id, method_id, kind, failures)
