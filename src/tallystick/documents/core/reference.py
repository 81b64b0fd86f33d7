"""The structured creditor reference (ISO 11649) by which a bank transfer finds its document again."""

MAX_BODY = 21


def compute_creditor_reference(number: str) -> str:
    """The RF reference of a document number: "INV-2026-000101" is "RF13INV2026000101". "" where it can't be one.

    Letters and digits of the number, at most 21 of them; the check digits make the whole 1 modulo 97, as in an IBAN
    (ISO 11649). Bank statements are matched by the same function.
    """
    body = "".join(character for character in number.upper() if character.isascii() and character.isalnum())
    if not body or len(body) > MAX_BODY:
        return ""
    return f"RF{98 - _as_digits(body + 'RF00') % 97:02d}{body}"


def group_by_four(code: str) -> str:
    """An IBAN or reference as people read it: groups of four with blanks between."""
    compact = code.replace(" ", "")
    return " ".join(compact[at : at + 4] for at in range(0, len(compact), 4))


def _as_digits(text: str) -> int:
    """Letters count from A = 10."""
    return int("".join(str(int(character, 36)) for character in text))
