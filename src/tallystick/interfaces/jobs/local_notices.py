"""Every minute: gateways of this house post their news, as real ones do without being asked."""

from procrastinate.contrib.django import app

from tallystick.payments.core.ports import post_local_notices
from tallystick.plumbing import clock


@app.periodic(cron="* * * * *")
@app.task(name="payments.post_local_notices", queue="payments", queueing_lock="payments.post_local_notices")
def post_notices(timestamp: int) -> None:
    """Post what is due by the business clock; they come in through the same inbox as everybody's."""
    while post_local_notices(at=clock.now()):
        pass
