"""The job that moves the business clock on."""

from datetime import datetime

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.journeys.advance_clock import advance_clock
from tallystick.plumbing import clock
from tallystick.plumbing.actor import actor_from_json


@app.task(name="clock.advance", queue="billing", lock="clock", retry=RETRY)
def advance(until: str, actor: dict[str, str]) -> None:
    """Move the clock on, stop by stop. Killed on the way it goes on from where the clock stood."""
    to, now = datetime.fromisoformat(until), clock.now()
    if now < to:
        advance_clock(to, now=now, actor=actor_from_json(actor))
