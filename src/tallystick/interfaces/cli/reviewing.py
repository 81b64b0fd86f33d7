"""A bill run as one looks at it before posting: where it stands, its largest invoices, what could not be billed."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import typer

from tallystick.delivery.queries.deliveries import count_sent_emails
from tallystick.interfaces.cli.output import money, note, print_json, print_table, say
from tallystick.interfaces.cli.times import write_duration
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.core.run_options import CATCH_UP
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.invoicing.queries.lists import get_run
from tallystick.invoicing.queries.reviews import (
    ReviewState,
    count_differences,
    get_review_state,
    list_differences,
    list_risky_accounts,
)
from tallystick.invoicing.queries.runs import (
    RunProgress,
    get_run_progress,
    list_run_documents,
    list_troubled_accounts,
)
from tallystick.invoicing.queries.summary import get_run_summary
from tallystick.plumbing import clock

TROUBLED_SHOWN = 500


def progress_as_json(progress: RunProgress) -> dict[str, Any]:
    """Where a run stands, for programs."""
    sums = {name: [total._asdict() for total in getattr(progress, name)] for name in ("totals", "drawn")}
    return {**progress._asdict(), **sums}


def write_totals(progress: RunProgress) -> str:
    """What a run comes to, such as "316,985.75 USD"."""
    return " + ".join(money(total.gross_minor, total.currency) for total in progress.totals) or "nothing"


def show_progress(progress: RunProgress, *, as_json: bool, hints: bool = True) -> None:
    """Print where a run stands, and with `hints` what comes next."""
    if as_json:
        print_json(progress_as_json(progress))
        return
    say(
        f"[bold]{progress.number}[/bold] is {progress.status}: {write_count(progress.documents, noun='invoice')}, "
        f"{write_totals(progress)}; {progress.posted_documents:,} posted, "
        f"{write_count(progress.failed_accounts, noun='account')} failed"
    )
    if progress.drawn:
        drawn = " + ".join(money(total.gross_minor, total.currency) for total in progress.drawn)
        say(f"Drawn on accounts: {drawn}; the statement of the month asks for it")
    if hints and progress.status == "completed" and (progress.documents or progress.drawn):
        say(f"Next: tallystick bill-run review {progress.number}, then tallystick bill-run post {progress.number}")


def end_by_outcome(run_id: int, *, as_json: bool) -> None:
    """Exit 1, naming the accounts that are in the way and why, after a run that failed or was not posted whole."""
    failed = list(list_troubled_accounts(run_id).filter(status="failed")[:TROUBLED_SHOWN])
    if not as_json:
        for each in failed:
            note(f"  {each.account.external_id}: {each.reason}", as_written=True)
    raise typer.Exit(1)


def list_run_advice(run_id: int) -> Sequence[str]:
    """The advice for a run that posts or mails by itself."""
    run = get_run(run_id)
    return list_warnings(run.seller, auto_posts=run.auto_posts, auto_emails=run.auto_emails, at=clock.now())


def figures_as_json(run_id: int) -> dict[str, Any]:
    """What a run came to, and the advice for it, for programs."""
    figures = get_run_summary(run_id)._asdict()
    for phase in ("drafting", "posting"):
        duration = figures.pop(f"{phase}_duration")
        figures[f"{phase}_seconds"] = None if duration is None else duration.total_seconds()
    figures["emails_sent"] = count_sent_emails(run_id)
    return {"summary": figures, "warnings": list(list_run_advice(run_id))}


def show_figures(run_id: int) -> None:
    """Print what a run came to (ZUO-14), and the advice for it."""
    figures = get_run_summary(run_id)
    say(
        f"  {write_count(figures.documents, noun='document')}, {figures.posted_percent} % posted:"
        f" {write_count(figures.invoices, noun='invoice')}, {write_count(figures.credit_notes, noun='credit note')},"
        f" {figures.zero_totals:,} of zero; {write_count(count_sent_emails(run_id), noun='e-mail')} sent"
    )
    # by the business clock: where that stood still meanwhile, it says nothing
    if figures.drafting_duration:
        say(f"  drafted in {write_duration(figures.drafting_duration.total_seconds())}")
    if figures.posting_duration:
        say(f"  posted in {write_duration(figures.posting_duration.total_seconds())}")
    for warning in list_run_advice(run_id):
        note(warning)


def review_as_json(run_id: int, *, limit: int, change: str = "", at_least_percent: int = 0) -> dict[str, Any]:
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
        "is_reviewed": get_run(run_id).is_reviewed,
        "review": get_review_state(run_id).value,
        "risks": [
            {
                "account": each.account.external_id,
                "name": each.account.name,
                "weight": each.weight,
                "reasons": [{"code": code, "words": words} for code, words in each.risks],
                "gross_minor": each.gross_minor,
                "currency": each.currency,
            }
            for each in list_risky_accounts(run_id)[:limit]
        ],
        "differences": [
            {
                "account": each.account.external_id,
                "name": each.account.name,
                "change": each.change,
                "basis_points": each.change_basis_points,
                "previous_gross_minor": each.previous_gross_minor,
                "gross_minor": each.gross_minor,
                "currency": each.currency,
            }
            for each in list_differences(run_id, change=change, at_least_percent=at_least_percent)[:limit]
        ],
        "difference_counts": [each._asdict() for each in count_differences(run_id)],
        "troubled": [
            {"account": each.account.external_id, "status": each.status, "reason": each.reason}
            for each in list_troubled_accounts(run_id)[:TROUBLED_SHOWN]
        ],
    }


def show_review(run_id: int, *, limit: int, change: str = "", at_least_percent: int = 0) -> None:
    """Print where a run stands, what stands out and why, what differs from the run before, its largest invoices, and
    the accounts that it could not bill."""
    show_progress(get_run_progress(run_id), as_json=False, hints=False)
    _show_risks(run_id, limit)
    _show_differences(run_id, list_differences(run_id, change=change, at_least_percent=at_least_percent)[:limit])
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
            "Accounts not billed, or not in full",
            ("Account", "Name", "State", "Why"),
            [(each.account.external_id, each.account.name, each.status, each.reason) for each in troubled],
        )


def _sign(document: Any) -> int:
    """Credit notes give back."""
    return -1 if document.kind == "credit_note" else 1


def _show_risks(run_id: int, limit: int) -> None:
    state = get_review_state(run_id)
    if state is not ReviewState.WRITTEN:
        say(_say_why_not_reviewed(get_run(run_id), state))
        return
    print_table(
        "To be looked at, most urgent first",
        ("Account", "Name", "Total", "Why"),
        [
            (
                each.account.external_id,
                each.account.name,
                _write_minor(each.gross_minor, each.currency),
                "; ".join(f"{code.replace('_', ' ')}: {words}" for code, words in each.risks),
            )
            for each in list_risky_accounts(run_id)[:limit]
        ],
        right=("Total",),
    )


def _say_why_not_reviewed(run: Any, state: ReviewState) -> str:
    """Why there is no list of what stands out: each cause in its own words."""
    if state is ReviewState.UNDER_WAY:
        return "What stands out is still being looked for; workers are at it (tallystick worker). Look again soon."
    if run.status in ("pending", "paused", "running"):
        return "What stands out is looked for once the run is drafted."
    if run.kind == CATCH_UP:
        return "The run makes no invoices, so there is nothing to look through."
    if run.auto_posts:
        return "The run posts itself, so it was not looked through beforehand."
    return f"What stands out was not looked for: the run is {run.status}."


def _show_differences(run_id: int, rows: Iterable[Any]) -> None:
    counts = count_differences(run_id)
    if not counts:
        return
    told = ", ".join(f"{each.accounts:,} {each.change.replace('_', ' ')}" for each in counts)
    print_table(
        f"Otherwise than in the run before: {told}",
        ("Account", "Name", "Change", "By", "Before", "Now"),
        [
            (
                each.account.external_id,
                each.account.name,
                each.change.replace("_", " "),
                "" if each.change_basis_points is None else f"{Decimal(each.change_basis_points) / 100:,.2f} %",
                _write_minor(each.previous_gross_minor, each.currency),
                _write_minor(each.gross_minor, each.currency),
            )
            for each in rows
        ],
        right=("By", "Before", "Now"),
    )


def _write_minor(minor: int | None, currency: str) -> str:
    return "" if minor is None else money(minor, currency)
