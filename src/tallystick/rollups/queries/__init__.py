"""The rollups, each a list in pages, its totals and its CSV. They read facts and store nothing."""

from tallystick.rollups.core.billing import BILLING_QUESTION, BillingFilters, BillingRow, BillingTotal
from tallystick.rollups.core.payments import PAYMENTS_QUESTION, PaymentFilters, PaymentRow, PaymentTotal
from tallystick.rollups.queries.billing import compute_billing_totals, list_billing_rollup, write_billing_csv
from tallystick.rollups.queries.payments import compute_payment_totals, list_payments_rollup, write_payments_csv

__all__ = [
    "BILLING_QUESTION",
    "PAYMENTS_QUESTION",
    "BillingFilters",
    "BillingRow",
    "BillingTotal",
    "PaymentFilters",
    "PaymentRow",
    "PaymentTotal",
    "compute_billing_totals",
    "compute_payment_totals",
    "list_billing_rollup",
    "list_payments_rollup",
    "write_billing_csv",
    "write_payments_csv",
]
