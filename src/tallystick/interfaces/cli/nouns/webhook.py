"""`tallystick webhook`: where programs hear of what happens."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tallystick.delivery.core.webhook_types import EVENT_TYPES
from tallystick.delivery.operations import keep_webhook_endpoint as keeping
from tallystick.delivery.operations.replay_webhooks import USUAL_STATUSES, Replayed, replay_webhook, replay_webhooks
from tallystick.delivery.operations.send_webhooks import send_due_webhooks
from tallystick.delivery.operations.write_webhooks import send_test_event
from tallystick.delivery.queries import webhooks as queries
from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import note, print_json, print_table, say
from tallystick.interfaces.counts import write_replayed
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import WEBHOOKS_ADMIN

app = typer.Typer(help="Where programs hear of what happens.", no_args_is_help=True)

EndpointArgument = Annotated[int, typer.Argument(help="The endpoint's id; `webhook list` names it.")]


def _now() -> datetime:
    # Webhooks live in real time, also while the business clock is set.
    return datetime.now(UTC)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where to: HTTPS, at a public address.")],
    event: Annotated[list[str] | None, typer.Option(help="What it hears of; repeatable. None: everything.")] = None,
    description: Annotated[str, typer.Option(help="What it is.")] = "",
    seller: Annotated[str, typer.Option(help="Only of this seller (its code). None: of all.")] = "",
    owner: Annotated[str, typer.Option(help="E-mail address that is told when nothing gets through.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Tell an address of what happens from now on, and show the secret that signs for it, once.

    Example: tallystick webhook add https://shop.example/hooks --event invoice.paid --owner dev@shop.example
    """
    terms = keeping.EndpointTerms(url, event or [], description, seller, owner)
    kept = keeping.create_webhook_endpoint(terms, at=_now(), actor=current_actor())
    if as_json:
        print_json({"id": kept.endpoint.pk, "url": kept.endpoint.url, "secret": kept.secret})
        return
    note(f"Endpoint {kept.endpoint.pk} hears from now on. Its secret is shown this once; keep it now:")
    say(kept.secret)


@app.command("list")
def list_endpoints(as_json: JsonOption = False) -> None:
    """All endpoints, with what waits and what failed.

    Example: tallystick webhook list
    """
    current_actor().require(WEBHOOKS_ADMIN)
    rows = queries.list_endpoints(limit=1000)
    if as_json:
        print_json(
            [
                {
                    "id": row.pk,
                    "url": row.url,
                    "description": row.description,
                    "event_types": row.event_types,
                    "is_enabled": row.is_enabled,
                    "disabled_because": row.disabled_because,
                    "waiting": row.waiting_count,  # type: ignore[attr-defined]
                    "failed": row.failed_count,  # type: ignore[attr-defined]
                }
                for row in rows
            ]
        )
        return
    print_table(
        "Webhook endpoints",
        ("Id", "Address", "Hears of", "State", "Waiting", "Failed"),
        [
            (
                row.pk,
                row.url,
                " ".join(row.event_types) or "everything",
                "on" if row.is_enabled else f"off: {row.disabled_because}",
                row.waiting_count,  # type: ignore[attr-defined]
                row.failed_count,  # type: ignore[attr-defined]
            )
            for row in rows
        ],
        right=("Id", "Waiting", "Failed"),
    )


@app.command("types")
def list_types(as_json: JsonOption = False) -> None:
    """What can be heard of.

    Example: tallystick webhook types
    """
    if as_json:
        print_json(dict(EVENT_TYPES))
        return
    print_table("Event types", ("Type", "Meaning"), list(EVENT_TYPES.items()))


@app.command("test")
def send_test(endpoint_id: EndpointArgument, as_json: JsonOption = False) -> None:
    """Send an endpoint a message that is a test and says so, at once, and tell what came of it.

    Example: tallystick webhook test 1
    """
    actor = current_actor()
    message = send_test_event(endpoint_id, at=_now(), actor=actor)
    while send_due_webhooks(at=_now(), actor=actor):
        pass
    message = queries.get_message(message.message_id)
    told = next(iter(queries.list_tries(message)), None)
    problem = told.problem.rstrip(".") if told else "a worker has it in hand; look again"
    if as_json:
        print_json({"message_id": message.message_id, "status": message.status, "problem": problem})
    elif message.status == "delivered" and told:
        say(f"Taken: answered {told.http_status} in {told.duration_ms} ms.")
    else:
        say(f"Not taken: {problem}.")
        raise typer.Exit(1)


