"""What the portal shows of paying: the one button, what is under way, each method with its state in plain words."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from tallystick.access.queries import OwnAccount
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.interfaces.portal.words.paying import PAYING, PayingPhrases
from tallystick.interfaces.portal.words.phrases import Phrases
from tallystick.journeys.pay_open import find_to_pay
from tallystick.payments.queries import list_default_methods, list_methods
from tallystick.plumbing import clock
from tallystick.subscriptions.queries.paying import list_running

_STATE_WORDS = {"pending": "pending", "invalid": "invalid", "stopped": "stopped"}


class ShownMethod(NamedTuple):
    """A saved method. `note` says how it stands, `is_well` whether it can be charged; `may_*` what can be done."""

    id: int
    label: str
    note: str
    is_well: bool
    is_default: bool
    may_be_default: bool


class ShownPaying(NamedTuple):
    """What can be paid now with which method; empty words where there is nothing to say or to press."""

    words: PayingPhrases
    button: str
    hint: str
    asked_minor: int
    under_way: str
    warning: str
    methods: list[ShownMethod]


def read_paying(account: OwnAccount, *, say: Phrases) -> ShownPaying:
    """What an account can press to pay, and what it pays with."""
    words = PAYING[say.language]
    to_pay, method = find_to_pay(account.id), list_default_methods([account.id]).get(account.id)
    is_chargeable = method is not None and method.state == "valid" and method.gateway_is_active
    may_pay = is_chargeable and to_pay.amount_minor > 0
    under_way = _money(to_pay.under_way_minor, account, say)
    is_past_due = any(each.status == "past_due" for each in list_running(account.id))
    return ShownPaying(
        words,
        words.pay.format(amount=_money(to_pay.amount_minor, account, say)) if may_pay else "",
        words.pay_hint.format(method=method.label) if may_pay and method is not None else "",
        to_pay.amount_minor,
        words.under_way.format(amount=under_way) if to_pay.under_way_minor else "",
        words.past_due if is_past_due else "",
        list_shown_methods(account, say=say),
    )


def list_shown_methods(account: OwnAccount, *, say: Phrases) -> list[ShownMethod]:
    """The saved methods of an account, without those that were removed, the one that pays by itself first."""
    today = clock.now().astimezone(ZoneInfo(account.time_zone)).date()
    shown = []
    for each in list_methods(account.id):
        if each.state == "revoked":
            continue
        words, date = PAYING[say.language], ""
        if each.expires_on is not None:
            date = write_date(each.expires_on, locale=say.locale)
        is_expired = each.expires_on is not None and each.expires_on < today
        is_well = each.state == "valid" and not is_expired
        notes = [say.default_method] if each.is_default else []
        if each.state in _STATE_WORDS:
            notes = [getattr(words, _STATE_WORDS[each.state])]
        elif is_expired:
            notes = [words.expired.format(date=date)]
        elif date:
            notes.append(words.valid_until.format(date=date))
        shown.append(
            ShownMethod(
                each.pk, each.label, ", ".join(notes), is_well, each.is_default, is_well and not each.is_default
            )
        )
    return shown


def _money(minor: int, account: OwnAccount, say: Phrases) -> str:
    return write_money(minor, currency=account.currency, locale=say.locale)
