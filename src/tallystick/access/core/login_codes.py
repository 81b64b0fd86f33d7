"""Signing in by an e-mailed code: how long it lives, how often it may be tried and asked for. Pure."""

from datetime import datetime, timedelta
from typing import Final

CODE_DIGITS: Final = 8
LIFE: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
"""Wrong tries at one code: with 8 digits, five of 100,000,000."""

MOST_CODES: Final = 5
ASKED_WITHIN: Final = timedelta(hours=1)


def normalize_code(text: str) -> str:
    """The digits of what was typed: people copy "1234 5678" with its gap."""
    return "".join(each for each in text if each.isdecimal())


def show_code(code: str) -> str:
    """A code as people read it, in two groups: "1234 5678"."""
    return f"{code[: CODE_DIGITS // 2]} {code[CODE_DIGITS // 2 :]}"


def is_usable(*, created_at: datetime, used_at: datetime | None, tries: int, at: datetime) -> bool:
    """Whether a code may still be tried at the real instant `at`."""
    return used_at is None and tries < MOST_TRIES and at < created_at + LIFE


def may_ask_again(recent: int) -> bool:
    """Whether someone who was sent `recent` codes within the last hour is sent another."""
    return recent < MOST_CODES
