"""How many there are of something, in words: one way for every interface."""

from __future__ import annotations


def write_count(number: int, *, noun: str, nouns: str = "") -> str:
    """ "1 invoice", "5,174 invoices"; `nouns` where more of them are not called by an s."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
