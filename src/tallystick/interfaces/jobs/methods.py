"""Every night: ask gateways how saved methods stand, for they send no word when a bank ends or renews one."""

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.payments.operations.refresh_methods import watch_methods
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.periodic(cron="27 1 * * *")
@app.task(name="methods.watch", queue="payments", queueing_lock="methods.watch", retry=RETRY)
def watch(timestamp: int) -> None:
    """End what is invalid, and show what was renewed."""
    watch_methods(at=clock.now(), actor=system_actor("the nightly look at methods"))
