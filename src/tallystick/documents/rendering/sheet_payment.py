"""The payment block of the sheet: what to do, the bank details to copy, and the QR code."""

from typing import Any

from stdnum import iban as stdnum_iban

from tallystick.documents.core.paying import Paying, compose_epc_payload, decide_paying, get_payment_reference
from tallystick.documents.core.reference import group_by_four
from tallystick.documents.core.view import DocumentView
from tallystick.documents.core.words import PaymentWords, Words
from tallystick.documents.rendering.formats import write_date
from tallystick.documents.rendering.qr import draw_qr


def compose_payment(view: DocumentView, *, words: Words) -> dict[str, Any]:
    """Heading, sentence, labelled details, link and QR code of the payment block; what does not apply is empty."""
    paying = decide_paying(view)
    says = words.payment
    is_transfer = paying is Paying.TRANSFER
    is_asking = paying in (Paying.TRANSFER, Paying.ONLINE, Paying.ASK_US, Paying.COLLECTED)
    payload = _payload(view) if is_transfer else ""
    is_online = bool(view.payment.pay_url) and is_asking and paying is not Paying.COLLECTED
    return {
        "heading": says.transfer_by if is_transfer else says.how_to_pay if is_asking else "",
        "sentence": _sentence(paying, view, words),
        "details": _bank_details(view, says) if is_transfer else [],
        "link_label": says.online if is_online else "",
        "link": view.payment.pay_url,
        "qr": draw_qr(payload) if payload else "",
        "qr_label": says.scan,
        "qr_alternative": says.qr_alternative,
        "link_qr": draw_qr(view.payment.pay_url) if is_online else "",
        "link_qr_label": says.scan_online,
        "link_qr_alternative": says.link_qr_alternative,
    }


def _sentence(paying: Paying, view: DocumentView, words: Words) -> str:
    says = words.payment
    if paying is Paying.COLLECTED:
        collected_on = write_date(view.due_on, locale=words.locale)
        return says.collected.format(method=view.payment.method_label, date=collected_on)
    return {
        Paying.WITHDRAWN: says.withdrawn,
        Paying.CREDITED: says.credited,
        Paying.NOTHING_TO_PAY: says.nothing_to_pay,
        Paying.SETTLED: says.settled,
        Paying.ASK_US: says.ask_us,
    }.get(paying, "")


def _bank_details(view: DocumentView, says: PaymentWords) -> list[list[list[str]]]:
    """Rows of labelled details, as a transfer form asks for them."""
    bank = view.payment.bank
    if bank is None:
        return []
    is_iban = stdnum_iban.is_valid(bank.iban)
    account = [says.iban, group_by_four(bank.iban)] if is_iban else [says.account_number, bank.iban]
    bic = [[says.bic, bank.bic]] if bank.bic else []
    return [[[says.holder, bank.holder], *bic], [account], [[says.reference, _reference(view, says, is_iban)]]]


def _reference(view: DocumentView, says: PaymentWords, is_iban: bool) -> str:
    if not view.number:
        return says.reference_follows
    reference = get_payment_reference(view, is_iban=is_iban)
    return reference if reference == view.number else group_by_four(reference)


def _payload(view: DocumentView) -> str:
    bank = view.payment.bank
    return compose_epc_payload(view, is_iban=bank is not None and bool(stdnum_iban.is_valid(bank.iban)))
