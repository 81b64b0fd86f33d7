"""Webhooks: what happened is passed on to those who listen, sent, and watched over. All in real time."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tallystick.delivery.operations.send_webhooks import send_due_webhooks
from tallystick.delivery.operations.watch_webhooks import forget_old_tries, watch_webhooks
from tallystick.delivery.operations.write_webhooks import pass_on_entries
from tallystick.interfaces.api.webhook_objects import compose_objects
from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.plumbing.actor import system_actor

WHO = "webhooks"


@app.task(name="outbox.pass_on", queue="delivery", retry=RETRY)
def pass_on() -> None:
    """Turn what happened into messages, until nothing is left."""
    while pass_on_entries(compose=compose_objects, at=datetime.now(UTC)):
        pass


@app.task(name="webhooks.send", queue="delivery", retry=RETRY)
def send() -> None:
    """Send what is due, until nothing is."""
    while send_due_webhooks(at=datetime.now(UTC), actor=system_actor(WHO)):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="webhooks.look", queue="delivery", queueing_lock="webhooks.look", pass_context=False)
def look(timestamp: int) -> None:
    """Every minute: what waits for its next try, or was left behind by a worker that died."""
    pass_on()
    send()


@app.periodic(cron="41 * * * *")
@app.task(name="webhooks.watch", queue="delivery", queueing_lock="webhooks.watch", pass_context=False)
def watch(timestamp: int) -> None:
    """Tell owners of endpoints to which nothing gets through, and forget old tries."""
    at = datetime.now(UTC)
    watch_webhooks(at=at, actor=system_actor(WHO))
    forget_old_tries(at=at)
