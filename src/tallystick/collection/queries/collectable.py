"""What a payment run takes: for the question before it is started, and for the run itself."""

from datetime import date
from typing import Any, NamedTuple

from tallystick.accounts.models import Account
from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.invoicing.models import Document
from tallystick.payments.models import GatewayAccount, PaymentMethod
from tallystick.plumbing.statements import fetch_rows

ACCOUNTS = Account._meta.db_table
DOCUMENTS = Document._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table
METHODS = PaymentMethod._meta.db_table
#: The kind of gateway that the account's default method is at.
GATEWAY_OF = (
    f"(SELECT g.kind FROM {METHODS} m JOIN {GATEWAYS} g ON g.id = m.gateway_account_id"
    " WHERE m.account_id = a.id AND m.is_default)"
)
OPEN_MINOR = "d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor"


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
    seller_id: int, *, target_on: date, filters: CollectionFilters, bill_run_id: int | None
) -> tuple[list[str], list[Any]]:
    """SQL over documents `d` and accounts `a` that holds for what a run takes, with its parameters."""
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
        ("d.run_id", (bill_run_id,) if bill_run_id else ()),
    ):
        if values:
            conditions.append(f"{column} = ANY(%s)")
            params.append(list(values))
    return conditions, params
