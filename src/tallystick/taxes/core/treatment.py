"""VAT treatments: how a supply is taxed, and what the law wants said about it on the document."""

from enum import StrEnum
from typing import NamedTuple


class Treatment(StrEnum):
    """How a supply is taxed. Only standard and reduced bear tax; the others are 0 for a reason that is stated."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE_SCOPE = "outside_scope"
    NOT_REGISTERED = "not_registered"


#: What a service may be to its seller at home. It decides the treatment of a domestic supply.
CATEGORIES = (Treatment.STANDARD, Treatment.REDUCED, Treatment.ZERO, Treatment.EXEMPT)

TAXED = frozenset({Treatment.STANDARD, Treatment.REDUCED})


class LegalNote(NamedTuple):
    """What a document says about a treatment: VAT category (EN 16931 BT-118), reason code (BT-121) and reason (BT-120).

    Standard, reduced and zero must not carry a reason (BR-S-10, BR-Z-10); all others must.
    """

    category_code: str
    reason_code: str
    text: str


_NOTES = {
    Treatment.STANDARD: LegalNote("S", "", ""),
    Treatment.REDUCED: LegalNote("S", "", ""),
    Treatment.ZERO: LegalNote("Z", "", ""),
    Treatment.EXEMPT: LegalNote("E", "", "Exempt from VAT"),
    Treatment.REVERSE_CHARGE: LegalNote("AE", "VATEX-EU-AE", "Reverse charge"),
    Treatment.OUTSIDE_SCOPE: LegalNote("O", "VATEX-EU-O", "Not subject to VAT: the place of supply is abroad"),
    Treatment.NOT_REGISTERED: LegalNote("O", "VATEX-EU-O", "Not subject to VAT: the seller is not registered for VAT"),
}


def legal_note(treatment: Treatment) -> LegalNote:
    """What a document has to say about a treatment (Directive 2006/112/EC art. 226); no text where none is wanted."""
    return _NOTES[treatment]
