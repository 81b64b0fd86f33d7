"""Write down what a spot-check of a run has to look at: risks with reasons, and differences to the run before."""

from collections.abc import Sequence

from django.db import transaction
from psycopg.types.json import Jsonb

from tallystick.invoicing.core.differences import compare_bills
from tallystick.invoicing.core.risks import find_risks, weigh
from tallystick.invoicing.core.run_options import BILL
from tallystick.invoicing.models import AccountReview, BillRun
from tallystick.invoicing.queries.review_facts import ReviewedAccount, list_reviewed_accounts
from tallystick.invoicing.queries.reviews import find_previous_run, list_missing_accounts
from tallystick.invoicing.queries.run_documents import list_chunk_accounts
from tallystick.plumbing.bulk import copy_rows

REVIEWS = AccountReview._meta.db_table
COLUMNS = (
    "run_id",
    "account_id",
    "weight",
    "risks",
    "currency",
    "gross_minor",
    "previous_gross_minor",
    "change",
    "change_basis_points",
)
REVIEWED = ("drafted", "drawn", "failed", "not_renewed", "dropped", "awaiting_funds", "posted")
MISSING_AT_ONCE = 2000


def review_run(run_id: int) -> None:
    """Review a completed run, chunk by chunk, each in a transaction of its own. May run twice: it writes anew."""
    run = BillRun.objects.get(pk=run_id)
    if run.status != "completed" or run.kind != BILL:
        return
    for position in run.chunks.order_by("position").values_list("position", flat=True):
        review_accounts(run, account_ids=list_chunk_accounts(run_id, position=position, statuses=REVIEWED))
    missing = list_missing_accounts(run)
    for first in range(0, len(missing), MISSING_AT_ONCE):
        review_accounts(run, account_ids=missing[first : first + MISSING_AT_ONCE])
    BillRun.objects.filter(pk=run_id).update(is_reviewed=True)


def review_accounts(run: BillRun, *, account_ids: Sequence[int]) -> None:
    """Write the reviews of accounts anew; those that stand out in nothing have none."""
    previous = find_previous_run(run)
    with transaction.atomic():
        AccountReview.objects.filter(run=run, account_id__in=account_ids).delete()
        found = list_reviewed_accounts(run, account_ids=account_ids, previous_run_id=previous.pk if previous else None)
        copy_rows(REVIEWS, COLUMNS, [row for each in found if (row := _row(run.pk, each)) is not None])


def _row(run_id: int, reviewed: ReviewedAccount) -> tuple[object, ...] | None:
    facts = reviewed.facts
    risks = find_risks(facts)
    difference = compare_bills(
        facts.gross_minor, before_minor=reviewed.previous_gross_minor, is_taxed_otherwise=reviewed.is_taxed_otherwise
    )
    if not risks and difference is None:
        return None
    return (
        run_id,
        reviewed.account_id,
        weigh(risks),
        Jsonb([list(risk) for risk in risks]),
        facts.currency,
        facts.gross_minor,
        reviewed.previous_gross_minor,
        difference.change if difference else "",
        difference.basis_points if difference else None,
    )
