"""How a document asks to be paid, and what its QR code says."""

from enum import StrEnum

from tallystick.documents.core.reference import compute_creditor_reference
from tallystick.documents.core.view import DocumentView

MAX_EPC_MINOR = 99_999_999_999  # 999,999,999.99 EUR, the most that EPC069-12 can say
MAX_EPC_NAME = 70


class Paying(StrEnum):
    """What the payment block says."""

    WITHDRAWN = "withdrawn"
    CREDITED = "credited"
    NOTHING_TO_PAY = "nothing_to_pay"
    SETTLED = "settled"
    COLLECTED = "collected"
    TRANSFER = "transfer"
    ONLINE = "online"
    ASK_US = "ask_us"


def decide_paying(view: DocumentView) -> Paying:
    """What this document tells its reader to do.

    Collected automatically only where that is agreed and a saved method is known; else by transfer where the seller has
    a bank account in the currency; else by the pay link; and where there is none of them, the reader is asked to call.
    """
    if view.status in ("voided", "canceled"):
        return Paying.WITHDRAWN
    if view.is_credit:
        return Paying.CREDITED
    if view.open_minor <= 0:
        return Paying.SETTLED if view.gross_minor > 0 else Paying.NOTHING_TO_PAY
    return _decide_way(view)


def _decide_way(view: DocumentView) -> Paying:
    terms = view.payment
    if terms.collection_method == "automatic" and terms.method_label:
        return Paying.COLLECTED
    if terms.bank is not None:
        return Paying.TRANSFER
    return Paying.ONLINE if terms.pay_url else Paying.ASK_US


def get_payment_reference(view: DocumentView, *, is_iban: bool) -> str:
    """What a transfer has to quote: to an IBAN the creditor reference, else the number; "" while there is none."""
    return (compute_creditor_reference(view.number) if is_iban else "") or view.number


def compose_epc_payload(view: DocumentView, *, is_iban: bool) -> str:
    """The text of the SEPA QR code (EPC069-12, version 002, UTF-8), "" where there can be none.

    Only for issued documents in euro that are paid by transfer to an IBAN, above zero and up to 999,999,999.99.
    """
    bank = view.payment.bank
    if bank is None or not is_iban or view.currency != "EUR" or not view.number:
        return ""
    if decide_paying(view) is not Paying.TRANSFER or view.open_minor > MAX_EPC_MINOR:
        return ""
    euros, cents = divmod(view.open_minor, 100)
    structured = compute_creditor_reference(view.number)
    return "\n".join(
        (
            "BCD",
            "002",
            "1",
            "SCT",
            bank.bic.replace(" ", ""),
            bank.holder[:MAX_EPC_NAME],
            bank.iban.replace(" ", ""),
            f"EUR{euros}.{cents:02d}",
            "",
            structured,
            "" if structured else view.number,
        )
    ).rstrip("\n")
