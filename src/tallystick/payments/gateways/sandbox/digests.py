"""References of the sandbox follow from what made them, so that the same day played twice has the same references."""

import hashlib


def digest(text: str) -> str:
    """A text's SHA-256, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def describe(order: tuple[object, ...]) -> str:
    """The parameters of an order, its key aside, as a digest that a repeated key is held against."""
    return digest("|".join(str(part) for part in order))
