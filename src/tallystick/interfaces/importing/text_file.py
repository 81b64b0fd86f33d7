"""Any file: is it there, not too large, and text? Told by size and first bytes, so that garbage fails at once."""

from pathlib import Path

from tallystick.interfaces.importing.errors import FileMissing, FileTooLarge, FileUnreadable

MEGABYTE = 1_000_000
SNIFFED_BYTES = 65_536


def get_size(path: Path, *, max_bytes: int) -> int:
    """The size of a file in bytes. Refuses FileMissing, FileTooLarge."""
    if not path.is_file():
        raise FileMissing(file=str(path))
    size = path.stat().st_size
    if size > max_bytes:
        raise FileTooLarge(file=path.name, megabytes=-(-size // MEGABYTE), limit=max_bytes // MEGABYTE)
    return size


def read_start(path: Path) -> str:
    """The first bytes as text, without a byte order mark. Refuses FileUnreadable for what is not UTF-8 text."""
    with path.open("rb") as file:
        start = file.read(SNIFFED_BYTES)
    if not start.strip():
        raise FileUnreadable(file=path.name, reason="it is empty")
    if b"\x00" in start:
        raise FileUnreadable(file=path.name, reason="it is not a text file; save it as CSV in UTF-8")
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        # A character may be cut in two where the sniffed part ends.
        if len(start) == SNIFFED_BYTES and broken.start >= SNIFFED_BYTES - 4:
            return start[: broken.start].decode("utf-8-sig")
        line = start.count(b"\n", 0, broken.start) + 1
        raise FileUnreadable(file=path.name, reason=f"line {line} is not UTF-8 text; save it as CSV in UTF-8") from None
