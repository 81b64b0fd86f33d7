"""Write draws in bulk: rows, claims and ledger transactions, in the transaction that moves what they bill."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from tallystick.invoicing.core.drawing import NewDraw, draw_entries, draw_subject
from tallystick.invoicing.models import BillingClaim, Draw
from tallystick.ledger.core.entries import NewTransaction
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.plumbing.bulk import copy_rows, take_ids

DRAWS = Draw._meta.db_table
CLAIMS = BillingClaim._meta.db_table
COLUMNS = (
    "id",
    "tax_minor",
    "account_id",
    "statement_month_on",
    "collection_method",
    "invoiced_subscription_id",
    "kind",
    "subscription_service_id",
    "description",
    "period_start_on",
    "period_end_on",
    "quantity",
    "unit_price",
    "part_days",
    "full_days",
    "percent",
    "percent_of_minor",
    "net_minor",
    "treatment",
    "tax_rate",
    "revenue_code",
    "registration",
    "reverses_id",
    "seller_id",
    "run_id",
    "drawn_on",
    "reason",
    "created_at",
)


class DrawHeader(NamedTuple):
    """What all draws of one writing share."""

    seller_id: int
    run_id: int | None
    drawn_on: date
    reason: str = ""


def write_draws(
    header: DrawHeader,
    *,
    draws: Sequence[NewDraw],
    books: dict[int, int],
    at: datetime,
    reverses: Sequence[int | None] = (),
) -> None:
    """Write draws with COPY: from now on they are owed, as unbilled. `books` maps account to ledger book.

    Runs in the caller's transaction, under the accounts' locks. `reverses` names the draw that each takes back. The
    unique index on claims refuses a period that is billed already.
    """
    # The plan's name, last in a line, is left out: a draw is not printed, the statement that asks for it is.
    ids = take_ids(DRAWS, len(draws))
    taken_back = reverses or [None] * len(draws)
    copy_rows(
        DRAWS,
        COLUMNS,
        (
            (i, draw.tax_minor, *draw.group[:4], *draw.line[:-1], undone, *header, at)
            for i, draw, undone in zip(ids, draws, taken_back, strict=True)
        ),
    )
    copy_rows(
        CLAIMS,
        ("draw_id", "subscription_service_id", "kind", "start_on", "end_on"),
        ((i, *draw.claim) for i, draw in zip(ids, draws, strict=True) if draw.claim is not None),
    )
    transactions = []
    for i, draw in zip(ids, draws, strict=True):
        entries = draw_entries(draw)
        if entries:  # what costs nothing moves no money
            book_id = books[draw.group.account_id]
            transactions.append(NewTransaction(book_id, "draw", draw_subject(i), header.drawn_on, entries))
    record_transactions(transactions, at=at)
