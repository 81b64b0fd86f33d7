"""Breaches of what draws promise: invariants 3 (statements) and 9 (unbilled), set-based, each with its row."""

from tallystick.invoicing.models import Document, DocumentTaxLine, Draw, StatedDraw
from tallystick.ledger.models import AccountBalance

DRAWS = Draw._meta.db_table
STATED = StatedDraw._meta.db_table
DOCUMENTS = Document._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table
BALANCES = AccountBalance._meta.db_table
SIGN = "CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END"

# (invariant, what the row is, what is wrong with it, query whose columns fill the two texts)
DRAW_CHECKS: tuple[tuple[int, str, str, str], ...] = (
    (
        3,
        "statement {0}",
        "asks for {3} and tax of {4} at {1} {2} %, but its draws of that group come to {5} and {6}",
        f"""
        WITH asked AS (
            SELECT t.document_id, t.registration, t.treatment, t.tax_rate,
                   {SIGN} * t.net_minor AS net, {SIGN} * t.tax_minor AS tax
              FROM {TAX_LINES} t JOIN {DOCUMENTS} d ON d.id = t.document_id AND d.statement_month_on IS NOT NULL),
        drawn AS (
            SELECT s.document_id, w.registration, w.treatment, w.tax_rate,
                   sum(w.net_minor)::bigint AS net, sum(w.tax_minor)::bigint AS tax
              FROM {STATED} s JOIN {DRAWS} w ON w.id = s.draw_id GROUP BY 1, 2, 3, 4)
        SELECT document_id, treatment, tax_rate, coalesce(a.net, 0), coalesce(a.tax, 0), coalesce(w.net, 0),
               coalesce(w.tax, 0)
          FROM asked a FULL JOIN drawn w USING (document_id, registration, treatment, tax_rate)
         WHERE coalesce(a.net, 0) <> coalesce(w.net, 0) OR coalesce(a.tax, 0) <> coalesce(w.tax, 0) ORDER BY 1
        """,
    ),
    (
        9,
        "account {0}",
        "unbilled {1}, but its draws that stand in no posted document come to {2}",
        f"""
        WITH owed AS (
            SELECT w.account_id, sum(w.net_minor + w.tax_minor)::bigint AS gross FROM {DRAWS} w
              LEFT JOIN ({STATED} s JOIN {DOCUMENTS} d ON d.id = s.document_id AND d.status = 'posted')
                ON s.draw_id = w.id
             WHERE s.draw_id IS NULL GROUP BY 1)
        SELECT account_id, coalesce(b.unbilled_minor, 0), coalesce(o.gross, 0)
          FROM {BALANCES} b FULL JOIN owed o USING (account_id)
         WHERE coalesce(b.unbilled_minor, 0) <> coalesce(o.gross, 0) ORDER BY 1
        """,
    ),
)
