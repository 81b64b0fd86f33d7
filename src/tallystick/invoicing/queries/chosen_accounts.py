"""Which accounts a run's filters choose, as SQL for set-based statements."""

from typing import Any

from tallystick.accounts.models import Account
from tallystick.invoicing.core.filters import RunFilters

ACCOUNTS = Account._meta.db_table


def accounts_sql(seller_id: int, *, filters: RunFilters) -> tuple[str, list[Any]]:
    """A SELECT of `id` of a seller's accounts that the filters choose, due or not, and its parameters."""
    conditions, params = ["seller_id = %s"], [seller_id]
    for column, values in (
        ("external_id", filters.account_external_ids),
        ("segment", filters.segments),
        ("anchor_day", filters.anchor_days),
        ("billing_mode", filters.billing_modes),
    ):
        if values:
            conditions.append(f"{column} = ANY(%s)")
            params.append(list(values))  # type: ignore[arg-type]
    return f"SELECT id FROM {ACCOUNTS} WHERE {' AND '.join(conditions)}", params
