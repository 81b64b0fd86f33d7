"""Reads of reviews: what stands out in a run, most urgent first, and how it differs from the run before."""

from enum import StrEnum
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.differences import BASIS_POINTS, CHANGES, DOWN, UP
from tallystick.invoicing.models import AccountReview, BillRun, Document, Draw
from tallystick.plumbing.live_jobs import has_live_job
from tallystick.plumbing.statements import fetch_rows

DOCUMENTS = Document._meta.db_table
RUNS = BillRun._meta.db_table
DRAWS = Draw._meta.db_table
PERCENT = BASIS_POINTS // 100
#: Where a bill or a percentage that there is not stands among the others.
NOTHING, EVERYTHING = -(2**62), 2**62

#: Accounts of a run that it has documents of, or drew on.
_BILLED = (
    f"SELECT d.account_id FROM {DOCUMENTS} d WHERE d.run_id = %s AND d.status IN ('draft', 'posted')"
    f" UNION SELECT w.account_id FROM {DRAWS} w WHERE w.run_id = %s AND w.reverses_id IS NULL"
    f" AND NOT EXISTS (SELECT 1 FROM {DRAWS} t WHERE t.reverses_id = w.id)"
)


class ReviewState(StrEnum):
    """Whether what stands out in a run is written down, is still looked for by a job, or is not looked for."""

    WRITTEN = "written"
    UNDER_WAY = "under_way"
    NONE = "none"


def get_review_state(run_id: int) -> ReviewState:
    """Whether the list of what stands out in a run is there or will come; what a job gave up for good will not."""
    ((is_written, is_under_way),) = fetch_rows(
        f"SELECT r.is_reviewed, {has_live_job('bill_run.review', argument='run_id', equals='r.id')}"
        f" FROM {RUNS} r WHERE r.id = %s",
        [run_id],
    )
    if is_written:
        return ReviewState.WRITTEN
    return ReviewState.UNDER_WAY if is_under_way else ReviewState.NONE


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
        f"SELECT account_id FROM ({_BILLED}) AS before EXCEPT SELECT account_id FROM ({_BILLED}) AS now ORDER BY 1",
        [previous.pk, previous.pk, run.pk, run.pk],
    )
    return [row[0] for row in rows]


def list_risky_accounts(run_id: int, *, after_account_id: int = 0) -> QuerySet[AccountReview]:
    """Accounts that should be looked at, most urgent first, from the one after a given one; why stands in `risks`."""
    rows = AccountReview.objects.filter(run_id=run_id, weight__gt=0).select_related("account")
    rows = rows.annotate(size=Coalesce("gross_minor", Value(NOTHING)))
    after = _find_review(run_id, after_account_id)
    if after is not None:
        size = NOTHING if after.gross_minor is None else after.gross_minor
        rows = rows.filter(
            Q(weight__lt=after.weight)
            | Q(weight=after.weight, size__lt=size)
            | Q(weight=after.weight, size=size, account_id__gt=after.account_id)
        )
    return rows.order_by("-weight", "-size", "account_id")


def list_differences(
    run_id: int, *, change: str = "", at_least_percent: int = 0, after_account_id: int = 0
) -> QuerySet[AccountReview]:
    """Accounts whose bill differs from the run before; those that went up or down by so many percent at least.

    What rose from nothing has no percentage and is always among them, before the others of its kind.
    """
    rows = AccountReview.objects.filter(run_id=run_id, change__in=[change] if change else CHANGES)
    is_small = Q(change__in=(UP, DOWN), change_basis_points__lt=at_least_percent * PERCENT)
    rows = rows.exclude(is_small).select_related("account")
    rows = rows.annotate(size=Coalesce("change_basis_points", Value(EVERYTHING)))
    after = _find_review(run_id, after_account_id)
    if after is not None:
        size = EVERYTHING if after.change_basis_points is None else after.change_basis_points
        rows = rows.filter(
            Q(change__gt=after.change)
            | Q(change=after.change, size__lt=size)
            | Q(change=after.change, size=size, account_id__gt=after.account_id)
        )
    return rows.order_by("change", "-size", "account_id")


def _find_review(run_id: int, account_id: int) -> AccountReview | None:
    """Where a list goes on. Refuses where the account was drafted anew meanwhile and stands out no more."""
    if not account_id:
        return None
    review = AccountReview.objects.filter(run_id=run_id, account_id=account_id).first()
    if review is None:
        raise InvalidInput("The review was written anew meanwhile; begin with its first page.", field="cursor")
    return review


def count_differences(run_id: int) -> list[ReviewCount]:
    """How many accounts differ in which way."""
    rows = AccountReview.objects.filter(run_id=run_id).exclude(change="").values("change")
    return [
        ReviewCount(row["change"], row["accounts"]) for row in rows.annotate(accounts=Count("pk")).order_by("change")
    ]
