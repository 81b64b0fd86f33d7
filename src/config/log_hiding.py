"""Takes out of a finished line of a log what no log may hold: keys, tokens, numbers of cards and bank accounts.

The last of several guards: nothing of this is put into a line on purpose. A path in a message, or the text of somebody
else's exception, may hold it all the same.
"""

import re

HIDDEN = "…"

#: Keys of gateways and of our own interface, secrets of webhooks, and what a header carries behind its scheme.
_KEYS = re.compile(
    r"\b(?:(?:sk|rk|pk)_(?:live|test)|tally_(?:live|test))_[A-Za-z0-9]{8,}|\bwhsec_[A-Za-z0-9_+/=]{8,}"
    r"|\b(?:live|test)_[A-Za-z0-9]{20,}|\b(?:Bearer|Basic) [A-Za-z0-9._~+/=\-]{8,}"
)
#: Tokens in addresses (behind /hooks/<kind>/<seller>/<mode>/ or /pay/), and our ids with their signature anywhere.
_TOKENS = re.compile(r"(?<=/pay/)[^\s\"'/?<>]{12,}|[0-9a-f-]{36}~[A-Za-z0-9_\-]{20,}")
_HOOKS = re.compile(r"(/hooks/[^\s\"'/?<>]+/[^\s\"'/?<>]+/[^\s\"'/?<>]+/)[^\s\"'?<>]+")
_CARDS = re.compile(r"(?<![\w.])\d(?:[ -]?\d){12,18}(?![\w.])")
_IBANS = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")


def hide_in_text(line: str) -> str:
    """The line without them, dots in their place."""
    line = _HOOKS.sub(rf"\g<1>{HIDDEN}", line)
    line = _TOKENS.sub(HIDDEN, _KEYS.sub(HIDDEN, line))
    line = _CARDS.sub(lambda found: HIDDEN if _is_card(found.group()) else found.group(), line)
    return _IBANS.sub(lambda found: HIDDEN if _is_iban(found.group()) else found.group(), line)


def _is_card(text: str) -> bool:
    """By the check digit of Luhn."""
    digits = [int(digit) for digit in reversed(text) if digit.isdecimal()]
    doubled = (digit * 2 for digit in digits[1::2])
    return (sum(digits[::2]) + sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """By the check digits of ISO 7064; letters count from 10."""
    compact = text.replace(" ", "")
    return int("".join(str(int(letter, 36)) for letter in compact[4:] + compact[:4])) % 97 == 1
