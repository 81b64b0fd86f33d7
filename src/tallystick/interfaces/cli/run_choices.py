"""Options that commands of bill runs share: whom they take, what they leave out, what happens by itself."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.run_options import RunOptions

AccountsOption = Annotated[
    list[str] | None, typer.Option("--account", help="Only this account (external id); repeatable.")
]
SegmentsOption = Annotated[
    list[str] | None, typer.Option("--segment", help="Only accounts of this segment, or all; repeatable.")
]
AnchorsOption = Annotated[
    list[int] | None, typer.Option("--anchor-day", help="Only accounts of this anchor day; repeatable.")
]
ModesOption = Annotated[list[str] | None, typer.Option("--mode", help="Only self_serve or managed accounts.")]
PlansOption = Annotated[list[str] | None, typer.Option("--plan", help="Only subscriptions to this plan; repeatable.")]
SubscriptionsOption = Annotated[
    list[str] | None, typer.Option("--subscription", help="Only this subscription (external id); repeatable.")
]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", help="Leave out a charge type: one_off, recurring, usage; at most two.")
]
RenewOption = Annotated[bool, typer.Option("--renew/--no-renew", help="First renew terms that are due for renewal.")]
FailureOption = Annotated[
    str, typer.Option("--on-failure", help="account: leave out all its invoices; invoice: only the failing one.")
]
AutoPostOption = Annotated[
    bool | None,
    typer.Option("--auto-post/--no-auto-post", help="Post without a review, where the billing rule supports it."),
]
AutoEmailOption = Annotated[
    bool | None, typer.Option("--auto-email/--no-auto-email", help="E-mail when posted; needs --auto-post.")
]
MailZeroOption = Annotated[
    bool | None, typer.Option("--mail-zero/--no-mail-zero", help="E-mail invoices of zero. Default: the billing rule.")
]


def read_filters(given: Mapping[str, Any]) -> RunFilters:
    """The filters among what a command was given, by the names of its parameters."""
    names = ("account", "segment", "anchor_day", "mode", "plan", "subscription")
    return RunFilters(*(tuple(given[name] or ()) for name in names))


def read_excluded(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The charge types to leave out; one-off is one_off."""
    return tuple(kind.replace("-", "_") for kind in given["exclude"] or ())


def read_options(given: Mapping[str, Any]) -> RunOptions:
    """The options among what a command was given, by the names of its parameters."""
    names = ("renew", "on_failure", "auto_post", "auto_email", "mail_zero")
    return RunOptions(read_excluded(given), *(given[name] for name in names))
