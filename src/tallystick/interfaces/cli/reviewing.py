"""A bill run as one looks at it before posting: where it stands, its largest invoices, what could not be billed."""

from typing import Any

from tallystick.interfaces.cli.output import money, print_json, print_table, say
from tallystick.invoicing.queries.runs import (
    RunProgress,
    get_run_progress,
    list_run_documents,
    list_troubled_accounts,
)

TROUBLED_SHOWN = 500


def progress_as_json(progress: RunProgress) -> dict[str, Any]:
    """Where a run stands, for programs."""
    return {**progress._asdict(), "totals": [total._asdict() for total in progress.totals]}


def write_totals(progress: RunProgress) -> str:
    """What a run comes to, such as "316,985.75 USD"."""
    return " + ".join(money(total.gross_minor, total.currency) for total in progress.totals) or "nothing"


def show_progress(progress: RunProgress, *, as_json: bool) -> None:
    """Print where a run stands, and what comes next."""
    if as_json:
        print_json(progress_as_json(progress))
        return
    say(
        f"[bold]{progress.number}[/bold] is {progress.status}: {progress.documents:,} invoices, "
        f"{write_totals(progress)}; {progress.posted_documents:,} posted, {progress.failed_accounts:,} accounts failed"
    )
    if progress.status == "completed":
        say(f"Next: tallystick bill-run review {progress.number}, then tallystick bill-run post {progress.number}")


def review_as_json(run_id: int, *, limit: int) -> dict[str, Any]:
    """A run as one looks at it before posting, for programs."""
    return {
        "run": progress_as_json(get_run_progress(run_id)),
        "documents": [
            {
                "document": document.pk,
                "number": document.number,
                "kind": document.kind,
                "account": document.account.external_id,
                "name": document.account.name,
                "gross_minor": document.gross_minor,
                "currency": document.currency,
            }
            for document in list_run_documents(run_id)[:limit]
        ],
        "troubled": [
            {"account": each.account.external_id, "status": each.status, "reason": each.reason}
            for each in list_troubled_accounts(run_id)[:TROUBLED_SHOWN]
        ],
    }


def show_review(run_id: int, *, limit: int) -> None:
    """Print where a run stands, its largest invoices, and the accounts that it could not bill."""
    show_progress(get_run_progress(run_id), as_json=False)
    print_table(
        "Largest invoices",
        ("Document", "Account", "Name", "Total"),
        [
            (
                document.number or f"draft:{document.pk}",
                document.account.external_id,
                document.account.name,
                money(_sign(document) * document.gross_minor, document.currency),
            )
            for document in list_run_documents(run_id)[:limit]
        ],
        right=("Total",),
    )
    troubled = list(list_troubled_accounts(run_id)[:TROUBLED_SHOWN])
    if troubled:
        print_table(
            "Accounts not billed",
            ("Account", "Name", "State", "Why"),
            [(each.account.external_id, each.account.name, each.status, each.reason) for each in troubled],
        )


def _sign(document: Any) -> int:
    """Credit notes give back."""
    return -1 if document.kind == "credit_note" else 1
