"""Every night: compare the payments of the last days with each gateway."""

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.journeys.reconcile_gateways import reconcile_gateways
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.periodic(cron="43 2 * * *")
@app.task(name="payments.reconcile", queue="payments", queueing_lock="payments.reconcile", retry=RETRY)
def reconcile(timestamp: int) -> None:
    """Book what was forgotten, and write down what nothing explains."""
    reconcile_gateways(at=clock.now(), actor=system_actor("the nightly reconciliation"))
