"""Our ids, as gateways give them back to us: text that may be anything. Pure."""

import re

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_uuid(text: str) -> bool:
    """Whether it may be an id of ours, written as we write them."""
    return _UUID.fullmatch(text) is not None
