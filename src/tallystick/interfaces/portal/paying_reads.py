"""What the portal shows of paying: the one button, what is under way, each method with its state in plain words."""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

from tallystick.access.queries import OwnAccount
from tallystick.collection.core.eligibility import REFUSED_FOR_GOOD
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.interfaces.portal.words.paying import PAYING, PayingPhrases
from tallystick.interfaces.portal.words.phrases import Phrases
from tallystick.journeys.pay_on_page import ask_for_open, find_due_now
from tallystick.journeys.pay_open import ToPay, find_saved_refusal, find_to_pay
from tallystick.payments.queries import list_default_methods, list_methods
from tallystick.payments.queries.setups import list_sellers_with_gateway
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
    """What can be paid now with which method; empty words where there is nothing to say or to press.

    `is_by_page`: the button leads to the gateway's page, because no saved method can be charged without the customer.
    """

    words: PayingPhrases
    button: str
    hint: str
    is_by_page: bool
    asked_minor: int
    under_way: str
    warning: str
    methods: list[ShownMethod]


def read_paying(account: OwnAccount, *, say: Phrases) -> ShownPaying:
    """What an account can press to pay, and what it pays with."""
    words = PAYING[say.language]
    to_pay = find_to_pay(account.id)
    under_way = _money(to_pay.under_way_minor, account, say)
    is_past_due = any(each.status == "past_due" for each in list_running(account.id))
    pressed = _find_button(account, to_pay, words)
    return ShownPaying(
        words,
        words.pay.format(amount=_money(pressed.asked_minor, account, say)) if pressed.asked_minor else "",
        pressed.hint,
        pressed.is_by_page,
        pressed.asked_minor,
        words.under_way.format(amount=under_way) if to_pay.under_way_minor and not pressed.is_by_page else "",
        words.past_due if is_past_due else "",
        list_shown_methods(account, say=say),
    )


class _Button(NamedTuple):
    """Over how much, and by what; nothing to press over 0."""

    asked_minor: int
    hint: str = ""
    is_by_page: bool = False


def _find_button(account: OwnAccount, to_pay: ToPay, words: PayingPhrases) -> _Button:
    """The saved method where it may be charged unattended, else the gateway's page, where the seller has one."""
    method = list_default_methods([account.id]).get(account.id)
    refusal = find_saved_refusal(account.id, to_pay=to_pay, at=clock.now()) if to_pay.amount_minor else ""
    if method is not None and to_pay.amount_minor and not refusal:
        return _Button(to_pay.amount_minor, words.pay_hint.format(method=method.label))
    due = find_due_now(ask_for_open(account.id, description=account.external_id))
    if not due.amount_minor or not list_sellers_with_gateway([account.seller_id]):
        return _Button(0)
    return _Button(due.amount_minor, words.confirm_hint if refusal == REFUSED_FOR_GOOD else words.page_hint, True)


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
