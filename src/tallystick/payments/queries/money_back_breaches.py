"""What is promised of money that went back, set-based: refunds and disputes are booked once, and states agree."""

from tallystick.ledger.models import LedgerEntry, LedgerTransaction
from tallystick.payments.core.refund_lifecycle import RETURNED, UNSETTLED
from tallystick.payments.models import Dispute, Payment, Refund, RefundEvent

REFUNDS = Refund._meta.db_table
REFUND_EVENTS = RefundEvent._meta.db_table
DISPUTES = Dispute._meta.db_table
PAYMENTS = Payment._meta.db_table
TRANSACTIONS = LedgerTransaction._meta.db_table
ENTRIES = LedgerEntry._meta.db_table


def _list(statuses: frozenset[str]) -> str:
    return "({})".format(", ".join(f"'{status}'" for status in sorted(statuses)))


def _sum(*, sign: int, ledger_accounts: str) -> str:
    where = f"e.ledger_account IN ({ledger_accounts})"
    return f"coalesce(sum({sign} * e.amount_minor) FILTER (WHERE {where}), 0)::bigint"


#: What the ledger says of it: taken from the customer's credit, on its way, gone from the gateway or the bank.
_CREDIT = _sum(sign=1, ledger_accounts="'customer_credit'")
_TRANSIT = _sum(sign=-1, ledger_accounts="'refunds_in_transit'")
_GONE = _sum(sign=-1, ledger_accounts="'clearing', 'bank'")


def _join_ledger(subject: str) -> str:
    return f"LEFT JOIN {TRANSACTIONS} t ON t.subject = {subject} LEFT JOIN {ENTRIES} e ON e.transaction_id = t.id"


_BOOKED_WORDS = "but the ledger has {3} out of the customer's credit, {4} on its way and {5} gone"

# (invariant, what the row is, what is wrong with it, query: the columns go into both texts)
MONEY_BACK_CHECKS: tuple[tuple[int, str, str, str], ...] = (
    (
        6,
        "refund {0}",
        "is {1} over {2}, " + _BOOKED_WORDS,
        f"""
        SELECT r.id, r.status, r.amount_minor, {_CREDIT}, {_TRANSIT}, {_GONE}
          FROM {REFUNDS} r {_join_ledger("'refund:' || r.id")}
         GROUP BY r.id
        HAVING {_CREDIT} <> CASE WHEN r.status IN {_list(RETURNED)} THEN 0 ELSE r.amount_minor END
            OR {_TRANSIT} <> CASE WHEN r.status IN {_list(UNSETTLED)} THEN r.amount_minor ELSE 0 END
            OR {_GONE} <> CASE WHEN r.status = 'succeeded' THEN r.amount_minor ELSE 0 END
         ORDER BY 1
        """,
    ),
    (
        6,
        "dispute {0}",
        "is {1} over {2}, " + _BOOKED_WORDS,
        f"""
        SELECT d.id, d.status, d.amount_minor, {_CREDIT}, {_TRANSIT}, {_GONE}
          FROM {DISPUTES} d {_join_ledger("'dispute:' || d.id")}
         GROUP BY d.id
        HAVING {_CREDIT} <> CASE WHEN d.status = 'won' THEN 0 ELSE d.amount_minor END
            OR {_TRANSIT} <> 0 OR {_GONE} <> {_CREDIT}
         ORDER BY 1
        """,
    ),
    (
        6,
        "payment {0}",
        "is over {1}, but {2} of it was ordered back",
        f"""
        SELECT p.id, p.amount_minor, sum(r.amount_minor)::bigint
          FROM {PAYMENTS} p JOIN {REFUNDS} r ON r.payment_id = p.id
         WHERE r.status NOT IN {_list(RETURNED)} AND NOT r.is_external
         GROUP BY p.id HAVING sum(r.amount_minor) > p.amount_minor ORDER BY 1
        """,
    ),
    (
        7,
        "refund {0}",
        "is {1}, but its last event says {2}",
        f"""
        SELECT r.id, r.status, coalesce(e.to_status, 'nothing')
          FROM {REFUNDS} r
          LEFT JOIN (SELECT DISTINCT ON (refund_id) refund_id, to_status FROM {REFUND_EVENTS}
                      ORDER BY refund_id, id DESC) e ON e.refund_id = r.id
         WHERE r.status IS DISTINCT FROM e.to_status ORDER BY 1
        """,
    ),
    (
        7,
        "refund {0}",
        "is {1} and nobody will look at it again",
        f"""
        SELECT r.id, r.status FROM {REFUNDS} r JOIN {PAYMENTS} p ON p.id = r.payment_id
         WHERE r.status IN {_list(UNSETTLED)} AND r.look_again_at IS NULL AND p.attempt_id IS NOT NULL
           AND r.failure_detail = ''
         ORDER BY 1
        """,
    ),
)
