"""`tallystick subscription`: its services, actions that bill at once or wait for their day, pauses."""

from datetime import date, timedelta
from typing import Annotated, Any

import typer

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.actions import (
    ComponentOption,
    KindArgument,
    OnOption,
    PlacementOption,
    ServiceIdOption,
    ServiceOption,
    TermsOption,
    UntilOption,
    compose_action,
    show_bill,
    sum_up_bill,
)
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import JsonOption, YesOption, current_actor, parse_date
from tallystick.interfaces.cli.nouns.subscription_stopping import stop, take_back
from tallystick.interfaces.cli.output import money, print_json, print_table, say
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.queries.action_bill import DRAWN
from tallystick.journeys.end_pauses import end_pause
from tallystick.journeys.take_action import Taken, preview_taking, take_action
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.operations.pause_service import pause_service
from tallystick.subscriptions.operations.schedule_action import cancel_scheduled_action
from tallystick.subscriptions.queries import SubscriptionFilters, get_subscription, list_services, list_subscriptions
from tallystick.subscriptions.queries.installed_items import list_installed_items
from tallystick.subscriptions.queries.scheduled_actions import find_today, list_scheduled_actions

app = typer.Typer(help="Subscriptions: services, actions that bill at once, pauses.", no_args_is_help=True)
app.command()(stop)
app.command("take-back")(take_back)

SubscriptionArgument = Annotated[str, typer.Argument(help="Its id, or its id where it came from.")]
ServiceIdArgument = Annotated[int, typer.Argument(help="Id of the subscription service; `subscription show` names it.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the history.")]
MOST = 1_000
_PLACED = ("item", "service_id", "service", "quantity", "from", "until")


@app.command()
def show(subscription: SubscriptionArgument, as_json: JsonOption = False) -> None:
    """A subscription's services, with the ids by which actions name them, and the installed items they are on.

    Example: tallystick subscription show S-1001
    """
    current_actor().require(RECORDS_READ)
    found = get_subscription(_find(subscription))
    names = ("id", "service", "state", "quantity", "from", "until", "billed_through")
    rows = [
        (
            each.pk,
            each.service.code,
            each.status,
            f"{each.quantity.normalize():f}",
            each.starts_on,
            each.ends_on,
            each.billed_through,
        )
        for each in list_services(found.pk)
    ]
    placed = _list_placed(found.pk)
    if as_json:
        services = [dict(zip(names, row, strict=True)) for row in rows]
        told = {"id": found.pk, "external_id": found.external_id, "status": found.status, "services": services}
        print_json({**told, "installed_items": [dict(zip(_PLACED, row, strict=True)) for row in placed]})
        return
    title = f"{found.external_id} of {found.account.name}: {found.plan.name}, {found.status.replace('_', ' ')}"
    heads = ["First day without" if name == "until" else name.replace("_", " ").capitalize() for name in names]
    shown = [(*row[:-1], _last_day(row[4], row[6])) for row in rows]
    print_table(title, heads, shown, right=("Id", "Quantity"))
    if placed:
        heads = [name.replace("_", " ").capitalize() for name in _PLACED]
        print_table("On installed items", heads, placed, right=("Service id", "Quantity"))


def _last_day(starts_on: date, billed_through: date) -> date | None:
    """The last day that a bill covers, as a person reads it; None before the first bill."""
    return billed_through - timedelta(days=1) if billed_through > starts_on else None


def _list_placed(subscription_id: int) -> list[tuple[Any, ...]]:
    """What is on the items of a subscription, a row a placement, former ones last."""
    return [
        (
            item.name,
            each.subscription_service_id,
            each.subscription_service.service.code,
            f"{each.quantity.normalize():f}",
            each.from_on,
            each.until_on,
        )
        for item in list_installed_items(subscription_id)
        for each in item.placements.all()
    ]


