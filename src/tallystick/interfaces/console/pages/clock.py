"""The business clock: where it stands, set it, move it on, let it run."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_instant
from tallystick.interfaces.console.reads.zones import find_shared_zone
from tallystick.journeys.move_clock import ask_to_advance_clock, set_business_clock
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import CLOCK_SET

ADVANCE, SET, REAL = "advance", "set", "real"
_WAYS = {
    ADVANCE: "Move on, doing what falls due",
    SET: "Stand still at another time",
    REAL: "Follow real time",
}


class ClockForm(PlainForm):
    """What the clock is to do."""

    way = forms.ChoiceField(
        label="What it does",
        choices=list(_WAYS.items()),
        initial=ADVANCE,
        help_text="Moving on does what falls due on the way; standing still elsewhere does nothing in between.",
    )
    at = forms.DateTimeField(
        label="Date and time",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, object]:
        """An instant is needed unless time runs by itself."""
        given = super().clean() or {}
        if given.get("way") != REAL and not given.get("at") and "at" not in self.errors:
            self.add_error("at", "Say to which date and time.")
        return given


@needs(CLOCK_SET)
def show_clock(request: HttpRequest) -> HttpResponseBase:
    """The form, with where the clock stands above it. Times are those of the zone that pages are drawn in."""
    zone = find_shared_zone()
    stands = "It is set, and stands at" if clock.is_set() else "It follows real time; it is"

    def act(filled: ClockForm) -> str:
        way, at = filled.cleaned_data["way"], filled.cleaned_data["at"]
        actor = get_actor(request)
        if way == REAL:
            set_business_clock(None, actor=actor)
            return "The business clock follows real time."
        instant = at.replace(tzinfo=zone)
        if way == ADVANCE:
            ask_to_advance_clock(instant, now=clock.now(), actor=actor)
            return (
                f"The clock moves on to {write_instant(instant)}; runs and payments that fall due are done on the way."
            )
        set_business_clock(instant, actor=actor)
        return f"The business clock stands at {write_instant(instant)}."

    filling = Filling(
        title="Business clock",
        intro=f"{stands} {write_instant(clock.now())}. For rehearsals: all of this installation lives by this clock. "
        f"Times are those of {zone}.",
        button="Set the clock",
        crumbs=[crumb("Today", name="index")],
        act=act,
        done=lambda told: told,
        go=lambda _: reverse("admin:clock"),
        aliases={"until": "at"},
        ask=_write_question,
    )
    initial = {"at": clock.now().astimezone(zone).replace(tzinfo=None)}
    return fill(request, form=ClockForm(request.POST or None, initial=initial), filling=filling)


def _write_question(filled: ClockForm) -> str:
    if filled.cleaned_data["way"] == REAL:
        return "Let the clock follow real time? What became due in between is done by the next look."
    at = filled.cleaned_data["at"]
    verb = "Move the clock on to" if filled.cleaned_data["way"] == ADVANCE else "Let the clock stand at"
    return f"{verb} {at:%-d %B %Y, %H:%M}? Dates of invoices and runs follow it."
