"""The business clock: real unless it is set, for rehearsals."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.schemas import Body, Instant
from tallystick.journeys.move_clock import ask_to_advance_clock, set_business_clock
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import CLOCK_SET, RECORDS_READ

router = Router(tags=["Business clock"])
EXAMPLE_INSTANT = "2026-04-03T09:00:00Z"


class ClockSetting(Body):
    """Where business time stands, or that it runs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "set", "at": EXAMPLE_INSTANT}]})

    mode: Literal["real", "set"]
    at: Instant | None = Field(None, description="an instant with its time zone; only where it is set")

    def find_problems(self) -> list[Problem]:
        """An instant belongs to a clock that is set."""
        is_sound = (self.mode == "set") == (self.at is not None)
        return [] if is_sound else [Problem("at", "is needed where the mode is set, and only there")]


class ClockAdvance(Body):
    """How far the clock is moved on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until": "2026-04-04T09:00:00Z"}]})

    until: Instant = Field(description="an instant with its time zone, not before the present one")


class Clock(Schema):
    """The present instant of this database."""

    mode: Literal["real", "set"]
    now: datetime


@router.get("/clock", response=Clock, auth=Needs(RECORDS_READ))
def get_clock(request: HttpRequest) -> object:
    """What time it is."""
    return _show()


@router.put("/clock", response=Clock, auth=Needs(CLOCK_SET))
def set_clock(request: HttpRequest, body: ClockSetting) -> object:
    """Let business time stand at an instant, or follow real time. What falls due in between is not done."""
    set_business_clock(body.at, actor=get_actor(request))
    return _show()


@router.post("/clock/advance", response={202: Clock}, auth=Needs(CLOCK_SET))
def advance_clock(request: HttpRequest, body: ClockAdvance) -> object:
    """Have the clock moved on by a job, which does what falls due on the way; look at it to see how far it is."""
    ask_to_advance_clock(body.until, now=clock.now(), actor=get_actor(request))
    return Status(202, _show())


def _show() -> dict[str, object]:
    return {"mode": "set" if clock.is_set() else "real", "now": clock.now()}
