"""`tallystick bill-run delete`, `preview` and `auto-post`: what is done beside drafting and posting."""

from pathlib import Path
from typing import Annotated

import typer

from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import (
    JsonOption,
    ProcessesOption,
    SellerOption,
    YesOption,
    current_actor,
    parse_date,
)
from tallystick.interfaces.cli.files import copy_file, require_writable
from tallystick.interfaces.cli.output import note, print_json, say
from tallystick.interfaces.cli.run_choices import (
    AccountsOption,
    AnchorsOption,
    ExcludeOption,
    ModesOption,
    PlansOption,
    SegmentsOption,
    SubscriptionsOption,
    read_excluded,
    read_filters,
)
from tallystick.interfaces.cli.waiting import wait_for_preview
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.operations.delete_bill_run import delete_bill_run
from tallystick.invoicing.operations.start_preview import NewPreview, start_preview
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.invoicing.queries.previews import get_preview, get_preview_file
from tallystick.invoicing.queries.runs import get_bill_run
from tallystick.plumbing import clock
from tallystick.sellers.operations.set_auto_post import set_auto_post
from tallystick.sellers.queries import get_seller


def delete(
    number: Annotated[str, typer.Argument(help="The run's number, such as BR-000001.")],
    reason: Annotated[str, typer.Option(help="Why; it stays when the run is gone.")],
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Delete a canceled or failed run with its drafts; nothing was owed by them.

    Example: tallystick bill-run delete BR-000001 --reason "it was a try"
    """
    run = get_bill_run(number, seller_code=seller)
    ask(f"Delete {run.number} and its canceled drafts for good?", yes=yes)
    gone = delete_bill_run(run, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"number": gone.number, "status": gone.status, "documents": gone.documents, "reason": gone.reason})
    else:
        say(f"{gone.number} is gone, with {write_count(gone.documents, noun='canceled draft')}.")


def preview(
    context: typer.Context,
    target: Annotated[str, typer.Option(help="Show everything due up to and including this day (ISO).")],
    renewal: Annotated[str, typer.Option(help="Terms taken to be renewed: none, all or automatic.")] = "none",
    drafts: Annotated[bool, typer.Option(help="Show drafts that wait for their posting too.")] = False,
    evergreen: Annotated[bool, typer.Option(help="Show subscriptions without an end too.")] = True,
    account: AccountsOption = None,
    segment: SegmentsOption = None,
    anchor_day: AnchorsOption = None,
    mode: ModesOption = None,
    plan: PlansOption = None,
    subscription: SubscriptionsOption = None,
    exclude: ExcludeOption = None,
    file: Annotated[Path | None, typer.Option(help="Copy the lines to this file.")] = None,
    wait: Annotated[bool, typer.Option(help="Work until it is written, or leave it to running workers.")] = True,
    processes: ProcessesOption = 0,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write what a run would draft into a file, failed accounts into another; no document is made.

    Example: tallystick bill-run preview --target 2026-06-30 --renewal automatic
    """
    require_writable(file, option="--file")
    filters, excluded = read_filters(context.params), read_excluded(context.params)
    new = NewPreview(parse_date(target, field="target"), filters, excluded, renewal, drafts, evergreen)
    made = start_preview(get_seller(seller), new=new, at=clock.now(), actor=current_actor())
    if wait:
        wait_for_preview(made.pk, label=f"Previewing {made.number}", processes=processes)
    _show_preview(made.pk, file=file, as_json=as_json)


def _show_preview(preview_id: int, *, file: Path | None, as_json: bool) -> None:
    made = get_preview(preview_id)
    is_done = made.status == "completed"
    paths = [str(get_preview_file(made, is_failures=each)) if is_done else "" for each in (False, True)]
    if file is not None and is_done:
        copy_file(paths[0], file, option="--file")
    if as_json:
        counts = {"lines": made.lines, "accounts": made.accounts, "failed_accounts": made.failed_accounts}
        print_json(
            {"number": made.number, "status": made.status, **counts, "file": paths[0], "failures_file": paths[1]}
        )
        return
    lines, accounts = write_count(made.lines, noun="line"), write_count(made.accounts, noun="account")
    say(f"{made.number} is {made.status}: {lines} of {accounts}")
    if is_done:
        say(paths[0])
        say(f"{write_count(made.failed_accounts, noun='account')} failed: {paths[1]}")


def auto_post(
    on: Annotated[bool, typer.Option("--on/--off", help="Whether runs of the seller may post and mail themselves.")],
    by_default: Annotated[bool, typer.Option("--by-default", help="They post unless told otherwise.")] = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Switch on or off that bill runs may post and mail by themselves.

    Example: tallystick bill-run auto-post --on
    """
    biller = get_seller(seller)
    rule = set_auto_post(biller, is_supported=on, is_default=by_default, actor=current_actor())
    warnings = list_warnings(biller, auto_posts=on, auto_emails=on, at=clock.now())
    if as_json:
        rules = {"supports_auto_post": rule.supports_auto_post, "auto_posts_by_default": rule.auto_posts_by_default}
        print_json({"seller": biller.code, **rules, "warnings": list(warnings)})
        return
    say(f"Runs of {biller.code} {'may' if on else 'may not'} post and mail themselves.")
    for warning in warnings:
        note(warning)
