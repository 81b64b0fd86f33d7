"""Breaches of what corrections and states promise: invariants 1 to 3, 5 and 7, set-based, each with its row."""

from tallystick.invoicing.models import (
    BillingClaim,
    BillRun,
    BillRunEvent,
    CreditSource,
    Document,
    DocumentEvent,
    DocumentLine,
    DocumentTaxLine,
)
from tallystick.ledger.models import LedgerEntry, LedgerTransaction
from tallystick.plumbing.live_jobs import has_live_job
from tallystick.subscriptions.models import SubscriptionService

DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table
SOURCES = CreditSource._meta.db_table
CLAIMS = BillingClaim._meta.db_table
EVENTS = DocumentEvent._meta.db_table
RUNS = BillRun._meta.db_table
RUN_EVENTS = BillRunEvent._meta.db_table
SERVICES = SubscriptionService._meta.db_table
TRANSACTIONS = LedgerTransaction._meta.db_table
ENTRIES = LedgerEntry._meta.db_table

# `n` gives back what `d` asked for: a credit note, or the debit note that reverses a credit note.
GIVES_BACK = (
    "n.corrects_id = d.id AND n.status = 'posted'"
    " AND (n.kind = 'credit_note' AND d.kind <> 'credit_note' OR n.is_reversal)"
)

#: A repair frees what an action took back: the lines of the claimed period are credited, or cost nothing.
IS_REPAIRED = f"""(d.status = 'posted' AND NOT EXISTS (SELECT 1 FROM {LINES} l
    WHERE l.document_id = c.document_id AND l.subscription_service_id = c.subscription_service_id
      AND l.period_start_on = c.start_on AND l.net_minor <> 0
      AND NOT EXISTS (SELECT 1 FROM {LINES} n JOIN {DOCUMENTS} nd ON nd.id = n.document_id AND nd.kind = 'credit_note'
                       WHERE nd.status = 'posted' AND n.corrects_document_id = l.document_id
                         AND n.corrects_position = l.position)))"""

