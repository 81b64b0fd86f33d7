"""A seller's settings of charging again (payments: retry schedules in use, and ours), with what may be set. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from tallystick.errors import Problem


class RetryTerms(NamedTuple):
    """Days count from the first failure of an invoice, and fall on the morning of the next working day.

    Cards: lack of money is tried again after `funds_days`, then on the nearest of `funds_month_days` (paydays), last
    after `funds_last_day`; a decline after `decline_days`; a charge that broke down after `error_hours`, after a day,
    then as a decline. Direct debits: `debit_tries` in all, `debit_bank_days` apart. `tries_an_invoice` and the two
    limits of a card stay under every published number of the networks. Holidays are no working days.
    """

    funds_days: tuple[int, ...] = (2, 5)
    funds_month_days: tuple[int, ...] = (1, 15, 25)
    funds_last_day: int = 21
    funds_tries: int = 5
    decline_days: tuple[int, ...] = (1, 4, 9)
    decline_tries: int = 4
    error_hours: int = 1
    debit_bank_days: int = 5
    debit_tries: int = 2
    tries_an_invoice: int = 6
    tries_a_card_a_day: int = 2
    tries_a_card_and_amount: int = 12
    morning_hour: int = 8
    holidays: tuple[date, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As a row keeps them."""
        lists = {name: list(value) for name, value in self._asdict().items() if isinstance(value, tuple)}
        return {**self._asdict(), **lists, "holidays": [day.isoformat() for day in self.holidays]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "RetryTerms":
        """Read back what `as_json` wrote; what was not known then is as usual."""
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        given["holidays"] = tuple(date.fromisoformat(day) for day in stored.get("holidays", ()))
        return cls(**given)


#: From and to of each number; what the networks allow is never exceeded by a setting.
RANGES: Mapping[str, tuple[int, int]] = {
    "funds_last_day": (1, 60),
    "funds_tries": (1, 6),
    "decline_tries": (1, 6),
    "error_hours": (1, 72),
    "debit_bank_days": (5, 7),
    "debit_tries": (1, 2),
    "tries_an_invoice": (1, 6),
    "tries_a_card_a_day": (1, 2),
    "tries_a_card_and_amount": (1, 12),
    "morning_hour": (0, 23),
}
#: Lists of days, with the highest of each.
LISTS: Mapping[str, int] = {"funds_days": 60, "funds_month_days": 31, "decline_days": 60}


def find_terms_problems(terms: RetryTerms) -> Iterator[Problem]:
    """Everything that is wrong with settings."""
    for name, (least, most) in RANGES.items():
        if not least <= getattr(terms, name) <= most:
            yield Problem(name, f"must be from {least} to {most}")
    for name, most in LISTS.items():
        days: tuple[int, ...] = getattr(terms, name)
        if not days or any(not 1 <= day <= most for day in days) or list(days) != sorted(set(days)):
            yield Problem(name, f"must be days from 1 to {most}, each once, in order")