@app.command()
def messages(
    endpoint_id: EndpointArgument,
    status: Annotated[str, typer.Option(help="waiting, delivered, failed or dropped.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most, the newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What an endpoint was told, the newest first.

    Example: tallystick webhook messages 1 --status failed
    """
    current_actor().require(WEBHOOKS_ADMIN)
    rows = queries.list_messages(endpoint_id=endpoint_id, status=status, limit=limit)
    if as_json:
        print_json(
            [
                {
                    "message_id": row.message_id,
                    "event_type": row.event_type,
                    "about": row.about,
                    "status": row.status,
                    "tries": row.tries,
                    "created_at": row.created_at,
                    "try_at": row.try_at,
                }
                for row in rows
            ]
        )
        return
    print_table(
        "Messages",
        ("Message", "Event", "About", "State", "Tries", "Made (UTC)", "Next try (UTC)"),
        [
            (row.message_id, row.event_type, row.about, row.status, row.tries, _tell(row.created_at), _tell(row.try_at))
            for row in rows
        ],
        right=("Tries",),
    )


@app.command()
def replay(
    endpoint_id: EndpointArgument,
    message: Annotated[str, typer.Option(help="One message, by its id.")] = "",
    since: Annotated[
        str, typer.Option(help="Or all that failed, was dropped or waits, from this instant on (ISO 8601).")
    ] = "",
    until: Annotated[str, typer.Option(help="The first instant that is not meant any more. None: now.")] = "",
    delivered: Annotated[bool, typer.Option("--delivered", help="What was delivered, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Send messages again: one, or all of a stretch of time. What waits for its next try is sent now.

    Example: tallystick webhook replay 1 --since 2026-03-01T00:00:00Z
    """
    actor = current_actor()
    if bool(message) == bool(since):
        raise InvalidInput("Say --message or --since.", field="message")
    if message:
        _tell_replayed(_replay_one(endpoint_id, message, actor), as_json=as_json)
        return
    statuses = [*USUAL_STATUSES, *(["delivered"] if delivered else [])]
    ends = _read(until, "until") if until else _now()
    replayed = replay_webhooks(
        endpoint_id, since=_read(since, "since"), until=ends, statuses=statuses, at=_now(), actor=actor
    )
    _tell_replayed(replayed, as_json=as_json)


@app.command()
def switch(
    endpoint_id: EndpointArgument,
    is_on: Annotated[bool, typer.Option("--on/--off", help="On or off.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Switch an endpoint on or off; off, what waits for it is dropped and can be sent again later.

    Example: tallystick webhook switch 1 --off --reason "moving house"
    """
    endpoint = keeping.switch_webhook_endpoint(
        endpoint_id, is_enabled=is_on, reason=reason, at=_now(), actor=current_actor()
    )
    if as_json:
        print_json({"id": endpoint.pk, "is_enabled": endpoint.is_enabled})
        return
    say(f"Endpoint {endpoint.pk} is {'on' if endpoint.is_enabled else 'off'}.")


@app.command("rotate-secret")
def rotate_secret(endpoint_id: EndpointArgument, as_json: JsonOption = False) -> None:
    """Give an endpoint a new secret, shown once; for a day messages are signed with both.

    Example: tallystick webhook rotate-secret 1
    """
    kept = keeping.rotate_webhook_secret(endpoint_id, at=_now(), actor=current_actor())
    if as_json:
        print_json({"id": kept.endpoint.pk, "secret": kept.secret})
        return
    note("The former secret signs too for 24 hours. The new one is shown this once; keep it now:")
    say(kept.secret)


@app.command()
def remove(endpoint_id: EndpointArgument, as_json: JsonOption = False) -> None:
    """Tell an endpoint nothing any more. There is no way back; what it was told stays on record.

    Example: tallystick webhook remove 1
    """
    endpoint = keeping.remove_webhook_endpoint(endpoint_id, at=_now(), actor=current_actor())
    if as_json:
        print_json({"id": endpoint.pk, "removed_at": endpoint.removed_at})
        return
    say(f"Endpoint {endpoint.pk} ({endpoint.url}) hears nothing any more.")


def _replay_one(endpoint_id: int, message_id: str, actor: Actor) -> Replayed:
    actor.require(WEBHOOKS_ADMIN)
    message = queries.get_message(message_id)
    if message.endpoint_id != endpoint_id:
        raise InvalidInput(f"{message_id} was told endpoint {message.endpoint_id}.", field="message")
    replay_webhook(message_id, at=_now(), actor=actor)
    return Replayed(0, 1) if message.status == "waiting" else Replayed(1, 0)


def _tell_replayed(replayed: Replayed, *, as_json: bool) -> None:
    if as_json:
        print_json({"count": sum(replayed), **replayed._asdict()})
    else:
        say(write_replayed(replayed))


def _read(text: str, field: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as invalid:
        raise InvalidInput(f"{text} is no instant such as 2026-03-01T09:00:00Z.", field=field) from invalid
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _tell(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" if at else ""
