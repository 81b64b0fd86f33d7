"""The reasons for corrections that a new seller begins with. It may add its own and retire these."""

DEFAULT_REASON_CODES: tuple[tuple[str, str], ...] = (
    ("price_error", "Wrong price"),
    ("quantity_error", "Wrong quantity"),
    ("not_delivered", "Service not delivered"),
    ("billed_twice", "Billed twice"),
    ("wrong_recipient", "Billed to the wrong party"),
    ("goodwill", "Goodwill"),
)
LONGEST_CODE = 40
LONGEST_NAME = 120


def is_reason_code(text: str) -> bool:
    """Whether the text may be a code: lower-case letters, digits and underscores, at most 40."""
    return 0 < len(text) <= LONGEST_CODE and all(sign in "abcdefghijklmnopqrstuvwxyz0123456789_" for sign in text)
