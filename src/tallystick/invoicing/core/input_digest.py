"""What a draft was made from, as a short digest with a part for each topic, and which topics differ. Pure."""

TOPICS: tuple[str, ...] = ("account or bill-to", "services", "prices", "discounts", "taxes")
"""What the parts stand for, in their order."""
SEPARATOR = "-"


def list_changed_topics(before: str, *, now: str) -> tuple[str, ...]:
    """Which topics differ between two digests; none where nothing was kept."""
    if not before or before == now:
        return ()
    parts = zip(TOPICS, before.split(SEPARATOR), now.split(SEPARATOR), strict=True)
    return tuple(topic for topic, was, is_now in parts if was != is_now)


def tell_changed(topics: tuple[str, ...]) -> str:
    """Why an account is not posted, such as "its prices changed since the review"."""
    return f"its {' and '.join(topics)} changed since the review; draft it again"
