"""What a run came to, in figures (ZUO-14)."""

from datetime import timedelta
from typing import NamedTuple

from tallystick.invoicing.models import BillRun, BillRunAccount, Document
from tallystick.plumbing.statements import fetch_rows

DOCUMENTS = Document._meta.db_table
RUN_ACCOUNTS = BillRunAccount._meta.db_table


class RunSummary(NamedTuple):
    """Figures of a run. `posted_percent` is rounded down; `duration` is from the first job to drafted (and from asked
    for to posted), none while it lasts. E-mails are delivery's to count."""

    documents: int
    posted_percent: int
    invoices: int
    credit_notes: int
    zero_totals: int
    accounts: int
    drafting_duration: timedelta | None
    posting_duration: timedelta | None


def get_run_summary(run_id: int) -> RunSummary:
    """The figures, from the documents and accounts that the run really has."""
    run = BillRun.objects.get(pk=run_id)
    ((documents, posted, invoices, credit_notes, zero),) = fetch_rows(
        "SELECT count(*), count(*) FILTER (WHERE status IN ('posted', 'voided')),"
        " count(*) FILTER (WHERE kind = 'invoice'), count(*) FILTER (WHERE kind = 'credit_note'),"
        f" count(*) FILTER (WHERE gross_minor = 0) FROM {DOCUMENTS} WHERE run_id = %s AND status <> 'canceled'",
        [run_id],
    )
    asked_at = run.events.filter(event="post").order_by("-pk").values_list("at", flat=True).first()
    return RunSummary(
        documents=documents,
        posted_percent=posted * 100 // documents if documents else 0,
        invoices=invoices,
        credit_notes=credit_notes,
        zero_totals=zero,
        accounts=BillRunAccount.objects.filter(run_id=run_id).exclude(status="due").count(),
        drafting_duration=run.completed_at - run.started_at if run.completed_at and run.started_at else None,
        posting_duration=run.posted_at - asked_at if run.posted_at and asked_at else None,
    )
