"""Once a minute: ask by the business clock what has fallen due, and do it."""

from procrastinate.contrib.django import app

from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.periodic(cron="* * * * *")
@app.task(name="due.look", queue="payments", queueing_lock="due.look", pass_context=False)
def look(timestamp: int) -> None:
    """Send payment attempts that wait, look up those whose outcome is unknown, tell payment runs what came of it."""
    resolve_payments(at=clock.now(), actor=system_actor("the janitor"))
