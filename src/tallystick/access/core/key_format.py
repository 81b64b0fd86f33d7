"""The text of an API key: `tally_<live|test>_<32 base62><6 base62 of the CRC-32 of all before it>`.

The checksum lets us refuse garbage without asking the database, and lets scanners of leaked secrets recognize our keys.
It proves nothing else: a key is good only if its digest is stored.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Final, Literal

KeyMode = Literal["live", "test"]

ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH: Final = 32
"""Characters drawn at random: 32 x log2(62), about 190 bits."""

CHECKSUM_LENGTH: Final = 6
DISPLAY_LENGTH: Final = len("tally_live_") + 4
"""How much of a key may be shown and stored in the clear, so that its owner can tell it from others."""

_SHAPE: Final = re.compile(rf"tally_(?:live|test)_[0-9A-Za-z]{{{RANDOM_LENGTH + CHECKSUM_LENGTH}}}")
_CRC32_POLYNOMIAL: Final = 0xEDB88320


def compose_key(random_part: str, *, mode: KeyMode) -> str:
    """The whole key around its random part, which the caller draws: RANDOM_LENGTH characters of ALPHABET."""
    body = f"tally_{mode}_{random_part}"
    return body + compute_checksum(body)


def is_well_formed(text: str) -> bool:
    """Whether `text` has the shape and the checksum of a key; says nothing about whether it was ever issued."""
    if _SHAPE.fullmatch(text) is None:
        return False
    return text.endswith(compute_checksum(text[:-CHECKSUM_LENGTH]))


def compute_checksum(body: str) -> str:
    """CRC-32 (IEEE 802.3) of the ASCII text, in base62, padded with zeros to CHECKSUM_LENGTH."""
    return "".join(_digits_of(_compute_crc32(body.encode("ascii"))))


def _compute_crc32(octets: bytes) -> int:
    remainder = 0xFFFFFFFF
    for octet in octets:
        remainder ^= octet
        for _ in range(8):
            remainder = (remainder >> 1) ^ (_CRC32_POLYNOMIAL if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF


def _digits_of(number: int) -> Iterator[str]:
    for power in range(CHECKSUM_LENGTH - 1, -1, -1):
        yield ALPHABET[number // len(ALPHABET) ** power % len(ALPHABET)]
