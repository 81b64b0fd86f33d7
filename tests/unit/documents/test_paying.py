"""How a document asks to be paid: the way, the reference, the QR code."""

from dataclasses import replace
from typing import Any

import pytest
from stdnum import iso11649

from tallystick.documents.core.paying import Paying, compose_epc_payload, decide_paying, get_payment_reference
from tallystick.documents.core.reference import compute_creditor_reference, group_by_four
from tallystick.documents.core.view import PaymentTerms
from tests.unit.documents.conftest import BANK, MakeView

ALL_WAYS = PaymentTerms("automatic", BANK, "Visa •••• 4242", "https://pay.example/t")


@pytest.mark.parametrize(
    ("payment", "paying"),
    [
        (ALL_WAYS, Paying.COLLECTED),
        (replace(ALL_WAYS, collection_method="remittance"), Paying.TRANSFER),
        (replace(ALL_WAYS, method_label=""), Paying.TRANSFER),
        (replace(ALL_WAYS, method_label="", bank=None), Paying.ONLINE),
        (PaymentTerms("remittance"), Paying.ASK_US),
    ],
)
def test_the_way_to_pay(make_view: MakeView, payment: PaymentTerms, paying: Paying) -> None:
    assert decide_paying(make_view(payment=payment)) == paying


@pytest.mark.parametrize(
    ("others", "paying"),
    [
        ({"kind": "credit_note"}, Paying.CREDITED),
        ({"settled_minor": 5990}, Paying.SETTLED),
        ({"status": "voided"}, Paying.WITHDRAWN),
        ({"gross_minor": 0}, Paying.NOTHING_TO_PAY),
    ],
)
def test_nothing_is_asked_where_nothing_is_open(make_view: MakeView, others: dict[str, Any], paying: Paying) -> None:
    assert decide_paying(make_view(payment=ALL_WAYS, **others)) == paying


@pytest.mark.parametrize("number", ["NWF-2026-000101", "1", "inv/2026/17", "A" * 21])
def test_the_creditor_reference_is_valid_by_iso_11649(number: str) -> None:
    reference = compute_creditor_reference(number)
    assert iso11649.is_valid(reference)
    assert reference[4:] == number.upper().replace("-", "").replace("/", "")


def test_worked_creditor_references() -> None:
    assert compute_creditor_reference("INV-2026-000101") == "RF13INV2026000101"
    assert compute_creditor_reference("539007547034") == "RF18539007547034"


@pytest.mark.parametrize("number", ["", "---", "A" * 22])
def test_a_number_that_does_not_fit_has_no_creditor_reference(number: str) -> None:
    assert compute_creditor_reference(number) == ""


def test_letters_of_other_scripts_are_no_part_of_a_reference() -> None:
    assert compute_creditor_reference("Й-17") == compute_creditor_reference("17")


def test_only_transfers_to_an_iban_quote_the_creditor_reference(make_view: MakeView) -> None:
    view = make_view()
    assert get_payment_reference(view, is_iban=True) == "RF33NWF2026000101"
    assert get_payment_reference(view, is_iban=False) == "NWF-2026-000101"
    assert get_payment_reference(make_view(status="draft", number=""), is_iban=True) == ""


def test_codes_are_read_in_groups_of_four() -> None:
    assert group_by_four("NL91ABNA0417164300") == "NL91 ABNA 0417 1643 00"


def test_the_qr_code_follows_epc069_12(make_view: MakeView) -> None:
    assert compose_epc_payload(make_view(settled_minor=1000), is_iban=True).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "ABNANL2A",
        "Northwind Fiber B.V.",
        "NL91ABNA0417164300",
        "EUR49.90",
        "",
        "RF33NWF2026000101",
    ]


def test_a_number_without_creditor_reference_goes_as_text_in_the_qr_code(make_view: MakeView) -> None:
    payload = compose_epc_payload(make_view(number="N" * 22), is_iban=True)
    assert payload.split("\n")[-2:] == ["", "N" * 22]


@pytest.mark.parametrize(
    "others",
    [
        {"currency": "USD"},
        {"status": "draft", "number": ""},
        {"settled_minor": 5990},
        {"kind": "credit_note"},
        {"payment": ALL_WAYS},
        {"payment": PaymentTerms("remittance", None, "", "https://pay.example/t")},
        {"gross_minor": 100_000_000_000},
    ],
)
def test_no_qr_code_but_for_an_open_transfer_in_euro(make_view: MakeView, others: dict[str, Any]) -> None:
    assert compose_epc_payload(make_view(**others), is_iban=True) == ""


def test_no_qr_code_for_what_is_no_iban(make_view: MakeView) -> None:
    assert compose_epc_payload(make_view(), is_iban=False) == ""
