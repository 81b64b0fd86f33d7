"""Refunds that were asked for are sent."""

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.journeys.give_back import send_asked_refund
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.task(name="payments.send_refund", queue="payments", retry=RETRY)
def send_refund(refund_id: int) -> None:
    """Ask the gateway to send it, once."""
    send_asked_refund(refund_id, at=clock.now(), actor=system_actor("refunds"))
