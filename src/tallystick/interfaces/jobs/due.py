"""Once a minute: ask by the business clock what has fallen due, and do it."""

from procrastinate.contrib.django import app

from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor
from tallystick.sellers.queries import list_sellers
from tallystick.subscriptions.operations.end_due_subscriptions import end_due_subscriptions


@app.periodic(cron="* * * * *")
@app.task(name="due.look", queue="payments", queueing_lock="due.look", pass_context=False)
def look(timestamp: int) -> None:
    """Send payment attempts that wait, look up those whose outcome is unknown, tell payment runs what came of it."""
    resolve_payments(at=clock.now(), actor=system_actor("the janitor"))


@app.periodic(cron="* * * * *")
@app.task(name="due.end_subscriptions", queue="default", queueing_lock="due.end_subscriptions", pass_context=False)
def end_subscriptions(timestamp: int) -> None:
    """Let subscriptions and services end whose last day is over where their seller is."""
    for seller in list_sellers():
        end_due_subscriptions(
            seller, as_of=clock.today(seller.time_zone), at=clock.now(), actor=system_actor("the daily look")
        )