@app.command()
def act(
    subscription: SubscriptionArgument,
    kind: KindArgument,
    reason: ReasonOption = "",
    on: OnOption = "",
    service: ServiceOption = None,
    service_id: ServiceIdOption = None,
    until: UntilOption = "",
    terms: TermsOption = None,
    component: ComponentOption = None,
    placement: PlacementOption = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what it would bill and why.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Do an action and bill it at once; for a day to come it is scheduled, and billed then.

    Example: tallystick subscription act S-1001 start_service --service movies --reason "asked by phone" --yes
    """
    found, at, actor = _find(subscription), clock.now(), current_actor()
    day = parse_date(on, field="on") if on else find_today(found, at=at)
    action = compose_action(
        kind,
        on=day,
        service=service,
        service_id=service_id,
        until=until,
        terms=terms,
        component=component,
        placement=placement,
    )
    if preview:
        _tell(preview_taking(found, action=action, at=at, actor=actor), action, done=False, as_json=as_json)
        return
    if not reason:
        raise InvalidInput("Say why, with --reason.", field="reason")
    if not yes:
        _ask(preview_taking(found, action=action, at=at, actor=actor), action)
    taken = take_action(found, action=action, reason=reason, at=at, actor=actor)
    _tell(taken, action, done=True, as_json=as_json)


@app.command()
def actions(subscription: SubscriptionArgument, as_json: JsonOption = False) -> None:
    """The actions that were scheduled for a subscription, and what became of them.

    Example: tallystick subscription actions S-1001
    """
    current_actor().require(RECORDS_READ)
    names = ("id", "kind", "on", "status", "reason", "scheduled_by", "told")
    rows = [
        (each.pk, each.action["kind"], each.on, each.status, each.reason, each.scheduled_by, each.told)
        for each in list_scheduled_actions(_find(subscription), limit=MOST)
    ]
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    print_table("Scheduled actions", ("Id", "Action", "On", "State", "Why", "By", "What was said"), rows, right=("Id",))


@app.command("cancel-action")
def cancel_action(
    subscription: SubscriptionArgument,
    action_id: Annotated[int, typer.Argument(help="Id of the scheduled action; `subscription actions` names it.")],
    reason: ReasonOption,
    as_json: JsonOption = False,
) -> None:
    """Take a scheduled action back before its day.

    Example: tallystick subscription cancel-action S-1001 3 --reason "changed their mind"
    """
    canceled = cancel_scheduled_action(
        action_id, subscription_id=_find(subscription), reason=reason, at=clock.now(), actor=current_actor()
    )
    if as_json:
        print_json({"id": canceled.pk, "status": canceled.status})
    else:
        say(f"{_name(canceled.action['kind'])} on {canceled.on} is canceled.")


@app.command()
def pause(
    service_id: ServiceIdArgument,
    reason: ReasonOption,
    kind: Annotated[str, typer.Option(help="resting or short_term.")] = "resting",
    until: Annotated[str, typer.Option(help="The first day on which it goes on (ISO); empty: until resumed.")] = "",
    billable: Annotated[bool, typer.Option("--billable", help="A rest that is billed like service.")] = False,
    extends_end: Annotated[bool, typer.Option("--extends-end", help="A fixed end moves on by its days.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let a service rest from today, or switch it off for a short term.

    Example: tallystick subscription pause 17 --until 2026-08-15 --reason "on holiday"
    """
    paused = pause_service(
        service_id,
        kind=kind,
        until_on=parse_date(until, field="until") if until else None,
        is_billable=billable,
        extends_end=extends_end,
        reason=reason,
        at=clock.now(),
        actor=current_actor(),
    )
    if as_json:
        print_json({"id": paused.pk, "status": paused.status})
    else:
        say(f"{paused.service.name} pauses from today on.")


@app.command()
def resume(service_id: ServiceIdArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Let a paused service go on, billed from today where that is due.

    Example: tallystick subscription resume 17 --reason "back from holiday"
    """
    goes_on = end_pause(service_id, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"id": service_id, "goes_on": goes_on})
    else:
        say("It goes on from today." if goes_on else "It stays off: what is due from today can't be paid.")


def _find(given: str) -> int:
    if given.isdecimal():
        return get_subscription(int(given)).pk
    found = list_subscriptions(filters=SubscriptionFilters(external_id=given), limit=2)
    if len(found) != 1:
        told = "There is no subscription" if not found else "More than one account has a subscription"
        raise InvalidInput(f"{told} {given!r}; name it by its id.", field="subscription")
    return found[0].pk


def _ask(taken: Taken, action: Action) -> None:
    if taken.bill is None:
        question = f"{_name(action.kind)} on {action.on}? It is billed then, with the prices of that day."
    elif not taken.bill.documents:
        question = f"{_name(action.kind)}? Nothing is billed."
    else:
        show_bill(taken.bill, done=False)
        total = money(taken.bill.total_minor, taken.bill.currency)
        count = sum(each.kind != DRAWN for each in taken.bill.documents)
        posting = f" and post {write_count(count, noun='document')}, {total}? They can't be changed."
        question = f"{_name(action.kind)}{posting if count else f', drawn on the account, {total}?'}"
    ask(question, yes=False)


def _tell(taken: Taken, action: Action, *, done: bool, as_json: bool) -> None:
    if as_json:
        status = "scheduled" if taken.bill is None else "done"
        figures: dict[str, Any] = sum_up_bill(taken.bill)
        print_json({"status": status, "scheduled_id": taken.scheduled_id, "on": action.on, **figures})
    elif taken.bill is None:
        is_kept = (
            f"is scheduled for {action.on} as action {taken.scheduled_id}" if done else f"would wait for {action.on}"
        )
        say(f"{_name(action.kind)} {is_kept}; it is billed then, with the prices of that day.")
    else:
        say(f"{_name(action.kind)} on {action.on} {'is done' if done else 'would be done'}.")
        show_bill(taken.bill, done=done)


def _name(kind: str) -> str:
    return KINDS[kind].name if kind in KINDS else kind
