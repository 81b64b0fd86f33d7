"""A seller's settings of charging again as texts: how forms and the command line write and read them. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tallystick.collection.core.retry_terms import LISTS, RANGES, RetryTerms
from tallystick.errors import Problem

#: What each setting is called.
LABELS: Mapping[str, str] = {
    "funds_days": "Card, not enough money: days after the first failure",
    "funds_month_days": "then the nearest of these days of the month",
    "funds_last_day": "and the last time, days after the first failure",
    "funds_tries": "tries in all, not enough money",
    "decline_days": "Card, declined: days after the first failure",
    "decline_tries": "tries in all, declined",
    "error_hours": "Card, the charge broke down: hours",
    "debit_bank_days": "Direct debit: working days to the second presentation",
    "debit_tries": "presentations in all",
    "tries_an_invoice": "Most tries of an invoice",
    "tries_a_card_a_day": "Most failures of a card in 24 hours",
    "tries_a_card_and_amount": "Most failures of a card and amount in 30 days",
    "morning_hour": "Hour at which a morning begins",
    "holidays": "Holidays: no working days",
}


def write_terms(terms: RetryTerms) -> dict[str, str]:
    """Each setting as a text; lists with commas, days as 2026-04-27."""
    return {
        name: ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
        for name, value in terms._asdict().items()
    }


def tell_allowed(name: str) -> str:
    """What a setting may be, in words."""
    if name in RANGES:
        return "{} to {}".format(*RANGES[name])
    return f"days from 1 to {LISTS[name]}, with commas" if name in LISTS else "days as 2026-04-27, with commas"


def read_terms(texts: Mapping[str, str], *, old: RetryTerms) -> tuple[RetryTerms, list[Problem]]:
    """The settings with these texts in the place of the old ones, and what can't be read."""
    values: dict[str, Any] = {}
    problems = []
    for name, text in texts.items():
        if name not in LABELS:
            problems.append(Problem(name[:40], f"is not known; known are {', '.join(sorted(LABELS))}"))
            continue
        try:
            values[name] = _read(name, text.replace(",", " ").split())
        except ValueError:
            problems.append(Problem(name, f"must be {tell_allowed(name)}, but is {text[:40]!r}"))
    return old._replace(**values), problems


def _read(name: str, words: list[str]) -> object:
    if name == "holidays":
        return tuple(date.fromisoformat(word) for word in words)
    numbers = tuple(int(word) for word in words)
    if name in LISTS:
        return numbers
    if len(numbers) != 1:
        raise ValueError(name)
    return numbers[0]
