"""The text of an API key, and what its checksum catches."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.access.core.key_format import (
    ALPHABET,
    CHECKSUM_LENGTH,
    RANDOM_LENGTH,
    KeyMode,
    compose_key,
    compute_checksum,
    is_well_formed,
)

RANDOM_PART = "0123456789ABCDEFGHIJabcdefghijKL"
KEY = compose_key(RANDOM_PART, mode="live")
random_parts = st.text(ALPHABET, min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH)


def test_a_key_is_brand_mode_random_part_and_checksum() -> None:
    body = f"tally_live_{RANDOM_PART}"
    assert body + compute_checksum(body) == KEY
    assert len(KEY) == len("tally_live_") + 32 + 6


@given(random_parts, st.sampled_from(["live", "test"]))
def test_every_composed_key_is_well_formed(random_part: str, mode: KeyMode) -> None:
    assert is_well_formed(compose_key(random_part, mode=mode))


@given(random_parts)
def test_the_checksum_is_the_crc_32_that_everybody_computes(random_part: str) -> None:
    number = 0
    for digit in compute_checksum(random_part):
        number = number * 62 + ALPHABET.index(digit)
    assert number == zlib.crc32(random_part.encode())


@given(st.integers(0, RANDOM_LENGTH + CHECKSUM_LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_single_mistyped_character_is_noticed(position: int, typed: str) -> None:
    at = len("tally_live_") + position
    mistyped = KEY[:at] + typed + KEY[at + 1 :]
    assert is_well_formed(mistyped) == (mistyped == KEY)


def test_a_live_key_renamed_to_a_test_key_is_noticed() -> None:
    assert not is_well_formed(KEY.replace("live", "test"))


@pytest.mark.parametrize(
    "garbage",
    ["", "tally_live_", "Bearer", KEY[:-1], KEY + "0", KEY + "\n", " " + KEY, KEY.replace("K", "é"), "x" * 100_000],
)
def test_garbage_is_not_well_formed(garbage: str) -> None:
    assert not is_well_formed(garbage)
