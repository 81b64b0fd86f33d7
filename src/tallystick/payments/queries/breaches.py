"""Breaches of what payments promises: invariants 6 (money is booked once) and 7 (states agree), set-based."""

from collections.abc import Iterator

from django.db import connection

from tallystick.ledger.core.breach import Breach
from tallystick.ledger.models import LedgerEntry, LedgerTransaction
from tallystick.payments.models import AttemptEvent, AttemptPurpose, Payment, PaymentAttempt
from tallystick.payments.queries.money_back_breaches import MONEY_BACK_CHECKS

ATTEMPTS = PaymentAttempt._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
EVENTS = AttemptEvent._meta.db_table
PAYMENTS = Payment._meta.db_table
TRANSACTIONS = LedgerTransaction._meta.db_table
ENTRIES = LedgerEntry._meta.db_table

FINAL = "('succeeded', 'failed', 'canceled', 'expired', 'not_executed')"

# (invariant, what the row is, what is wrong with it, query: the columns go into both texts)
CHECKS: tuple[tuple[int, str, str, str], ...] = (
    (
        6,
        "attempt {0}",
        "is {1} over {2} {3}, but the money booked for it is {4}",
        f"""
        SELECT a.id, a.status, a.amount_minor, a.currency, coalesce(p.amount_minor || ' ' || p.currency, 'none')
          FROM {ATTEMPTS} a LEFT JOIN {PAYMENTS} p ON p.attempt_id = a.id
         WHERE (a.status = 'succeeded') <> (p.id IS NOT NULL)
            OR (p.amount_minor, p.currency, p.account_id) IS DISTINCT FROM (a.amount_minor, a.currency, a.account_id)
               AND p.id IS NOT NULL
         ORDER BY 1
        """,
    ),
    (
        6,
        "payment {0}",
        "over {1}, but the ledger has {2} for it in {3} transactions",
        f"""
        SELECT p.id, p.amount_minor, coalesce(sum(e.amount_minor), 0)::bigint, count(DISTINCT t.id)
          FROM {PAYMENTS} p
          LEFT JOIN {TRANSACTIONS} t
            ON t.subject = 'payment:' || p.id AND t.kind IN ('gateway_payment', 'bank_transfer')
          LEFT JOIN {ENTRIES} e ON e.transaction_id = t.id AND e.amount_minor > 0
         GROUP BY p.id HAVING count(DISTINCT t.id) <> 1 OR coalesce(sum(e.amount_minor), 0) <> p.amount_minor
         ORDER BY 1
        """,
    ),
    (
        7,
        "attempt {0}",
        "is {1}, but its last event says {2}",
        f"""
        SELECT a.id, a.status, coalesce(e.to_status, 'nothing')
          FROM {ATTEMPTS} a
          LEFT JOIN (SELECT DISTINCT ON (attempt_id) attempt_id, to_status FROM {EVENTS} ORDER BY attempt_id, id DESC) e
            ON e.attempt_id = a.id
         WHERE a.status IS DISTINCT FROM e.to_status ORDER BY 1
        """,
    ),
    (
        7,
        "attempt {0}",
        "is {1}, but its purpose {2} is said to be live: {3}",
        f"""
        SELECT a.id, a.status, p.purpose, p.is_live
          FROM {ATTEMPTS} a JOIN {PURPOSES} p ON p.attempt_id = a.id
         WHERE p.is_live = (a.status IN {FINAL}) ORDER BY 1
        """,
    ),
    (
        7,
        "attempt {0}",
        "is {1} and nobody will look at it again",
        f"""
        SELECT a.id, a.status FROM {ATTEMPTS} a
         WHERE a.status NOT IN {FINAL} AND a.look_again_at IS NULL AND a.quarantine_reason = '' ORDER BY 1
        """,
    ),
)


def list_payments_breaches() -> Iterator[Breach]:
    """Every row that breaks one of the promises, in the order of the invariants."""
    with connection.cursor() as cursor:
        for invariant, subject, problem, query in (*CHECKS, *MONEY_BACK_CHECKS):
            cursor.execute(query)
            for row in cursor.fetchall():
                yield Breach(invariant, subject.format(*row), problem.format(*row))
