"""Numbers of runs: each is given once, also when its run was deleted since."""

from tallystick.invoicing.models import BillRun, DeletedBillRun, PreviewRun
from tallystick.plumbing.statements import fetch_rows
from tallystick.sellers.models import Seller

RUNS = BillRun._meta.db_table
DELETED = DeletedBillRun._meta.db_table
PREVIEWS = PreviewRun._meta.db_table


def take_run_number(seller: Seller) -> str:
    """The next number of a seller's bill runs. Locks the seller, in the transaction that writes the run."""
    return _take(seller, "BR-", RUNS, DELETED)


def take_preview_number(seller: Seller) -> str:
    """The next number of a seller's preview runs. Locks the seller, in the transaction that writes the run."""
    return _take(seller, "PV-", PREVIEWS)


def _take(seller: Seller, prefix: str, *tables: str) -> str:
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # numbers of runs are counted one at a time
    numbers = " UNION ALL ".join(f"SELECT number FROM {table} WHERE seller_id = %s" for table in tables)
    ((last,),) = fetch_rows(
        f"SELECT coalesce(max(substr(number, {len(prefix) + 1})::bigint), 0) FROM ({numbers}) AS n",
        [seller.pk] * len(tables),
    )
    return f"{prefix}{last + 1:06d}"
