"""What runs did to a company, told without ids, times and tokens, so that two databases can be compared."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

Facts = Mapping[str, Sequence[tuple[Any, ...]]]

_ACCOUNT = "JOIN accounts_account a ON a.id = d.account_id"

BILLING: Mapping[str, str] = {
    "runs": "SELECT number, status, target_on, invoice_on, filters::text FROM invoicing_billrun",
    "events of runs": "SELECT r.number, e.event, e.from_status, e.to_status"
    " FROM invoicing_billrunevent e JOIN invoicing_billrun r ON r.id = e.run_id",
    "chunks": "SELECT position, status, accounts, documents, posted_documents, failed_accounts, totals::text"
    " FROM invoicing_billrunchunk",
    "accounts in runs": "SELECT a.external_id, d.chunk_position, d.status, d.reason"
    f" FROM invoicing_billrunaccount d {_ACCOUNT}",
    "bills": f"SELECT a.external_id FROM invoicing_bill d {_ACCOUNT}",
    "documents": "SELECT a.external_id, d.kind, d.status, d.currency, d.collection_method, d.invoice_on, d.due_on,"
    " d.net_minor, d.tax_minor, d.gross_minor, d.settled_minor, d.written_off_minor, d.difference_minor, p.name"
    f" FROM invoicing_document d {_ACCOUNT} JOIN accounts_accountprofile p ON p.id = d.account_profile_id",
    "lines": "SELECT a.external_id, l.position, l.kind, l.description, l.period_start_on, l.period_end_on, l.quantity,"
    " l.unit_price, l.part_days, l.full_days, l.percent, l.percent_of_minor, l.net_minor, l.treatment, l.tax_rate,"
    f" l.revenue_code FROM invoicing_documentline l JOIN invoicing_document d ON d.id = l.document_id {_ACCOUNT}",
    "tax lines": "SELECT a.external_id, t.position, t.registration, t.treatment, t.tax_rate, t.net_minor, t.tax_minor"
    f" FROM invoicing_documenttaxline t JOIN invoicing_document d ON d.id = t.document_id {_ACCOUNT}",
    "events of documents": "SELECT a.external_id, e.event, e.from_status, e.to_status"
    f" FROM invoicing_documentevent e JOIN invoicing_document d ON d.id = e.document_id {_ACCOUNT}",
    "claims": "SELECT a.external_id, v.code, c.kind, c.start_on, c.end_on, c.released_at IS NULL"
    " FROM invoicing_billingclaim c JOIN invoicing_document d ON d.id = c.document_id"
    f" JOIN subscriptions_subscriptionservice s ON s.id = c.subscription_service_id"
    f" JOIN catalog_service v ON v.id = s.service_id {_ACCOUNT}",
    "billed through": "SELECT a.external_id, v.code, d.billed_through FROM subscriptions_subscriptionservice d"
    f" JOIN catalog_service v ON v.id = d.service_id {_ACCOUNT}",
    "holds": f"SELECT a.external_id, d.kind, d.amount_minor, d.released_at IS NULL FROM credit_hold d {_ACCOUNT}",
    "entries": "SELECT t.kind, t.occurred_on, d.position, d.ledger_account, a.external_id, d.detail, d.amount_minor"
    " FROM ledger_ledgerentry d JOIN ledger_ledgertransaction t ON t.id = d.transaction_id"
    " LEFT JOIN accounts_account a ON a.id = d.account_id",
    "balances": "SELECT a.external_id, d.receivable_minor, d.unbilled_minor, d.customer_credit_minor"
    f" FROM ledger_accountbalance d {_ACCOUNT}",
    "allocations": "SELECT a.external_id, d.amount_minor, d.undoes_id IS NULL, d.allocated_on"
    f" FROM invoicing_allocation d {_ACCOUNT}",
    # which account got which number depends on the order in which chunks were posted; which numbers were given does not
    "numbers": "SELECT s.prefix, d.sequence_number, d.number FROM invoicing_document d"
    " JOIN sellers_numberseries s ON s.id = d.number_series_id",
    "series": "SELECT kind, prefix, next_number FROM sellers_numberseries",
}

COLLECTING: Mapping[str, str] = {
    "runs": "SELECT number, status, reason FROM collection_paymentrun",
    "events of runs": "SELECT event, from_status, to_status, reason FROM collection_paymentrunevent",
    "items": "SELECT a.external_id, d.chunk_position, d.amount_minor, d.credited_minor, d.charged_minor, d.status,"
    f" d.tries, d.reason_code, d.follow_up, d.note FROM collection_paymentrunitem d {_ACCOUNT}",
    "attempts": "SELECT a.external_id, d.amount_minor, d.currency, d.status, d.failure_code, d.quarantine_reason"
    f" FROM payments_paymentattempt d {_ACCOUNT}",
    "live purposes": "SELECT count(*) FROM payments_attemptpurpose WHERE is_live",
    "charges at the gateway": "SELECT a.external_id, s.amount_minor, s.status, s.failure_code"
    " FROM payments_sandboxpayment s"
    f" LEFT JOIN payments_paymentattempt d ON d.our_id::text = s.our_id {_ACCOUNT.replace('JOIN', 'LEFT JOIN')}",
    "methods": f"SELECT a.external_id, d.state, d.consecutive_failures FROM payments_paymentmethod d {_ACCOUNT}",
    "payments": "SELECT a.external_id, d.kind, d.gateway, d.amount_minor, d.currency, d.received_on"
    f" FROM payments_payment d {_ACCOUNT}",
    "credit": "SELECT a.external_id, d.amount_minor, d.remaining_minor, d.arrived_on"
    f" FROM invoicing_creditsource d {_ACCOUNT}",
    **{name: BILLING[name] for name in ("documents", "entries", "balances", "allocations")},
}


def read_facts(url: str, *, of: Mapping[str, str] = BILLING) -> Facts:
    """All facts of the database at this address, about billing or about collecting."""
    with psycopg.connect(url) as connection:
        return {name: sorted(connection.execute(query).fetchall(), key=repr) for name, query in of.items()}


def require_same(facts: Facts, *, expected: Facts) -> None:
    """Fail with what is missing and what is too much, if anything is."""
    for name, rows in expected.items():
        assert len(facts[name]) == len(rows) and facts[name] == rows, _tell_difference(name, facts[name], rows)


def _tell_difference(name: str, rows: Sequence[tuple[Any, ...]], expected: Sequence[tuple[Any, ...]]) -> str:
    missing = [row for row in expected if row not in rows]
    surplus = [row for row in rows if row not in expected]
    return f"{name}: {len(rows)} for {len(expected)}; missing {missing[:5]}; too much {surplus[:5]}"
