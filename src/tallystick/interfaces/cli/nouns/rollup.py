"""`tallystick rollup`: what each account should pay, what did arrive, and why the two differ."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.files import require_writable, write_lines
from tallystick.interfaces.cli.output import note, print_json, say
from tallystick.interfaces.cli.rollup_output import (
    billing_as_json,
    gap_as_json,
    payment_as_json,
    show_billing,
    show_gap,
    show_nothing_asked,
    show_payments,
    total_as_json,
)
from tallystick.interfaces.record_links import RecordLinks, get_site_address
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.rollups import queries as rollups
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="What it adds up to.", no_args_is_help=True)

EVERY = "all"
MonthOption = Annotated[str, typer.Option(help="The month, as 2026-03. Default: the last one that was billed.")]
MonthsOption = Annotated[
    str, typer.Option("--month", help=f"The month, as 2026-03, or {EVERY}. Default: the last one that was billed.")
]
SearchOption = Annotated[str, typer.Option(help="Part of an id, a name or an e-mail address.")]
ModeOption = Annotated[str, typer.Option(help="Only self_serve or managed accounts.")]
SegmentOption = Annotated[str, typer.Option(help="Only this segment.")]
PlanOption = Annotated[str, typer.Option(help="Only accounts on this plan (code).")]
ManagerOption = Annotated[str, typer.Option(help="Only accounts of this manager (e-mail).")]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="Write all rows into this CSV file.")]
LimitOption = Annotated[int, typer.Option(min=1, help="Show at most so many rows; the totals count all.")]


class Question(NamedTuple):
    """For whom and when a rollup is asked, by whom."""

    seller: Any
    month: date
    as_of: date
    actor: Actor


def _ask(seller: str, month: str, csv: Path | None, *, takes_all: bool = False) -> Question:
    owner, actor = get_seller(seller), current_actor()
    today = clock.today(owner.time_zone)
    require_writable(csv, option="--csv")
    if month:
        return Question(owner, today if takes_all and month == EVERY else _read_month(month), today, actor)
    last = rollups.find_last_billed_month(owner, as_of=today, actor=actor)
    other = today if last != today.replace(day=1) else last - timedelta(days=1)
    note(f"{last:%B %Y}; another month: --month {other:%Y-%m}", as_written=True)
    return Question(owner, last, today, actor)


def _read_month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise InvalidInput(f"{text!r} is not a month; write it as 2026-03.", field="month") from None


@app.command()
def billing(
    month: MonthOption = "",
    search: SearchOption = "",
    mode: ModeOption = "",
    segment: SegmentOption = "",
    plan: PlanOption = "",
    manager: ManagerOption = "",
    revenue_class: Annotated[str, typer.Option(help=f"One of {', '.join(rollups.REVENUE_CLASSES)}.")] = "",
    limit: LimitOption = 50,
    csv: CsvOption = None,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """What should each account pay in a month? With plan, mode, manager, contact and MRR.

    Example: tallystick rollup billing --mode managed --csv billing.csv
    """
    asked = _ask(seller, month, csv)
    filters = rollups.BillingFilters(search, mode, segment, plan, manager, revenue_class)
    where: dict[str, Any] = {"month": asked.month, "as_of": asked.as_of, "filters": filters, "actor": asked.actor}
    totals = rollups.compute_billing_totals(asked.seller, **where)
    if csv is not None:
        _write(csv, rollups.write_billing_csv(asked.seller, **where))
        return
    rows = rollups.list_billing_rollup(asked.seller, **where, limit=limit)
    if as_json:
        _print_json(rollups.BILLING_QUESTION, asked, [billing_as_json(row) for row in rows], totals, month=asked.month)
        return
    show_billing(rows, totals, month=asked.month)


@app.command()
def payments(
    month: MonthsOption = "",
    bucket: Annotated[str, typer.Option(help=f"One of {', '.join(rollups.BUCKETS)}.")] = "",
    search: Annotated[str, typer.Option(help="Part of an id, a name or a reference, or an invoice's number.")] = "",
    status: Annotated[str, typer.Option(help="One state of a charge, such as action_required.")] = "",
    way: Annotated[str, typer.Option(help=f"One of {', '.join(rollups.PAYMENT_WAYS)}.")] = "",
    gateway: Annotated[str, typer.Option(help="Only by this gateway, such as mollie.")] = "",
    account: Annotated[str, typer.Option(help="Only of this account (external id).")] = "",
    without_invoice: Annotated[
        bool, typer.Option("--without-invoice", help="Only money of which a part has settled no invoice.")
    ] = False,
    limit: LimitOption = 50,
    csv: CsvOption = None,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """What did arrive? Every payment with status, amount, invoice, reference, and why it failed.

    Example: tallystick rollup payments --bucket failed
    Example: tallystick rollup payments --month all --without-invoice
    """
    asked = _ask(seller, month, csv, takes_all=True)
    months = None if month == EVERY else asked.month
    filters = rollups.PaymentFilters(months, bucket, search, status, way, gateway, account, without_invoice)
    where: dict[str, Any] = {"as_of": asked.as_of, "filters": filters, "actor": asked.actor}
    totals = rollups.compute_payment_totals(asked.seller, **where)
    if csv is not None:
        _write(csv, rollups.write_payments_csv(asked.seller, **where, link=RecordLinks(get_site_address()).of_payment))
        return
    rows = rollups.list_payments_rollup(asked.seller, **where, limit=limit)
    if as_json:
        _print_json(rollups.PAYMENTS_QUESTION, asked, [payment_as_json(row) for row in rows], totals, month=months)
        return
    show_payments(rows, totals, month=months)


@app.command()
def gap(
    month: MonthOption = "",
    search: SearchOption = "",
    mode: ModeOption = "",
    segment: SegmentOption = "",
    plan: PlanOption = "",
    manager: ManagerOption = "",
    reason: Annotated[str, typer.Option(help=f"One of {', '.join(rollups.GAP_REASONS)}.")] = "",
    limit: LimitOption = 50,
    csv: CsvOption = None,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Why is what arrived not what was asked for? To the last cent, account by account.

    Example: tallystick rollup gap --reason charge_failed
    """
    asked = _ask(seller, month, csv)
    filters = rollups.GapFilters(search, mode, segment, plan, manager, reason)
    where: dict[str, Any] = {"month": asked.month, "as_of": asked.as_of, "filters": filters, "actor": asked.actor}
    totals = rollups.compute_gap_totals(asked.seller, **where)
    if csv is not None:
        _write(csv, rollups.write_gap_csv(asked.seller, **where, link=RecordLinks(get_site_address()).of_gap))
        return
    rows = rollups.list_gap(asked.seller, **where, limit=limit)
    if as_json:
        _print_json(rollups.GAP_QUESTION, asked, [gap_as_json(row) for row in rows], totals, month=asked.month)
        return
    state = rollups.get_month_state(asked.seller, month=asked.month, as_of=asked.as_of, actor=asked.actor)
    if not state.has_posted:
        show_nothing_asked(state, month=asked.month)
        return
    show_gap(rows, totals, month=asked.month)


def _write(path: Path, lines: Iterable[str]) -> None:
    write_lines(path, lines, option="--csv")
    say(str(path))


def _print_json(
    question: str, asked: Question, rows: list[dict[str, Any]], totals: Iterable[Any], *, month: date | None
) -> None:
    print_json(
        {
            "question": question,
            "month": f"{month:%Y-%m}" if month else None,
            "as_of": asked.as_of,
            "rows": rows,
            "totals": [total_as_json(total) for total in totals],
        }
    )
