"""What a payment run takes: for the question before it is started, and for the run itself."""

from datetime import date, datetime
from typing import Any, NamedTuple

from tallystick.accounts.models import Account
from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.collection.models import DocumentRetry, PaymentRunItem
from tallystick.invoicing.models import Document
from tallystick.payments.models import GatewayAccount, PaymentMethod
from tallystick.plumbing.statements import fetch_rows

ACCOUNTS = Account._meta.db_table
DOCUMENTS = Document._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table
ITEMS = PaymentRunItem._meta.db_table
METHODS = PaymentMethod._meta.db_table
RETRIES = DocumentRetry._meta.db_table
#: The kind of gateway that the account's default method is at.
GATEWAY_OF = (
    f"(SELECT g.kind FROM {METHODS} m JOIN {GATEWAYS} g ON g.id = m.gateway_account_id"
    " WHERE m.account_id = a.id AND m.is_default)"
)
OPEN_MINOR = "d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor"

#: What runs before left open and may be tried again: its time has come, it never was a try, or the method is another;
#: or it was left out, never failed, and there is a method to charge. Whether it may be, is judged when its turn comes.
LEFT_OPEN = f"""(
    d.id IN (SELECT r.document_id FROM {RETRIES} r JOIN {METHODS} tried ON tried.id = r.method_id
               LEFT JOIN {METHODS} m ON m.account_id = tried.account_id AND m.is_default
              WHERE r.next_attempt_at <= %s OR (r.next_attempt_at IS NULL AND r.tries = 0) OR m.id <> r.method_id)
    OR (EXISTS (SELECT 1 FROM {ITEMS} i WHERE i.document_id = d.id AND i.status = 'skipped')
        AND NOT EXISTS (SELECT 1 FROM {RETRIES} r WHERE r.document_id = d.id)
        AND EXISTS (SELECT 1 FROM {METHODS} m JOIN {GATEWAYS} g ON g.id = m.gateway_account_id
                     WHERE m.account_id = a.id AND m.is_default AND m.state = 'valid' AND g.is_active)))"""


class Collectable(NamedTuple):
    """Open invoices that are paid automatically and due, in one currency; `open_minor` is what is open of them."""

    currency: str
    invoices: int
    open_minor: int


def list_collectable(
    seller_id: int, *, target_on: date, filters: CollectionFilters, bill_run_id: int | None
) -> list[Collectable]:
    """Posted, open, automatic invoices due on or before a day, by currency (ZUO-34, ZUO-35, ZUO-36)."""
    conditions, params = compose_conditions(seller_id, target_on=target_on, filters=filters, bill_run_id=bill_run_id)
    rows = fetch_rows(
        f"SELECT d.currency, count(*), sum({OPEN_MINOR})::bigint FROM {DOCUMENTS} d"
        f" JOIN {ACCOUNTS} a ON a.id = d.account_id WHERE {' AND '.join(conditions)} GROUP BY 1 ORDER BY 1",
        params,
    )
    return [Collectable(*row) for row in rows]


def compose_conditions(
    seller_id: int,
    *,
    target_on: date,
    filters: CollectionFilters,
    bill_run_id: int | None,
    left_open_at: datetime | None = None,
) -> tuple[list[str], list[Any]]:
    """SQL over documents `d` and accounts `a` that holds for what a run takes, with its parameters.

    `left_open_at`: besides the bill run's invoices those that runs before left open, as far as they may be tried then.
    """
    conditions = [
        "d.seller_id = %s",
        "d.due_on <= %s",
        "d.status = 'posted' AND d.kind <> 'credit_note' AND d.collection_method = 'automatic'",
        "d.gross_minor > d.settled_minor + d.written_off_minor + d.difference_minor",
    ]
    params: list[Any] = [seller_id, target_on]
    for column, values in (
        ("a.external_id", filters.account_external_ids),
        ("a.segment", filters.segments),
        ("a.anchor_day", filters.anchor_days),
        ("d.currency", filters.currencies),
        (GATEWAY_OF, filters.gateways),
    ):
        if values:
            conditions.append(f"{column} = ANY(%s)")
            params.append(list(values))
    if bill_run_id and left_open_at:
        conditions.append(f"(d.run_id = %s OR {LEFT_OPEN})")
        params += [bill_run_id, left_open_at]
    elif bill_run_id:
        conditions.append("d.run_id = %s")
        params.append(bill_run_id)
    return conditions, params
