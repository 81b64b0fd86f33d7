"""The sheet: what stands on the page, in words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tallystick.documents.core.view import Address, BankTransfer, CorrectedDocument, LineGroup, PaymentTerms
from tallystick.documents.rendering.sheet import DEFAULT_ACCENT, compose_sheet
from tests.unit.documents.conftest import BAKERY, BANK, DECEMBER, NORTHWIND, MakeLine, MakeView


def test_the_amount_and_the_day_that_matter_stand_at_the_top(make_view: MakeView) -> None:
    assert compose_sheet(make_view(settled_minor=1000))["amount"] == {
        "label": "Amount due",
        "value": "49.90\u00a0EUR",
        "due_label": "Due date",
        "due": "22 December 2026",
    }


def test_a_transfer_has_all_that_a_bank_asks_for(make_view: MakeView) -> None:
    payment = compose_sheet(make_view())["payment"]
    assert payment["heading"] == "By bank transfer"
    assert payment["details"] == [
        [["Account holder", "Northwind Fiber B.V."], ["BIC", "ABNANL2A"]],
        [["IBAN", "NL91 ABNA 0417 1643 00"]],
        [["Payment reference", "RF33 NWF2 0260 0010 1"]],
    ]
    assert payment["qr"].startswith("<svg")


def test_who_can_pay_online_scans_a_code_of_its_own_beside_that_of_the_bank(make_view: MakeView) -> None:
    page = "https://billing.example/pay/nnwf:NWF-2026-000101~x/"
    payment = compose_sheet(make_view(payment=PaymentTerms("remittance", BANK, "", page, page)))["payment"]
    assert (payment["link"], payment["qr_label"], payment["link_qr_label"]) == (
        page,
        "Scan to pay",
        "Scan to pay online",
    )
    assert payment["link_qr"].startswith("<svg") and payment["link_qr"] != payment["qr"]
    collected = PaymentTerms("automatic", BANK, "Visa •••• 4242", page, page)
    assert compose_sheet(make_view(payment=collected))["payment"]["link_qr"] == ""
    assert compose_sheet(make_view(payment=PaymentTerms("remittance", BANK, "", "", page)))["payment"]["link_qr"] == ""


def test_an_account_that_is_no_iban_is_not_called_one_and_quotes_the_number(make_view: MakeView) -> None:
    bank = BankTransfer("Pinecrest Cloud, Inc.", "026009593 / 4451009812")
    payment = compose_sheet(make_view(payment=PaymentTerms("remittance", bank)))["payment"]
    assert payment["details"][1:] == [
        [["Account number", "026009593 / 4451009812"]],
        [["Payment reference", "NWF-2026-000101"]],
    ]
    assert payment["qr"] == ""


def test_what_is_collected_says_from_what_and_when(make_view: MakeView) -> None:
    payment = compose_sheet(make_view(payment=PaymentTerms("automatic", None, "Visa •••• 4242")))["payment"]
    assert payment["sentence"] == (
        "Will be collected automatically from Visa •••• 4242 on 22 December 2026. You need not do anything."
    )
    assert payment["details"] == []


def test_a_draft_is_marked_and_promises_number_and_reference(make_view: MakeView) -> None:
    sheet = compose_sheet(make_view(status="draft", number=""))
    assert sheet["watermark"] == "DRAFT"
    assert ["Invoice number", "when issued"] in sheet["facts"]
    assert sheet["payment"]["details"][2] == [["Payment reference", "follows with the number"]]
    assert sheet["payment"]["qr"] == ""


def test_an_issued_document_is_not_marked(make_view: MakeView) -> None:
    assert compose_sheet(make_view())["watermark"] == ""
    assert compose_sheet(make_view(status="voided"))["watermark"] == "CANCELED"


def test_a_credit_note_names_what_it_corrects_and_asks_for_nothing(make_view: MakeView) -> None:
    corrected = CorrectedDocument("invoice", "NWF-2026-000101", date(2026, 12, 1))
    sheet = compose_sheet(make_view(kind="credit_note", number="NWF-CN-7", corrects=corrected))
    assert sheet["title"] == "Credit note"
    assert ["Corrects invoice", "NWF-2026-000101 of 1 December 2026"] in sheet["facts"]
    assert (sheet["amount"]["label"], sheet["amount"]["value"]) == ("Amount credited", "59.90\u00a0EUR")
    assert sheet["amount"]["due"] == ""
    assert sheet["payment"]["details"] == []


def test_sums_lead_from_net_to_what_is_due(make_view: MakeView, make_line: MakeLine) -> None:
    view = make_view(
        make_line(net_minor=10000),
        make_line("Book", net_minor=2000, treatment="reduced", tax_rate=Decimal("9.000")),
        settled_minor=4000,
        difference_minor=3,
    )
    assert [(row["label"], row["value"]) for row in compose_sheet(view)["sums"]] == [
        ("Total excluding VAT", "120.00"),
        ("VAT 9%", "1.80"),
        ("VAT 21%", "21.00"),
        ("Total", "142.80"),
        ("Paid or credited", "−40.00"),
        ("Difference not asked for", "−0.03"),
        ("Amount due", "102.77\u00a0EUR"),
    ]


def test_only_the_last_sum_is_strong(make_view: MakeView) -> None:
    assert [row["is_strong"] for row in compose_sheet(make_view())["sums"]] == [False, False, True]
    assert [row["is_strong"] for row in compose_sheet(make_view(settled_minor=5))["sums"]][-2:] == [False, True]


@pytest.mark.rule("DEM-64")
def test_the_vat_summary_gives_rate_amounts_and_legal_text(make_view: MakeView, make_line: MakeLine) -> None:
    line = make_line(net_minor=49500, treatment="reverse_charge", tax_rate=Decimal(0))
    taxes = compose_sheet(make_view(line, language="de"))["taxes"]
    assert taxes["rows"] == [["Reverse Charge", "495,00", "0,00"]]
    assert taxes["texts"] == [
        "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge; Artikel 44 und 196, Richtlinie 2006/112/EG)."
    ]


@pytest.mark.parametrize("treatment", ["reverse_charge", "outside_scope", "exempt", "zero"])
def test_where_no_tax_is_charged_the_sums_are_the_total_and_the_reason_is_said_once(
    make_view: MakeView, make_line: MakeLine, treatment: str
) -> None:
    sheet = compose_sheet(make_view(make_line(net_minor=49500, treatment=treatment, tax_rate=Decimal(0))))
    assert [row["label"] for row in sheet["sums"]] == ["Total"]
    assert len(sheet["taxes"]["rows"]) == 1
    assert len(sheet["taxes"]["texts"]) == (0 if treatment == "zero" else 1)


def test_a_sum_for_tax_stands_only_where_tax_is_charged(make_view: MakeView, make_line: MakeLine) -> None:
    exempt = make_line("Course", treatment="exempt", tax_rate=Decimal(0), net_minor=1000)
    sheet = compose_sheet(make_view(make_line(net_minor=10000), exempt))
    assert [(row["label"], row["value"]) for row in sheet["sums"]] == [
        ("Total excluding VAT", "110.00"),
        ("VAT 21%", "21.00"),
        ("Total", "131.00\u00a0EUR"),
    ]
    assert [row[0] for row in sheet["taxes"]["rows"]] == ["Exempt", "VAT 21%"]


def test_lines_have_a_column_for_vat_only_where_they_may_differ_in_it(make_view: MakeView, make_line: MakeLine) -> None:
    reverse = make_line(treatment="reverse_charge", tax_rate=Decimal(0))
    exempt = make_line(treatment="exempt", tax_rate=Decimal(0))
    assert compose_sheet(make_view())["table"]["vat"] == "VAT"
    assert compose_sheet(make_view(reverse))["table"]["vat"] == ""
    assert compose_sheet(make_view(reverse, exempt))["table"]["vat"] == "VAT"


def test_a_seller_without_a_vat_number_shows_no_vat_and_says_why_where_others_have_one(
    make_view: MakeView, make_line: MakeLine
) -> None:
    line = make_line(net_minor=204000, treatment="not_registered", tax_rate=Decimal(0))
    sheet = compose_sheet(make_view(line))
    assert (sheet["table"]["vat"], sheet["taxes"]["rows"]) == ("", [])
    assert sheet["taxes"]["texts"] == ["No VAT is charged: the seller is not registered for VAT."]
    assert [row["label"] for row in sheet["sums"]] == ["Total"]


def test_a_seller_in_a_country_without_vat_does_not_speak_of_it(make_view: MakeView, make_line: MakeLine) -> None:
    line = make_line(net_minor=204000, treatment="not_registered", tax_rate=Decimal(0))
    omaha = replace(NORTHWIND, vat_numbers=(), address=Address("200 Exchange Street", "68102", "Omaha, NE", "US"))
    sheet = compose_sheet(make_view(line, seller=omaha, currency="USD"))
    assert (sheet["taxes"]["rows"], sheet["taxes"]["texts"]) == ([], [])
    assert [row["label"] for row in sheet["sums"]] == ["Total"]


def test_a_line_without_a_rate_names_its_treatment_only_where_there_are_several(
    make_view: MakeView, make_line: MakeLine
) -> None:
    exempt = make_line(treatment="exempt", tax_rate=Decimal(0))
    reverse = make_line(treatment="reverse_charge", tax_rate=Decimal(0))
    alone, both = compose_sheet(make_view(exempt)), compose_sheet(make_view(exempt, reverse))
    assert [line["vat"] for line in alone["groups"][0]["lines"]] == ["–"]
    assert [line["vat"] for line in both["groups"][0]["lines"]] == ["Exempt", "Reverse charge"]


def test_a_part_of_a_period_is_told_in_days(make_view: MakeView, make_line: MakeLine) -> None:
    sheet = compose_sheet(make_view(make_line(share_days=(14, 31)), make_line()))
    assert sheet["table"]["share"] == "Share"
    assert [line["share"] for line in sheet["groups"][0]["lines"]] == ["14/31 days", ""]
    assert compose_sheet(make_view())["table"]["share"] == ""


def test_a_discount_is_a_line_with_nothing_but_what_it_takes_off(make_view: MakeView, make_line: MakeLine) -> None:
    discount = make_line("Loyalty discount", kind="discount", net_minor=-495)
    lines = compose_sheet(make_view(make_line(), discount))["groups"][0]["lines"]
    assert lines[1] == {
        "description": "Loyalty discount",
        "note": "",
        "is_discount": True,
        "quantity": "",
        "unit_price": "",
        "share": "",
        "vat": "21%",
        "amount": "−4.95",
    }


def test_a_percentage_says_of_what_it_was_taken(make_view: MakeView, make_line: MakeLine) -> None:
    discount = make_line(
        "Loyalty", kind="discount", net_minor=-3000, percent=Decimal("10.000000"), percent_of_minor=30000
    )
    assert compose_sheet(make_view(discount))["groups"][0]["lines"][0]["note"] == "10% of 300.00"
    assert compose_sheet(make_view(discount, language="de"))["groups"][0]["lines"][0]["note"] == "10\u00a0% von 300,00"


def test_a_prorated_discount_says_what_it_takes_off_a_full_period(make_view: MakeView, make_line: MakeLine) -> None:
    discount = make_line("Off", kind="discount", net_minor=-226, unit_price=Decimal(-5), share_days=(14, 31))
    line = compose_sheet(make_view(discount))["groups"][0]["lines"][0]
    assert (line["unit_price"], line["share"], line["amount"]) == ("−5.00", "14/31 days", "−2.26")


def test_a_period_is_told_once_for_a_subscription_or_on_each_line(make_view: MakeView, make_line: MakeLine) -> None:
    same = compose_sheet(make_view(make_line(), make_line()))["groups"][0]
    assert (same["period"], [line["note"] for line in same["lines"]]) == ("1–31 Dec 2026", ["", ""])
    other = make_line(period=(DECEMBER[0].replace(day=15), DECEMBER[1]))
    mixed = compose_sheet(make_view(make_line(), other))["groups"][0]
    assert (mixed["period"], [line["note"] for line in mixed["lines"]]) == ("", ["1–31 Dec 2026", "15–31 Dec 2026"])


def test_subtotals_only_where_there_is_something_to_add_up(make_view: MakeView, make_line: MakeLine) -> None:
    two = LineGroup("Fiber", "S-1", (make_line(net_minor=100), make_line(net_minor=200)))
    one = LineGroup("", "", (make_line("Manual"),))
    groups = compose_sheet(make_view(groups=(two, one)))["groups"]
    assert [(g["heading"], g["subtotal_label"], g["subtotal"]) for g in groups[:1]] == [("Fiber", "Subtotal", "3.00")]
    assert (groups[1]["heading"], groups[1]["subtotal_label"]) == ("Other charges", "")
    assert compose_sheet(make_view(groups=(two,)))["groups"][0]["subtotal_label"] == ""


def test_addresses_are_written_as_their_country_does(make_view: MakeView) -> None:
    abroad = replace(BAKERY, address=Address("88 Pearl Street\nFloor 3", "10004", "New York, NY", "US"))
    sheet = compose_sheet(make_view(buyer=abroad, language="nl"))
    assert sheet["buyer"][1:] == ["88 Pearl Street", "Floor 3", "New York, NY 10004", "Verenigde Staten"]
    assert compose_sheet(make_view())["buyer"][1:] == ["Dorpsstraat 12", "3511 AB Utrecht"]


def test_the_footer_identifies_the_seller(make_view: MakeView) -> None:
    footer = [line.replace("\u00a0", " ") for line in compose_sheet(make_view())["footer"]]
    assert footer == [
        "Northwind Fiber B.V. · Keizersgracht 241 · 1016 EA Amsterdam · Netherlands",
        "Reg. no. 34123456 · VAT no. NL812345678B01",
    ]


def test_a_color_that_is_none_never_stops_an_invoice(make_view: MakeView) -> None:
    assert compose_sheet(make_view())["accent"] == "#0b7a75"
    assert compose_sheet(make_view(seller=replace(NORTHWIND, brand_color="teal")))["accent"] == DEFAULT_ACCENT


@pytest.mark.rule("BIL-6")
@pytest.mark.parametrize(
    ("language", "fact"),
    [
        ("en", ["Statement of charges drawn in", "March 2026"]),
        ("de", ["Abrechnung der Abrufe im", "März 2026"]),
        ("nl", ["Overzicht van opgenomen bedragen in", "maart 2026"]),
    ],
)
def test_a_statement_says_of_which_month_it_is(make_view: MakeView, language: str, fact: list[str]) -> None:
    sheet = compose_sheet(make_view(statement_month_on=date(2026, 3, 1), language=language))
    assert fact in sheet["facts"]
    assert fact[0] not in [label for label, _ in compose_sheet(make_view(language=language))["facts"]]
