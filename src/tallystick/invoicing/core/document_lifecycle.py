"""A document's states: one mapping and one function. Paid and overdue are derived, never stored (UNI-3)."""

from tallystick.invoicing.errors import WrongDocumentState

DOCUMENT_KINDS: tuple[str, ...] = ("invoice", "credit_note", "debit_note")
DOCUMENT_STATUSES: tuple[str, ...] = ("draft", "posted", "voided", "canceled")

TRANSITIONS: dict[tuple[str, str], str] = {
    ("", "draft"): "draft",
    ("draft", "change"): "draft",
    ("draft", "post"): "posted",
    ("draft", "cancel"): "canceled",
    ("posted", "pay"): "posted",
    ("posted", "void"): "voided",
}

ADVICE: dict[tuple[str, str], str] = {
    ("posted", "change"): "a posted document is never edited; issue a credit note or a debit note",
    ("posted", "cancel"): "a posted document is never canceled; issue a credit note",
    ("posted", "post"): "it is posted already",
    ("canceled", "post"): "it was canceled; run billing again to draft it anew",
    ("draft", "pay"): "a draft is not owed yet; post it first, then it can be paid",
    ("voided", "pay"): "it is not owed any more",
    ("canceled", "pay"): "it was never owed",
    ("canceled", "change"): "it was canceled; run billing again to draft it anew",
}


def apply_document_event(status: str, *, event: str, name: str = "") -> str:
    """Return the status after `event`, or refuse with what to do instead (WrongDocumentState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise WrongDocumentState(name=name, status=status, event=event, advice=ADVICE.get((status, event), ""))
    return following
