"""Say when invoices whose charge failed may be charged again (C-17), in the transaction that records the failure."""

from collections.abc import Collection

from tallystick.collection.core.retry_schedule import compute_next_attempt_at, list_counted
from tallystick.collection.models import DocumentRetry
from tallystick.collection.queries.retries import SellerRules, TriedDocument, get_seller_rules, list_tried_documents
from tallystick.invoicing.models import Document

WRITTEN = ("method", "next_attempt_at", "tries", "failure_code", "failed_at")


def schedule_retries(document_ids: Collection[int]) -> None:
    """Write the time of the next try of invoices that just failed; set-based, in the caller's transaction."""
    tried = list_tried_documents(document_ids)
    sellers = dict(Document.objects.filter(pk__in=[each.document_id for each in tried]).values_list("pk", "seller_id"))
    rules = {seller_id: get_seller_rules(seller_id) for seller_id in sorted(set(sellers.values()))}
    DocumentRetry.objects.bulk_create(
        [_compose(each, rules[sellers[each.document_id]]) for each in tried],
        update_conflicts=True,
        unique_fields=["document"],
        update_fields=WRITTEN,
        batch_size=2000,
    )


def end_retries(document_ids: Collection[int]) -> None:
    """Forget the tries of invoices that were collected: a success starts anew (ZUO-42)."""
    DocumentRetry.objects.filter(document_id__in=list(document_ids)).delete()


def _compose(tried: TriedDocument, rules: SellerRules) -> DocumentRetry:
    last = tried.failures[-1]
    return DocumentRetry(
        document_id=tried.document_id,
        method_id=tried.method_id,
        next_attempt_at=compute_next_attempt_at(
            tried.failures,
            document_id=tried.document_id,
            method_kind=tried.method_kind,
            terms=rules.terms,
            wait_hours=rules.wait_hours,
            zone=rules.zone,
        ),
        tries=len(list_counted(tried.failures, method_kind=tried.method_kind)),
        failure_code=last.code,
        failed_at=last.at,
    )
