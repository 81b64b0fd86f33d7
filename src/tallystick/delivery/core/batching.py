"""How a print batch is ordered, cut and named. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple


class Sheet(NamedTuple):
    """A document that waits for the printer."""

    delivery_id: int
    document_id: int
    account_name: str
    number: str


def sort_for_printer(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Printer order: by account name without regard to case, then by document number.

    So the documents of one account lie together, and a stack can be checked against the list of accounts.
    """
    return sorted(sheets, key=lambda sheet: (sheet.account_name.casefold(), sheet.account_name, sheet.number))


def cut(ids: Sequence[int], *, size: int) -> Iterator[list[int]]:
    """Pieces of at most `size`, in order."""
    rest = iter(ids)
    while piece := list(islice(rest, size)):
        yield piece


def compose_file_name(*, seller_code: str, number: str, file_format: str) -> str:
    """The batch's file: "acme-PB-000012.pdf"."""
    return f"{seller_code}-{number}.{file_format}"


def compose_member_name(sheet: Sheet, *, position: int) -> str:
    """A single PDF within a zip: its place, then its number, so that sorting by name keeps the printer order."""
    return f"{position:06d}-{compose_document_name(sheet.number)}"


def compose_document_name(number: str) -> str:
    """The file of one document, whatever signs its number has: "INV/2026/17" becomes "INV-2026-17.pdf"."""
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', number)}.pdf"
