"""`tallystick payment-run` on what waits or is over: change, cancel, delete, deliver."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from tallystick.collection.operations.cancel_payment_run import cancel_payment_run
from tallystick.collection.operations.change_payment_run import RunChange, change_payment_run
from tallystick.collection.operations.delete_payment_run import delete_payment_run
from tallystick.collection.queries.runs import get_payment_run, get_payment_run_progress
from tallystick.collection.queries.timing import find_run_too_early
from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor
from tallystick.interfaces.cli.output import note, print_json, say
from tallystick.interfaces.cli.payment_choices import (
    AccountsOption,
    AnchorsOption,
    ChargeOption,
    CreditsOption,
    CurrenciesOption,
    GatewaysOption,
    JoinOption,
    OnlyBillRunOption,
    SegmentsOption,
    are_choices_given,
    read_filters,
    read_options,
)
from tallystick.journeys.deliver_payment_run import deliver_payment_run
from tallystick.plumbing import clock

NumberArgument = Annotated[str, typer.Argument(help="The run's number, such as PR-000001.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the run's history.")]


def change(
    context: typer.Context,
    number: NumberArgument,
    at: Annotated[str, typer.Option(help="Begin then: day and hour where the seller is, as 2026-03-01T11.")] = "",
    hours: Annotated[int | None, typer.Option(help="Begin so many hours after its bill run is posted.")] = None,
    account: AccountsOption = None,
    segment: SegmentsOption = None,
    anchor_day: AnchorsOption = None,
    currency: CurrenciesOption = None,
    gateway: GatewaysOption = None,
    credits: CreditsOption = True,  # noqa: A002
    charge: ChargeOption = True,
    one_an_account: JoinOption = False,
    only_bill_run: OnlyBillRunOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Change a run that waits: this occurrence only; its schedule stays. Whom and how are told anew as a whole.

    Example: tallystick payment-run change PR-000002 --at 2026-03-01T14
    """
    run = get_payment_run(number, seller_code=seller)
    are_new = are_choices_given(context.params)
    new = RunChange(
        _read_instant(at, zone=run.seller.time_zone) if at else None,
        hours,
        read_filters(context.params) if are_new else None,
        read_options(context.params) if are_new else None,
    )
    run = change_payment_run(run, change=new, at=clock.now(), actor=current_actor())
    warning = find_run_too_early(run, at=clock.now())
    if as_json:
        warnings = [warning._asdict()] if warning else []
        print_json({"number": run.number, "starts_at": run.starts_at, "target_on": run.target_on, "warnings": warnings})
        return
    say(f"{run.number} is changed; it takes what is due up to {run.target_on}.")
    if warning:
        note(warning.words)


def cancel(
    number: NumberArgument, reason: ReasonOption, seller: SellerOption = "", as_json: JsonOption = False
) -> None:
    """Cancel a run that has not begun; of a schedule this is the one occurrence.

    Example: tallystick payment-run cancel PR-000001 --reason "wrong date"
    """
    run = get_payment_run(number, seller_code=seller)
    run = cancel_payment_run(run, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"number": run.number, "status": run.status})
    else:
        say(f"{run.number} is {run.status}; nothing was charged.")


def delete(
    number: NumberArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays when the run is gone.")],
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Delete a canceled or failed run that took nothing.

    Example: tallystick payment-run delete PR-000001 --reason "it was a try"
    """
    run = get_payment_run(number, seller_code=seller)
    if not yes:
        typer.confirm(f"Delete {run.number} for good?", abort=True)
    gone = delete_payment_run(run, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"number": gone.number, "status": gone.status, "reason": gone.reason})
    else:
        say(f"{gone.number} is gone.")


def deliver(
    number: NumberArgument,
    channel: Annotated[
        list[str] | None, typer.Option(help="email or print; repeatable. Default: as each account prefers.")
    ] = None,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Mail or e-mail the run's invoices that were not delivered yet, once every failure is followed up.

    Example: tallystick payment-run deliver PR-000001
    """
    run = get_payment_run(number, seller_code=seller)
    queued = deliver_payment_run(run.pk, channels=channel or (), at=clock.now(), actor=current_actor())
    if as_json:
        print_json({**queued._asdict(), "open_failures": get_payment_run_progress(run.pk).open_failures})
    else:
        say(f"{queued.emails:,} by e-mail, {queued.prints:,} to print, {queued.failed:,} without an address.")


def _read_instant(text: str, *, zone: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise InvalidInput(f"{text!r} is not a day and hour; write it as 2026-03-01T11.", field="at") from None
