"""`tallystick subscription`: stop at the end of the period, take a cancellation back."""

from typing import Annotated

import typer

from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import print_json, say
from tallystick.journeys.stop_and_resume import cancel_at_period_end, resume_subscription
from tallystick.plumbing import clock
from tallystick.subscriptions.queries import get_subscription

IdArgument = Annotated[int, typer.Argument(help="Id of the subscription.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the history.")]


def stop(subscription_id: IdArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Let a subscription end with the period that was billed last.

    Example: tallystick subscription stop 17 --reason "The customer asked for it"
    """
    cancel_at_period_end(subscription_id, reason=reason, at=clock.now(), actor=current_actor())
    _show(subscription_id, as_json)


def take_back(subscription_id: IdArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Take a cancellation back before its day; nothing is charged for that.

    Example: tallystick subscription take-back 17 --reason "They stay"
    """
    resume_subscription(subscription_id, reason=reason, at=clock.now(), actor=current_actor())
    _show(subscription_id, as_json)


def _show(subscription_id: int, as_json: bool) -> None:
    found = get_subscription(subscription_id)
    ends_on = found.ends_on.isoformat() if found.ends_on is not None else None
    if as_json:
        print_json({"id": found.pk, "status": found.status, "ends_on": ends_on})
        return
    say(f"{found.external_id} ends on {ends_on}." if ends_on else f"{found.external_id} goes on.")
