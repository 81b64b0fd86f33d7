"""E-mail addresses: normal form, plausible shape, and whose domain they are in."""

import re

_SHAPE = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
LONGEST = 254
"""What the database and the mail standards hold."""


def normalize_email(text: str) -> str:
    """The address without spaces around it, in lower case."""
    return text.strip().lower()


def is_email(text: str) -> bool:
    """Whether a text looks like one address. Only a message that arrives proves more."""
    return len(text) <= LONGEST and _SHAPE.fullmatch(text) is not None


def is_in_domain(email: str, *, domain: str) -> bool:
    """Whether an address is in a domain itself, not in one that ends alike or lies below it (DEM-11).

    x@notdembrane.com and x@dembrane.com.evil.org are not in dembrane.com.
    """
    return bool(domain) and normalize_email(email).endswith("@" + domain.strip().lower().removeprefix("@"))
