"""From the text of a cell to a value: strict, exact, and with a reason that says how to write it."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

_DECIMAL = re.compile(r"[+-]?[0-9]{1,16}(\.[0-9]{1,12})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_YES, _NO = frozenset({"yes", "true", "1", "y"}), frozenset({"no", "false", "0", "n"})

Parse = Callable[[str], object]
"""Takes a cell that is not empty; raises ValueError with a reason that reads on after the name of the column."""


def parse_text(text: str) -> str:
    """The text as it is."""
    return text


def parse_decimal(text: str) -> Decimal:
    """A number with a point for decimals and nothing between thousands."""
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(f"must be a number like 1240.50, but is {_quote(text)}")
    return Decimal(text)


def parse_whole(text: str) -> int:
    """A whole number."""
    if _WHOLE.fullmatch(text) is None:
        raise ValueError(f"must be a whole number, but is {_quote(text)}")
    return int(text)


def parse_day(text: str) -> date:
    """A date in ISO form."""
    # fromisoformat alone would take week dates and dates without hyphens too.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise ValueError(f"must be a date like 2026-03-31, but is {_quote(text)}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"must be a date like 2026-03-31, but is {_quote(text)}") from None


def parse_yes_no(text: str) -> bool:
    """Yes or no."""
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"must be yes or no, but is {_quote(text)}")


def parse_codes(text: str) -> tuple[str, ...]:
    """Codes with blanks between them."""
    return tuple(dict.fromkeys(text.split()))


def parse_choice(*choices: str) -> Callable[[str], str]:
    """A parser that takes one of these words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be {_list(choices)}, but is {_quote(text)}")
        return text

    return parse


def _list(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def _quote(text: str) -> str:
    # A cell of a garbage file may be megabytes long and full of control characters.
    return repr(text if len(text) <= 40 else text[:40] + "…")
