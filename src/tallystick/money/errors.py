"""What the money room refuses."""

from tallystick.errors import InvalidInput


class UnknownCurrency(InvalidInput):
    """{currency} is not a currency in circulation (ISO 4217, three capital letters)."""

    code = "unknown_currency"
    field = "currency"


class CurrencyMismatch(InvalidInput):
    """{left} and {right} can't be added or compared: they are two currencies."""

    code = "currency_mismatch"
    field = "currency"


class InvalidAmount(InvalidInput):
    """{text!r} is not an amount: {reason}."""

    code = "invalid_amount"
    field = "amount"


class CannotSplit(InvalidInput):
    """This amount can't be split: {reason}."""

    code = "cannot_split"
