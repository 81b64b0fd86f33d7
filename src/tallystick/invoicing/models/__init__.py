"""Tables of invoicing, by concept: runs, documents, settlement."""

from tallystick.invoicing.models.documents import (
    Bill,
    BillingClaim,
    Document,
    DocumentEvent,
    DocumentLine,
    DocumentTaxLine,
)
from tallystick.invoicing.models.runs import BillRun, BillRunAccount, BillRunChunk, BillRunEvent
from tallystick.invoicing.models.settlement import Allocation, CreditSource

__all__ = [
    "Allocation",
    "Bill",
    "BillRun",
    "BillRunAccount",
    "BillRunChunk",
    "BillRunEvent",
    "BillingClaim",
    "CreditSource",
    "Document",
    "DocumentEvent",
    "DocumentLine",
    "DocumentTaxLine",
]
