"""International bank account numbers: form and check digits (ISO 13616)."""

import re

_FORM = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)


def normalize_iban(text: str) -> str:
    """The number without spaces, in capitals."""
    return "".join(text.split()).upper()


def is_iban(text: str) -> bool:
    """Whether a normalized text has the form and check digits of an IBAN. That the account exists only a bank knows."""
    if _FORM.fullmatch(text) is None:
        return False
    turned = text[4:] + text[:4]
    # Letters count as 10 to 35; what is right leaves 1.
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
