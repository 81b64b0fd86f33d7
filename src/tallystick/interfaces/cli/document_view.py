"""A document as `invoice show` prints it: its lines with what explains each, its taxes, and what happened to it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tallystick.documents.core.view import DocumentView, ViewLine
from tallystick.interfaces.cli.document_words import write_delivery, write_event, write_price
from tallystick.interfaces.cli.output import money, print_table, say
from tallystick.interfaces.cli.times import write_instant

LINE = (
    "kind",
    "description",
    "period_start_on",
    "period_end_on",
    "quantity",
    "unit_price",
    "share_days",
    "net_minor",
    "tax_rate",
    "treatment",
)


def show_view(view: DocumentView, *, number: str) -> None:
    """Print a document: its head, its lines with what explains each, its taxes and what it comes to."""
    say(f"[bold]{number}[/bold] to {view.buyer.account_reference} {view.buyer.name}, {view.status}")
    say(f"  dated {view.invoice_on}, due {view.due_on}, {view.payment.collection_method}")
    rows = [
        (
            group.subscription_reference,
            line.description,
            _period(line),
            _explain(line, view.currency),
            f"{line.tax_rate.normalize():f} % {line.treatment.replace('_', ' ')}",
            money(line.net_minor, view.currency),
        )
        for group in view.groups
        for line in group.lines
    ]
    print_table(
        "Lines",
        ("Subscription", "What", "Period", "How much", "VAT", "Net"),
        rows,
        right=("Net",),
    )
    for row in view.tax_rows:
        say(
            f"  VAT {row.tax_rate.normalize():f} % on {money(row.net_minor, view.currency)}: "
            f"{money(row.tax_minor, view.currency)}"
        )
    still_open = f", open {money(view.open_minor, view.currency)}" if view.status == "posted" else ""
    say(f"  Total {money(view.gross_minor, view.currency)}{still_open}")


def _period(line: ViewLine) -> str:
    if line.period is None:
        return ""
    return f"{line.period[0]} to {line.period[1] - timedelta(days=1)}"


def _explain(line: ViewLine, currency: str) -> str:
    if line.percent is not None:
        return f"{line.percent.normalize():f} % of {money(line.percent_of_minor, currency)}"
    words = f"{line.quantity.normalize():f} × {write_price(line.unit_price, currency)}"
    return words if line.share_days is None else f"{words} × {line.share_days[0]} of {line.share_days[1]} days"


def line_as_json(line: ViewLine) -> dict[str, Any]:
    """A line, for programs."""
    return {name: getattr(line, name) for name in LINE}


def show_history(events: Sequence[Any], deliveries: Sequence[Any], *, time_zone: str) -> None:
    """Print what happened to a document and how it went out, by the clock of its seller."""
    if events or deliveries:
        say(f"  What happened, by the clock of {time_zone}:")
    for event in events:
        at, what = write_instant(event.at, time_zone=time_zone), write_event(event.event)
        say(f"  {at}  {what} by {event.actor_label}{_reason(event.reason)}")
    for each in deliveries:
        at = write_instant(each.requested_at, time_zone=time_zone)
        told = write_delivery(each.channel, status=each.status, recipient=each.recipient)
        say(f"  {at}  {told}{_reason(each.reason)}")


def _reason(reason: str) -> str:
    return f": {reason}" if reason else ""
