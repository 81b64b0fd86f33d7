"""Options that commands of payment runs share: whom they collect from, and how."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions

AccountsOption = Annotated[
    list[str] | None, typer.Option("--account", help="Only this account (external id); repeatable.")
]
SegmentsOption = Annotated[
    list[str] | None, typer.Option("--segment", help="Only accounts of this segment; repeatable.")
]
AnchorsOption = Annotated[
    list[int] | None, typer.Option("--anchor-day", help="Only accounts of this anchor day; repeatable.")
]
CurrenciesOption = Annotated[
    list[str] | None, typer.Option("--currency", help="Only invoices in this currency; repeatable.")
]
GatewaysOption = Annotated[
    list[str] | None, typer.Option("--gateway", help="Only accounts whose method is at this gateway; repeatable.")
]
CreditsOption = Annotated[bool, typer.Option("--credits/--no-credits", help="Use customer credit before charging.")]
ChargeOption = Annotated[bool, typer.Option("--charge/--no-charge", help="Charge, or apply credits only.")]
JoinOption = Annotated[
    bool, typer.Option("--one-an-account", help="One payment an account for all that is due, not one an invoice.")
]
OnlyBillRunOption = Annotated[
    bool,
    typer.Option(
        "--only-bill-run", help="After a posting: only invoices of that bill run, none that runs before left open."
    ),
]
NAMES = ("account", "segment", "anchor_day", "currency", "gateway")


def read_filters(given: Mapping[str, Any]) -> CollectionFilters:
    """The filters among what a command was given, by the names of its parameters."""
    return CollectionFilters(*(tuple(given[name] or ()) for name in NAMES))


def read_options(given: Mapping[str, Any]) -> CollectOptions:
    """The options among what a command was given, by the names of its parameters."""
    return CollectOptions(given["credits"], given["charge"], given["one_an_account"], given.get("only_bill_run", False))


def are_choices_given(given: Mapping[str, Any]) -> bool:
    """Whether a command that changes a run names anything of whom and how."""
    return any(given[name] for name in NAMES) or read_options(given) != CollectOptions()
