"""Accounts of runs that wait for money, found without reading the runs that are over."""

from tallystick.invoicing.core.shortfall import read_shortfall_subject
from tallystick.invoicing.models import BillRunAccount


def list_awaiting_accounts(run_id: int | None = None, *, seller_id: int | None = None) -> list[tuple[int, int]]:
    """Run and account of each that waits for funds, in runs that could draft it: of one run, one seller, or all."""
    # who waits has a reason, and only those with a reason stand in the index
    rows = BillRunAccount.objects.filter(status="awaiting_funds").exclude(reason="")
    rows = rows.filter(run__status__in=["completed", "posted"])
    if run_id is not None:
        rows = rows.filter(run_id=run_id)
    if seller_id is not None:
        rows = rows.filter(run__seller_id=seller_id)
    return list(rows.order_by("run_id", "account_id").values_list("run_id", "account_id"))


def is_shortfall_closed(purpose: str) -> bool:
    """Whether the purpose is a shortfall for which its account does not wait any more."""
    named = read_shortfall_subject(purpose)
    if named is None:
        return False
    run_id, account_id = named
    return not BillRunAccount.objects.filter(run_id=run_id, account_id=account_id, status="awaiting_funds").exists()
