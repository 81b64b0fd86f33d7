"""An amount of money, and its text form. Minor units are whole numbers: 1,240.00 EUR is 124000."""

import re
from dataclasses import dataclass
from typing import Self

from tallystick.money.currency import get_currency
from tallystick.money.errors import CurrencyMismatch, InvalidAmount

#: The largest amount that a database column holds (a signed 64-bit integer), in minor units.
MAX_MINOR = 2**63 - 1

_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency. Adds, subtracts and compares within its currency, multiplies by whole numbers.

    There is no division: divide with a share and round once (``tallystick.money.rounding``) or split
    (``tallystick.money.allocation``). Floats and booleans are a ``TypeError``, two currencies a
    :class:`CurrencyMismatch`.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"money is a whole number of minor units, not {type(self.minor).__name__}")
        get_currency(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """No money, in a currency."""
        return cls(0, currency)

    def __add__(self, other: object) -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: object) -> "Money":
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, factor: object) -> "Money":
        if type(factor) is not int:
            return NotImplemented
        return Money(self.minor * factor, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor < self._minor_of(other)

    def __le__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor > self._minor_of(other)

    def __ge__(self, other: object) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor >= self._minor_of(other)

    def __str__(self) -> str:
        return f"{format_minor(self.minor, self.currency)} {self.currency}"

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)
        return other.minor


def format_minor(minor: int, currency: str) -> str:
    """Minor units as text without the currency: 124000 EUR is "1,240.00", 5 KWD is "0.005", -1240 JPY is "-1,240"."""
    exponent = get_currency(currency).exponent
    sign = "-" if minor < 0 else ""
    if not exponent:
        return f"{sign}{abs(minor):,}"
    whole, rest = divmod(abs(minor), 10**exponent)
    return f"{sign}{whole:,}.{rest:0{exponent}d}"


def parse_minor(text: str, currency: str) -> int:
    """Minor units from text as :func:`format_minor` writes it; grouping commas may be left out. Exact, never rounds.

    Refuses with :class:`InvalidAmount` what is no number, has more decimals than the currency, or is too large to
    store.
    """
    exponent = get_currency(currency).exponent
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise InvalidAmount(text=text[:40], reason='write it like "1,240.00"')
    sign, whole, decimals = match[1], match[2].replace(",", ""), match[3] or ""
    if len(decimals) > exponent:
        raise InvalidAmount(text=text[:40], reason=f"{currency} has {exponent} decimals")
    digits = whole + decimals.ljust(exponent, "0")
    # The length is asked first: turning a text of megabytes into a number would take for ever.
    if len(digits.lstrip("0")) > len(str(MAX_MINOR)) or int(digits) > MAX_MINOR:
        raise InvalidAmount(text=text[:40], reason="it is too large")
    return -int(digits) if sign == "-" else int(digits)
