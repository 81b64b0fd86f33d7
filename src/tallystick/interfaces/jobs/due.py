"""Once a minute: ask by the business clock what has fallen due, and do it."""

from procrastinate.contrib.django import app

from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.periodic(cron="* * * * *")
@app.task(name="due.look", queue="payments", queueing_lock="due.look", pass_context=False)
def look(timestamp: int) -> None:
    """End what is over, start scheduled bill runs, send payment attempts that wait, look up unknown ones."""
    work_off_due(at=clock.now(), actor=system_actor("the minute's look"))
