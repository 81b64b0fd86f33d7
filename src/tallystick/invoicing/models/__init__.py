"""Tables of invoicing, by concept: schedules, runs, draws, documents, settlement."""

from tallystick.invoicing.models.documents import (
    Bill,
    BillingClaim,
    Document,
    DocumentEvent,
    DocumentLine,
    DocumentTaxLine,
    StatedDraw,
)
from tallystick.invoicing.models.draws import Draw, StatementRun
from tallystick.invoicing.models.reviews import AccountReview
from tallystick.invoicing.models.runs import BillRun, BillRunAccount, BillRunChunk, BillRunEvent, DeletedBillRun
from tallystick.invoicing.models.schedules import BillRunSchedule, BillRunScheduleEvent, PreviewRun, RunTerms
from tallystick.invoicing.models.settlement import Allocation, CreditSource

__all__ = [
    "AccountReview",
    "Allocation",
    "Bill",
    "BillRun",
    "BillRunAccount",
    "BillRunChunk",
    "BillRunEvent",
    "BillRunSchedule",
    "BillRunScheduleEvent",
    "BillingClaim",
    "CreditSource",
    "DeletedBillRun",
    "Document",
    "DocumentEvent",
    "DocumentLine",
    "DocumentTaxLine",
    "Draw",
    "PreviewRun",
    "RunTerms",
    "StatedDraw",
    "StatementRun",
]
