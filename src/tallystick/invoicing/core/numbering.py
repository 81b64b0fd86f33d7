"""How a document's number is written."""


def format_number(prefix: str, *, digits: int, sequence_number: int) -> str:
    """Prefix and zero-padded running number, such as "INV-000017"; longer numbers are never cut."""
    return f"{prefix}{sequence_number:0{digits}d}"
