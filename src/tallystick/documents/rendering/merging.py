"""Many PDFs of our own into one, page after page, at the speed of copying and in constant memory.

Knows the plain structure that our renderer writes (PDF 1.7, a classic cross-reference table, no object streams,
generation 0) and nothing else. A general PDF library keeps every object of every file: 600 MB at 2,400 invoices. What
no page refers to is left behind: outlines, metadata, and the tags for assistive technology. The result is for printing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tallystick.errors import InvariantBroken

_CATALOG, _PAGES = 1, 2
# A text in parentheses (with pairs of them inside) is skipped: what looks like a reference in a text is none.
_TEXT = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"
_REFERENCE = re.compile(_TEXT + rb"|\b(\d+) 0 R\b", re.DOTALL)
_HEADER = b"%PDF-1.7\n%\x80\x80\x80\x80\n"
_COUNT = re.compile(rb"/Type/Pages/Count (\d+)")


def merge_pdfs(pdfs: Iterable[bytes], *, into: BinaryIO) -> int:
    """Write the pages of all PDFs into one file, in their order; returns the number of pages.

    Takes what this room rendered, nothing from elsewhere (``InvariantBroken``). The PDFs are read one at a time.
    """
    merged = _MergedFile(into)
    for pdf in pdfs:
        merged.append(_RenderedFile(pdf))
    return merged.finish()


class _RenderedFile:
    """One PDF that our renderer wrote: its objects by number."""

    def __init__(self, pdf: bytes) -> None:
        table_at = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
        table, _, trailer = pdf[table_at:].partition(b"trailer")
        rows = table.splitlines()
        if not pdf.startswith(_HEADER) or rows[0] != b"xref":
            raise InvariantBroken("a PDF to be merged is not by our renderer")
        offsets = {number: int(row[:10]) for number, row in enumerate(rows[2:]) if row.endswith(b"n")}
        following = [*sorted(offsets.values())[1:], table_at]
        ends = dict(zip(sorted(offsets.values()), following, strict=True))
        self._bodies = {number: pdf[at : ends[at]].partition(b"obj\n")[2] for number, at in offsets.items()}
        catalog = self._bodies[_number_after(rb"/Root (\d+) 0 R", trailer)]
        self.pages_number = _number_after(rb"/Pages (\d+) 0 R", catalog)
        self.page_count = int(_COUNT.search(self._bodies[self.pages_number])[1])  # type: ignore[index]

    def list_reachable(self) -> dict[int, bytes]:
        """The objects that its pages need, themselves included, by number."""
        found: dict[int, bytes] = {}
        waiting = [self.pages_number]
        while waiting:
            number = waiting.pop()
            if number not in found:
                found[number] = self._bodies[number]
                waiting += [int(match) for match in _REFERENCE.findall(_split_stream(found[number])[0]) if match]
        return found


class _MergedFile:
    """The file being written: how far it is, where its objects stand, and the page trees that it holds."""

    def __init__(self, into: BinaryIO) -> None:
        self._into = into
        self._size = 0
        self._offsets = {_CATALOG: 0, _PAGES: 0}
        self._kids: list[int] = []
        self._page_count = 0
        self._write(_HEADER)

    def append(self, rendered: _RenderedFile) -> None:
        """Copy one PDF's pages and what they need, under new numbers."""
        bodies = rendered.list_reachable()
        numbers = dict(zip(bodies, self._take_numbers(len(bodies)), strict=True))
        for number, body in bodies.items():
            renumbered = _renumber(body, numbers)
            if number == rendered.pages_number:
                renumbered = renumbered.replace(b"/Type/Pages", b"/Type/Pages/Parent %d 0 R" % _PAGES, 1)
            self._write_object(numbers[number], renumbered)
        self._kids.append(numbers[rendered.pages_number])
        self._page_count += rendered.page_count

    def finish(self) -> int:
        """Write the page tree, the catalog and the table of objects; returns the number of pages."""
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        self._write_object(_PAGES, b"<</Type/Pages/Count %d/Kids[%s]>>\nendobj\n" % (self._page_count, kids))
        self._write_object(_CATALOG, b"<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % _PAGES)
        table_at = self._size
        self._write(b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(self._offsets) + 1))
        for number in range(1, len(self._offsets) + 1):
            self._write(b"%010d 00000 n\r\n" % self._offsets[number])
        self._write(b"trailer\n<</Size %d/Root %d 0 R>>\n" % (len(self._offsets) + 1, _CATALOG))
        self._write(b"startxref\n%d\n%%%%EOF\n" % table_at)
        return self._page_count

    def _take_numbers(self, count: int) -> Iterator[int]:
        first = len(self._offsets) + 1
        return iter(range(first, first + count))

    def _write_object(self, number: int, body: bytes) -> None:
        self._offsets[number] = self._size
        self._write(b"%d 0 obj\n" % number + body)

    def _write(self, data: bytes) -> None:
        self._size += self._into.write(data)


def _number_after(pattern: bytes, text: bytes) -> int:
    match = re.search(pattern, text)
    if match is None:
        raise InvariantBroken("a PDF to be merged is not by our renderer: its page tree was not found")
    return int(match[1])


def _split_stream(body: bytes) -> tuple[bytes, bytes]:
    """An object up to its stream, which may hold references, and the stream with its keyword, which does not."""
    head, keyword, rest = body.partition(b"\nstream")
    return head, keyword + rest


def _renumber(body: bytes, numbers: dict[int, int]) -> bytes:
    head, stream = _split_stream(body)
    return _REFERENCE.sub(lambda match: b"%d 0 R" % numbers[int(match[1])] if match[1] else match[0], head) + stream
