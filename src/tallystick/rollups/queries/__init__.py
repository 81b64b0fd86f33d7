"""The rollups, each a list in pages, its totals and its CSV. They read facts and store nothing."""

from tallystick.rollups.core.attempt_words import BUCKETS
from tallystick.rollups.core.billing import (
    BILLING_QUESTION,
    BILLING_STATES,
    BillingFilters,
    BillingRow,
    BillingTotal,
    RollupAccount,
)
from tallystick.rollups.core.gap import GAP_QUESTION, GapFilters, GapReason, GapRow, GapTotal, MonthState, ReasonTotal
from tallystick.rollups.core.gap_reasons import GAP_REASONS
from tallystick.rollups.core.payments import (
    PAYMENT_WAYS,
    PAYMENTS_QUESTION,
    InvoiceRef,
    PaymentFilters,
    PaymentRow,
    PaymentTotal,
)
from tallystick.rollups.core.receivables import (
    AGEING_BUCKETS,
    COLLECTION_QUESTION,
    RECEIVABLES_QUESTION,
    CollectionDay,
    CollectionMonth,
    Receivables,
)
from tallystick.rollups.core.revenue_class import CLASS_MEANINGS, CLASS_WORDS, REVENUE_CLASSES
from tallystick.rollups.queries.billing import compute_billing_totals, list_billing_rollup, write_billing_csv
from tallystick.rollups.queries.bridge import Bridge, list_bridges
from tallystick.rollups.queries.gap import compute_gap_totals, list_gap, write_gap_csv
from tallystick.rollups.queries.month_state import find_last_billed_month, get_month_state
from tallystick.rollups.queries.payments import compute_payment_totals, list_payments_rollup, write_payments_csv
from tallystick.rollups.queries.receivables import compute_receivables, list_collection

__all__ = [
    "AGEING_BUCKETS",
    "BILLING_QUESTION",
    "BILLING_STATES",
    "BUCKETS",
    "CLASS_MEANINGS",
    "CLASS_WORDS",
    "COLLECTION_QUESTION",
    "GAP_QUESTION",
    "GAP_REASONS",
    "PAYMENTS_QUESTION",
    "PAYMENT_WAYS",
    "RECEIVABLES_QUESTION",
    "REVENUE_CLASSES",
    "BillingFilters",
    "BillingRow",
    "BillingTotal",
    "Bridge",
    "CollectionDay",
    "CollectionMonth",
    "GapFilters",
    "GapReason",
    "GapRow",
    "GapTotal",
    "InvoiceRef",
    "MonthState",
    "PaymentFilters",
    "PaymentRow",
    "PaymentTotal",
    "ReasonTotal",
    "Receivables",
    "RollupAccount",
    "compute_billing_totals",
    "compute_gap_totals",
    "compute_payment_totals",
    "compute_receivables",
    "find_last_billed_month",
    "get_month_state",
    "list_billing_rollup",
    "list_bridges",
    "list_collection",
    "list_gap",
    "list_payments_rollup",
    "write_billing_csv",
    "write_gap_csv",
    "write_payments_csv",
]
