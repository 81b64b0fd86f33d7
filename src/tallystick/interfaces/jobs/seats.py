"""Every morning: seats whose charge failed are tried again (DEM-45)."""

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.journeys.sync_seats import reconcile_seats
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.periodic(cron="31 7 * * *")
@app.task(name="seats.reconcile", queue="payments", queueing_lock="seats.reconcile", retry=RETRY)
def reconcile(timestamp: int) -> None:
    """Within the limits of each method; what is paid meanwhile is in line again."""
    reconcile_seats(at=clock.now(), actor=system_actor("the morning's look at seats"))
