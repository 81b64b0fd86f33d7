"""Seats of an account: who has one, what is billed and paid, and a list that takes their place."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.accounts.models import Account
from tallystick.collection.queries.seats import SeatStanding, read_seat_standing
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_count, write_day
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.seat_lines import LONGEST, read_seat_lines
from tallystick.journeys.sync_seats import sync_seats
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_ACT
from tallystick.subscriptions.core.seats import count_seats
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.queries.seats import list_seat_holders

MOST_SHOWN = 500


class SeatsForm(PlainForm):
    """The whole list, as text."""

    holders = forms.CharField(
        label="Who has a seat",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="A line each: workspace, user, member or observer, active or invited. It replaces the list.",
    )


@needs(RECORDS_READ)
def show_seats(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """How seats stand, and who has them."""
    account = get_account(account_id)
    told = ""
    try:
        standing: SeatStanding | None = read_seat_standing(account_id, on=_find_today(account))
    except ActionNotPossible as refusal:
        standing, told = None, refusal.message
    holders = list_seat_holders(account_id)
    context = {
        "account": account,
        "standing": standing,
        "told": told,
        "holders": holders[:MOST_SHOWN],
        "many": holders.count(),
        "most": MOST_SHOWN,
    }
    return draw_page(request, template="console/seats.html", title="Seats", crumbs=_crumbs(account), context=context)


@needs(SUBSCRIPTIONS_ACT)
def set_seats(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Take over another list; asks before something is charged."""
    account = get_account(account_id)
    lines = [f"{each.workspace}, {each.user}, {each.role}, {each.state}" for each in list_seat_holders(account_id)]
    form = SeatsForm(request.POST or None, initial={"holders": "\n".join(lines)})

    def act(filled: SeatsForm) -> SeatStanding:
        holders = read_seat_lines(filled.cleaned_data["holders"])
        return sync_seats(account_id, holders=holders, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Seats of {account.name}",
        intro="Seats above those billed for this period are charged at once; a removed one gives nothing back and is "
        "used again for nothing until the renewal.",
        button="Take this list over",
        crumbs=[*_crumbs(account), Crumb("Seats", _address(account_id))],
        act=act,
        done=lambda standing: f"{write_count(standing.holders.live, noun='seat')} used.",
        go=lambda _: _address(account_id),
        ask=lambda filled: _ask(account, filled),
    )
    return fill(request, form=form, filling=filling)


def _ask(account: Account, filled: SeatsForm) -> str:
    """Where something will be charged, whether it shall be."""
    live = count_seats(read_seat_lines(filled.cleaned_data["holders"])).live
    standing = read_seat_standing(account.pk, on=_find_today(account))
    if standing.billed_until is None or live <= standing.billed:
        return ""
    more = write_count(live - standing.billed, noun="more seat")
    return f"Charge {account.name} for {more} until {write_day(standing.billed_until)}?"


def _find_today(account: Account) -> date:
    """Where its seller is."""
    return now().astimezone(ZoneInfo(account.seller.time_zone)).date()


def _address(account_id: int) -> str:
    return reverse("admin:account_seats", args=[account_id])


def _crumbs(account: Account) -> list[Crumb]:
    return [crumb("Accounts", name="accounts"), Crumb(account.name, reverse("admin:account", args=[account.pk]))]
