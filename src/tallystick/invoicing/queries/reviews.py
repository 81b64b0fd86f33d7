"""Reads of reviews: what stands out in a run, most urgent first, and how it differs from the run before."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from tallystick.invoicing.core.differences import BASIS_POINTS, CHANGES, DOWN, UP
from tallystick.invoicing.models import AccountReview, BillRun, Document
from tallystick.plumbing.statements import fetch_rows

DOCUMENTS = Document._meta.db_table
PERCENT = BASIS_POINTS // 100


class ReviewCount(NamedTuple):
    """How many accounts differ in one way, and what they came to before and now, gross in minor units."""

    change: str
    accounts: int


def find_previous_run(run: BillRun) -> BillRun | None:
    """The run before this one for the same accounts (same seller, same filters) that was not canceled."""
    earlier = BillRun.objects.filter(seller_id=run.seller_id, kind=run.kind, filters=run.filters, pk__lt=run.pk)
    return earlier.filter(status__in=("completed", "posting", "posted")).order_by("-pk").first()


def list_missing_accounts(run: BillRun) -> list[int]:
    """Accounts that the run before billed and this one did not, by id."""
    previous = find_previous_run(run)
    if previous is None:
        return []
    rows = fetch_rows(
        f"SELECT DISTINCT d.account_id FROM {DOCUMENTS} d WHERE d.run_id = %s AND d.status IN ('draft', 'posted')"
        f" AND NOT EXISTS (SELECT 1 FROM {DOCUMENTS} n WHERE n.run_id = %s AND n.account_id = d.account_id"
        " AND n.status IN ('draft', 'posted')) ORDER BY 1",
        [previous.pk, run.pk],
    )
    return [row[0] for row in rows]


def list_risky_accounts(run_id: int) -> QuerySet[AccountReview]:
    """Accounts that should be looked at, most urgent first; the reasons stand in `risks`."""
    rows = AccountReview.objects.filter(run_id=run_id, weight__gt=0).select_related("account")
    return rows.order_by("-weight", "-gross_minor", "pk")


def list_differences(run_id: int, *, change: str = "", at_least_percent: int = 0) -> QuerySet[AccountReview]:
    """Accounts whose bill differs from the run before; those that went up or down by so many percent at least.

    What rose from nothing has no percentage and is always among them.
    """
    rows = AccountReview.objects.filter(run_id=run_id, change__in=[change] if change else CHANGES)
    is_small = Q(change__in=(UP, DOWN), change_basis_points__lt=at_least_percent * PERCENT)
    return rows.exclude(is_small).select_related("account").order_by("change", "-change_basis_points", "pk")


def count_differences(run_id: int) -> list[ReviewCount]:
    """How many accounts differ in which way."""
    rows = AccountReview.objects.filter(run_id=run_id).exclude(change="").values("change")
    return [
        ReviewCount(row["change"], row["accounts"]) for row in rows.annotate(accounts=Count("pk")).order_by("change")
    ]
