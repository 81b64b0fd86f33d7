"""The chart of ledger accounts: their names, and which of them carry a billing account."""

RECEIVABLE = "receivable"
UNBILLED = "unbilled"
CUSTOMER_CREDIT = "customer_credit"
REVENUE = "revenue"
TAX_PAYABLE = "tax_payable"
TAX_ACCRUED = "tax_accrued"
CLEARING = "clearing"
BANK = "bank"
SUSPENSE = "suspense"
REFUNDS_IN_TRANSIT = "refunds_in_transit"
FEES = "fees"
WRITE_OFF = "write_off"
DIFFERENCES = "differences"

LEDGER_ACCOUNTS: tuple[str, ...] = (
    RECEIVABLE,
    UNBILLED,
    CUSTOMER_CREDIT,
    REVENUE,
    TAX_PAYABLE,
    TAX_ACCRUED,
    CLEARING,
    BANK,
    SUSPENSE,
    REFUNDS_IN_TRANSIT,
    FEES,
    WRITE_OFF,
    DIFFERENCES,
)

# Entries on these must say whose they are; the running balances are their sums.
ACCOUNT_CARRYING: tuple[str, ...] = (RECEIVABLE, UNBILLED, CUSTOMER_CREDIT)
