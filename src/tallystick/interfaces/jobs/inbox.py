"""The inbox of webhooks, worked; every minute too, for what must be tried again."""

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.journeys.work_inbox import work_inbox as work
from tallystick.payments.operations.settle_notices import forget_old_notices
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.task(name="payments.work_inbox", queue="payments", retry=RETRY)
def work_inbox() -> None:
    """Look at the payments that gateways told us about."""
    work(at=clock.now(), actor=system_actor("notices of gateways"))


@app.periodic(cron="17 3 * * *")
@app.task(name="payments.forget_notices", queue="default", queueing_lock="payments.forget_notices")
def forget_notices(timestamp: int) -> None:
    """Delete notices that were worked long ago."""
    forget_old_notices(at=clock.now())
