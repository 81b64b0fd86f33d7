"""Every hour of the day: ask customers for a new payment method where it is due."""

from procrastinate.contrib.django import app

from tallystick.delivery.operations.ask_for_methods import ask_for_methods
from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.interfaces.record_links import get_portal_address
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.periodic(cron="13 * * * *")
@app.task(name="method_requests.send", queue="delivery", queueing_lock="method_requests.send", retry=RETRY)
def send(timestamp: int) -> None:
    """Mail what is due where it is day; each customer is told once a day at most, however often this runs."""
    ask_for_methods(at=clock.now(), actor=system_actor("requests for methods"), portal_address=get_portal_address())