# (invariant, what the row is, what is wrong with it, query whose columns fill the two texts)
CHECKS: tuple[tuple[int, str, str, str], ...] = (
    (
        1,
        "document {0} ({1})",
        "over {2}, but the ledger has {3} for it",
        f"""
        SELECT d.id, d.number, d.gross_minor, coalesce(sum(e.amount_minor), 0)::bigint
          FROM {DOCUMENTS} d
          LEFT JOIN {TRANSACTIONS} t ON t.subject = 'document:' || d.id AND t.kind = d.kind
          LEFT JOIN {ENTRIES} e ON e.transaction_id = t.id
                AND e.ledger_account = CASE WHEN d.kind = 'credit_note' THEN 'customer_credit' ELSE 'receivable' END
         WHERE d.status IN ('posted', 'voided') GROUP BY d.id
        HAVING coalesce(sum(e.amount_minor), 0)
            <> CASE WHEN d.kind = 'credit_note' THEN -d.gross_minor ELSE d.gross_minor END ORDER BY 1
        """,
    ),
    (
        2,
        "credit note {0} ({1})",
        "gives {2}, but its source of credit is over {3}",
        f"""
        SELECT d.id, coalesce(d.number, 'draft'), d.gross_minor, coalesce(s.amount_minor, 0)
          FROM {DOCUMENTS} d LEFT JOIN {SOURCES} s ON s.document_id = d.id
         WHERE d.kind = 'credit_note' AND coalesce(s.amount_minor, 0)
            <> CASE WHEN d.status IN ('posted', 'voided') THEN d.gross_minor ELSE 0 END ORDER BY 1
        """,
    ),
    (
        3,
        "document {0}, line {1}",
        "over {2}, but {3} of it was credited",
        f"""
        SELECT l.document_id, l.position, l.net_minor, c.net
          FROM (SELECT x.corrects_document_id, x.corrects_position, sum(x.net_minor)::bigint AS net
                  FROM {LINES} x JOIN {DOCUMENTS} n ON n.id = x.document_id
                  JOIN {DOCUMENTS} d ON d.id = x.corrects_document_id AND {GIVES_BACK} GROUP BY 1, 2) c
          LEFT JOIN {LINES} l ON (l.document_id, l.position) = (c.corrects_document_id, c.corrects_position)
         WHERE l.net_minor IS NULL OR c.net < least(l.net_minor, 0) OR c.net > greatest(l.net_minor, 0) ORDER BY 1, 2
        """,
    ),
    (
        3,
        "document {0} ({1})",
        "over {2}, but {3} of it was given back",
        f"""
        SELECT d.id, d.number, d.gross_minor, sum(n.gross_minor)::bigint
          FROM {DOCUMENTS} d JOIN {DOCUMENTS} n ON {GIVES_BACK} GROUP BY d.id
        HAVING sum(n.gross_minor) > d.gross_minor ORDER BY 1
        """,
    ),
    (
        3,
        "document {0}",
        "was reversed, but only {1} of {2} was given back",
        f"""
        SELECT d.id, coalesce(sum(n.gross_minor), 0)::bigint, d.gross_minor
          FROM {DOCUMENTS} d LEFT JOIN {DOCUMENTS} n ON {GIVES_BACK}
         WHERE d.reversed_at IS NOT NULL OR d.status = 'voided' GROUP BY d.id
        HAVING coalesce(sum(n.gross_minor), 0) <> d.gross_minor ORDER BY 1
        """,
    ),
    (
        3,
        "document {0}",
        "{1} at {2} %: notes over {3} bear tax of {4} together, not {5}",
        f"""
        SELECT * FROM (
            SELECT d.id, t.treatment, t.tax_rate, sum(x.net_minor)::bigint AS net, sum(x.tax_minor)::bigint AS tax,
                   CASE WHEN sum(x.net_minor) = t.net_minor THEN t.tax_minor
                        ELSE (sign(sum(x.net_minor)) * floor(abs(sum(x.net_minor)) * t.tax_rate / 100 + 0.5))::bigint
                   END AS expected
              FROM {DOCUMENTS} d JOIN {DOCUMENTS} n ON {GIVES_BACK}
              JOIN {TAX_LINES} x ON x.document_id = n.id
              JOIN {TAX_LINES} t ON t.document_id = d.id AND (t.registration, t.treatment, t.tax_rate)
                   = (x.registration, x.treatment, x.tax_rate)
             GROUP BY d.id, t.treatment, t.tax_rate, t.registration, t.net_minor, t.tax_minor) c
         WHERE tax <> expected ORDER BY 1
        """,
    ),
    (
        5,
        "subscription service {0}",
        "its claim from {1} is {2}, but document {3} is {4}",
        f"""
        SELECT c.subscription_service_id, c.start_on, CASE WHEN c.released_at IS NULL THEN 'live' ELSE 'released' END,
               d.id, CASE WHEN d.status = 'posted' AND d.reversed_at IS NOT NULL THEN 'reversed' ELSE d.status END
          FROM {CLAIMS} c JOIN {DOCUMENTS} d ON d.id = c.document_id
         WHERE c.released_at IS NULL AND (d.status = 'canceled' OR d.status = 'posted' AND d.reversed_at IS NOT NULL)
            OR c.released_at IS NOT NULL AND (d.status = 'draft' OR d.status = 'posted' AND d.reversed_at IS NULL)
               AND NOT {IS_REPAIRED}
         ORDER BY 1, 2
        """,
    ),
    (
        5,
        "subscription service {0}",
        "all its claims from {1} on are released, but it says billed through {2}",
        f"""
        SELECT s.id, c.first_on, s.billed_through
          FROM {SERVICES} s
          JOIN (SELECT subscription_service_id, min(start_on) AS first_on FROM {CLAIMS} GROUP BY 1
                HAVING bool_and(released_at IS NOT NULL)) c ON c.subscription_service_id = s.id
         WHERE s.billed_through <> c.first_on ORDER BY 1
        """,
    ),
    (
        7,
        "document {0}",
        "is {1}, but its last event says {2}",
        f"""
        SELECT d.id, d.status, coalesce(e.to_status, 'nothing') FROM {DOCUMENTS} d
          LEFT JOIN (SELECT DISTINCT ON (document_id) document_id, to_status FROM {EVENTS}
                      ORDER BY document_id, id DESC) e ON e.document_id = d.id
         WHERE d.status IS DISTINCT FROM e.to_status ORDER BY 1
        """,
    ),
    (
        7,
        "bill run {0}",
        "is {1}, but its last event says {2}",
        f"""
        SELECT r.number, r.status, coalesce(e.to_status, 'nothing') FROM {RUNS} r
          LEFT JOIN (SELECT DISTINCT ON (run_id) run_id, to_status FROM {RUN_EVENTS} ORDER BY run_id, id DESC) e
            ON e.run_id = r.id
         WHERE r.status IS DISTINCT FROM e.to_status ORDER BY 1
        """,
    ),
    (
        7,
        "bill run {0}",
        "is {1}, but no job works on it: it is stuck",
        f"""
        SELECT r.number, r.status FROM {RUNS} r
         WHERE r.status IN ('running', 'posting', 'canceling')
           AND NOT {has_live_job("bill_run.", argument="run_id", equals="r.id")} ORDER BY 1
        """,
    ),
)
