"""Which invoices payments are for: charges by their purpose, transfers by what they settled."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection

from tallystick.invoicing.models import Allocation, CreditSource, Document
from tallystick.payments.models import AttemptPurpose
from tallystick.rollups.core.payments import InvoiceRef
from tallystick.sellers.models import Seller

DOCUMENTS = Document._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
ALLOCATIONS = Allocation._meta.db_table
SOURCES = CreditSource._meta.db_table

DOCUMENT_PURPOSE = "document:"


class InvoicesPaid:
    """The invoices of attempts and of payments, by the id of each."""

    def __init__(self, *, attempt_ids: Sequence[int], payment_ids: Sequence[int]) -> None:
        self._of_attempt = _group(
            f"""
            SELECT x.attempt_id, d.id, d.number FROM {PURPOSES} x
              JOIN {DOCUMENTS} d ON d.id = split_part(x.purpose, ':', 2)::bigint
             WHERE x.attempt_id = ANY(%s) AND x.purpose LIKE '{DOCUMENT_PURPOSE}%%' ORDER BY 1, 2
            """,
            attempt_ids,
        )
        self._of_payment = _group(
            f"""
            SELECT s.payment_id, d.id, d.number FROM {SOURCES} s JOIN {ALLOCATIONS} x ON x.source_id = s.id
              JOIN {DOCUMENTS} d ON d.id = x.document_id
             WHERE s.payment_id = ANY(%s) GROUP BY 1, 2 HAVING sum(x.amount_minor) > 0 ORDER BY 1, 2
            """,
            payment_ids,
        )

    def find(self, *, attempt_id: int | None, payment_id: int | None) -> tuple[InvoiceRef, ...]:
        """What a charge was made for; of a transfer, what it settled."""
        if attempt_id is not None:
            return tuple(self._of_attempt.get(attempt_id, ()))
        return tuple(self._of_payment.get(payment_id or 0, ()))


def list_payments_of_invoice(seller: Seller, *, number: str) -> tuple[list[int], list[int]]:
    """The payments that settled the invoice of that number, and the attempts that were made for it."""
    text = number.strip()
    found = Document.objects.filter(seller=seller, number__in={text, text.upper()}).values_list("pk", flat=True)
    document_ids = list(found)
    if not document_ids:
        return [], []
    payments = Allocation.objects.filter(document_id__in=document_ids, source__payment__isnull=False)
    attempts = AttemptPurpose.objects.filter(purpose__in=[f"{DOCUMENT_PURPOSE}{each}" for each in document_ids])
    return (
        list(payments.values_list("source__payment_id", flat=True)),
        list(attempts.values_list("attempt_id", flat=True)),
    )


def _group(statement: str, ids: Iterable[int]) -> dict[int, list[InvoiceRef]]:
    found: dict[int, list[InvoiceRef]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids)])
        for owner_id, document_id, number in cursor.fetchall():
            found[owner_id].append(InvoiceRef(document_id, number or ""))
    return found
