"""Breaches of what invoicing promises: invariants 1 (open amounts) to 5, 7 and 9, set-based, each with its row."""

from collections.abc import Iterator
from operator import itemgetter

from django.db import connection

from tallystick.invoicing.models import (
    Allocation,
    BillingClaim,
    BillRunAccount,
    CreditSource,
    Document,
    DocumentLine,
    DocumentTaxLine,
)
from tallystick.invoicing.queries.correction_breaches import CHECKS as CORRECTION_CHECKS
from tallystick.invoicing.queries.draw_breaches import DRAW_CHECKS
from tallystick.invoicing.queries.repair_breaches import REPAIR_CHECKS
from tallystick.ledger.core.breach import Breach
from tallystick.ledger.models import AccountBalance
from tallystick.subscriptions.models import ServiceInterruption

DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table
INTERRUPTIONS = ServiceInterruption._meta.db_table
CLAIMS = BillingClaim._meta.db_table
RUN_ACCOUNTS = BillRunAccount._meta.db_table
SOURCES = CreditSource._meta.db_table
ALLOCATIONS = Allocation._meta.db_table
BALANCES = AccountBalance._meta.db_table

# (invariant, what the row is, what is wrong with it, query whose columns fill the two texts)
CHECKS: tuple[tuple[int, str, str, str], ...] = (
    (
        1,
        "account {0}",
        "receivable {1}, but its posted documents are open for {2}",
        f"""
        SELECT b.account_id, b.receivable_minor, coalesce(o.open_minor, 0)::bigint
          FROM {BALANCES} b LEFT JOIN (
               SELECT account_id,
                      sum(gross_minor - settled_minor - written_off_minor - difference_minor) AS open_minor
                 FROM {DOCUMENTS} WHERE status = 'posted' AND kind <> 'credit_note' GROUP BY 1) o
            ON o.account_id = b.account_id
         WHERE b.receivable_minor <> coalesce(o.open_minor, 0) ORDER BY 1
        """,
    ),
    (
        1,
        "document {0}",
        "settled {1}, but its allocations sum to {2}",
        f"""
        SELECT d.id, d.settled_minor, coalesce(a.amount, 0)::bigint
          FROM {DOCUMENTS} d LEFT JOIN (SELECT document_id, sum(amount_minor) AS amount FROM {ALLOCATIONS} GROUP BY 1) a
            ON a.document_id = d.id
         WHERE d.settled_minor <> coalesce(a.amount, 0) ORDER BY 1
        """,
    ),
    (
        2,
        "account {0}",
        "customer credit {1}, but its sources have {2} left",
        f"""
        SELECT coalesce(b.account_id, s.account_id), coalesce(b.customer_credit_minor, 0),
               coalesce(s.remaining, 0)::bigint
          FROM {BALANCES} b FULL JOIN (SELECT account_id, sum(remaining_minor) AS remaining FROM {SOURCES} GROUP BY 1) s
            ON s.account_id = b.account_id
         WHERE coalesce(b.customer_credit_minor, 0) <> coalesce(s.remaining, 0) ORDER BY 1
        """,
    ),
    (
        2,
        "credit source {0}",
        "{1} left of {2}, but {3} is allocated and {4} went back",
        f"""
        SELECT s.id, s.remaining_minor, s.amount_minor, coalesce(a.amount, 0)::bigint, s.withdrawn_minor
          FROM {SOURCES} s LEFT JOIN (SELECT source_id, sum(amount_minor) AS amount FROM {ALLOCATIONS} GROUP BY 1) a
            ON a.source_id = s.id
         WHERE s.remaining_minor <> s.amount_minor - coalesce(a.amount, 0) - s.withdrawn_minor ORDER BY 1
        """,
    ),
    (
        2,
        "hold {0}",
        "live for {1}, which is no draft",
        f"""
        SELECT h.id, h.purpose FROM credit_hold h
          LEFT JOIN {DOCUMENTS} d ON d.id = split_part(h.purpose, ':', 2)::bigint AND d.status = 'draft'
         WHERE h.released_at IS NULL AND h.purpose LIKE 'document:%%' AND d.id IS NULL ORDER BY 1
        """,
    ),
    (
        2,
        "hold {0}",
        "live for {1}, but that account waits for no funds",
        f"""
        SELECT h.id, h.purpose FROM credit_hold h
         WHERE h.released_at IS NULL AND h.purpose LIKE 'shortfall:%%' AND NOT EXISTS (
               SELECT 1 FROM {RUN_ACCOUNTS} a WHERE a.status = 'awaiting_funds'
                  AND h.purpose = 'shortfall:' || a.run_id || ':' || a.account_id) ORDER BY 1
        """,
    ),
    (
        2,
        "account {0}",
        "credit holds of {1} exceed its free credit of {2}",
        f"""
        SELECT h.account_id, sum(h.amount_minor)::bigint, coalesce(max(b.customer_credit_minor), 0)
          FROM credit_hold h LEFT JOIN {BALANCES} b ON b.account_id = h.account_id
         WHERE h.released_at IS NULL AND h.kind = 'credit' GROUP BY 1
        HAVING sum(h.amount_minor) > coalesce(max(b.customer_credit_minor), 0) ORDER BY 1
        """,
    ),
    (
        3,
        "document {0} ({1})",
        "net {2} tax {3} gross {4}, but lines sum to {5} and tax lines to {6} on a net of {7}",
        f"""
        SELECT d.id, coalesce(d.number, 'draft'), d.net_minor, d.tax_minor, d.gross_minor,
               coalesce(l.net, 0)::bigint, coalesce(t.tax, 0)::bigint, coalesce(t.net, 0)::bigint
          FROM {DOCUMENTS} d
          LEFT JOIN (SELECT document_id, sum(net_minor) AS net FROM {LINES} GROUP BY 1) l ON l.document_id = d.id
          LEFT JOIN (SELECT document_id, sum(net_minor) AS net, sum(tax_minor) AS tax FROM {TAX_LINES} GROUP BY 1) t
            ON t.document_id = d.id
         WHERE d.status <> 'canceled' AND (d.net_minor <> coalesce(l.net, 0) OR d.tax_minor <> coalesce(t.tax, 0)
            OR d.net_minor <> coalesce(t.net, 0) OR d.gross_minor <> d.net_minor + d.tax_minor) ORDER BY 1
        """,
    ),
    (
        3,
        "document {0}",
        "tax of {1} at {2} % is {3} on a net of {4}, but its lines of that group sum to {5} and bear {6}",
        f"""
        SELECT t.document_id, t.treatment, t.tax_rate, t.tax_minor, t.net_minor, coalesce(l.net, 0)::bigint,
               (sign(t.net_minor) * floor(abs(t.net_minor) * t.tax_rate / 100 + 0.5))::bigint
          FROM {TAX_LINES} t JOIN {DOCUMENTS} d ON d.id = t.document_id AND d.status <> 'canceled'
          LEFT JOIN (SELECT document_id, treatment, tax_rate, sum(net_minor) AS net FROM {LINES} GROUP BY 1, 2, 3) l
            ON (l.document_id, l.treatment, l.tax_rate) = (t.document_id, t.treatment, t.tax_rate)
         WHERE NOT (d.corrects_id IS NOT NULL AND (d.kind = 'credit_note' OR d.is_reversal))
           AND (t.net_minor <> coalesce(l.net, 0)
            OR t.tax_minor <> sign(t.net_minor) * floor(abs(t.net_minor) * t.tax_rate / 100 + 0.5)) ORDER BY 1
        """,
    ),
    (
        4,
        "number series {0} ({1})",
        "{2} numbers from {3} to {4}, next is {5}: there is a gap or a number too many",
        f"""
        SELECT s.id, s.prefix, count(d.id), coalesce(min(d.sequence_number), 0), coalesce(max(d.sequence_number), 0),
               s.next_number
          FROM sellers_numberseries s LEFT JOIN {DOCUMENTS} d ON d.number_series_id = s.id
         GROUP BY s.id
        HAVING count(d.id) <> coalesce(max(d.sequence_number) - min(d.sequence_number) + 1, 0)
            OR (count(d.id) > 0 AND max(d.sequence_number) <> s.next_number - 1) ORDER BY 1
        """,
    ),
    (
        4,
        "document {0}",
        "dated {1} after {2} with a higher number in a series that is in date order",
        f"""
        SELECT id, invoice_on, next_on FROM (
            SELECT d.id, d.invoice_on, lead(d.invoice_on) OVER (PARTITION BY s.id ORDER BY d.sequence_number) AS next_on
              FROM {DOCUMENTS} d JOIN sellers_numberseries s ON s.id = d.number_series_id WHERE s.is_in_date_order) n
         WHERE next_on < invoice_on ORDER BY 1
        """,
    ),
    (
        5,
        "subscription service {0}",
        "claims [{1}, {2}) and [{3}, ...) overlap or leave a hole",
        f"""
        SELECT subscription_service_id, start_on, end_on, next_on FROM (
            SELECT subscription_service_id, start_on, end_on,
                   lead(start_on) OVER (PARTITION BY subscription_service_id, kind ORDER BY start_on) AS next_on
              FROM {CLAIMS} WHERE released_at IS NULL) c
         WHERE next_on <> end_on AND NOT (next_on > end_on AND coalesce((
               SELECT range_agg(daterange(i.unbilled_from_on, i.unbilled_until_on)) @> daterange(c.end_on, c.next_on)
                 FROM {INTERRUPTIONS} i WHERE i.subscription_service_id = c.subscription_service_id), false))
         ORDER BY 1, 2
        """,
    ),
    (
        5,
        "subscription service {0}",
        "billed from {1} to {2} by its claims, but it starts on {3} and says billed through {4}",
        f"""
        SELECT s.id, c.first_on, c.last_on, s.starts_on, s.billed_through
          FROM subscriptions_subscriptionservice s
          JOIN (SELECT subscription_service_id, min(start_on) AS first_on, max(end_on) AS last_on
                  FROM {CLAIMS} WHERE released_at IS NULL GROUP BY 1) c ON c.subscription_service_id = s.id
          JOIN accounts_account a ON a.id = s.account_id
          JOIN sellers_billingrule r ON r.seller_id = a.seller_id
          LEFT JOIN (SELECT subscription_service_id, min(unbilled_from_on) AS off_first,
                            max(unbilled_until_on) AS off_last
                       FROM {INTERRUPTIONS} WHERE unbilled_until_on > unbilled_from_on GROUP BY 1) i
            ON i.subscription_service_id = s.id
         WHERE greatest(c.last_on, i.off_last) <> s.billed_through
            OR (least(c.first_on, i.off_first) > s.starts_on AND r.bills_partial_first
                AND s.billed_elsewhere_until IS DISTINCT FROM c.first_on)
         ORDER BY 1
        """,
    ),
)


def list_invoicing_breaches() -> Iterator[Breach]:
    """Every row that breaks one of the promises, in the order of the invariants."""
    with connection.cursor() as cursor:
        checks = CHECKS + CORRECTION_CHECKS + REPAIR_CHECKS + DRAW_CHECKS
        for invariant, subject, problem, query in sorted(checks, key=itemgetter(0)):
            cursor.execute(query)
            for row in cursor.fetchall():
                yield Breach(invariant, subject.format(*row), problem.format(*row))
