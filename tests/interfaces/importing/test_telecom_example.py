"""The telecom example: a made-up dozen of subscribers always, the public file of 7,043 where its place is given."""

import csv
import runpy
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tallystick.interfaces.importing.import_file import import_file
from tallystick.invoicing.models import Document, DocumentLine
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.sellers.queries import get_seller
from tests.support.builders import ACTOR, AT
from tests.support.jobs import run_jobs
from tests.support.source import CHECKOUT

EXAMPLE = runpy.run_path(str(CHECKOUT / "examples" / "telecom" / "convert.py"))
MONTH = date(2026, 3, 1)
YES, NO = "Yes", "No"
PUBLIC_FILE = CHECKOUT.parent / "shared" / "data" / "telco-subscribers.csv"


def subscriber(name: str, **columns: str) -> dict[str, str]:
    """A row of the public file's form: fiber with telephone, month to month, 70.00, paid by mailed check."""
    plain = dict.fromkeys(EXAMPLE["ADD_ONS"], NO)
    return {
        "customerID": name,
        "tenure": "5",
        "PhoneService": YES,
        "MultipleLines": NO,
        "InternetService": "Fiber optic",
        **plain,
        "Contract": "Month-to-month",
        "PaperlessBilling": YES,
        "PaymentMethod": "Mailed check",
        "MonthlyCharges": "70.00",
        "Churn": NO,
        **columns,
    }


def convert(path: Path, *subscribers: Mapping[str, str]) -> dict[str, Path]:
    source = path / "subscribers.csv"
    with source.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(subscribers[0]))
        writer.writeheader()
        writer.writerows(subscribers)
    files: dict[str, Path] = EXAMPLE["convert"](source, path / "out", month=MONTH)
    return files


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def import_all(files: Mapping[str, Path]) -> dict[str, Any]:
    reports = {kind: import_file(kind, path=path, at=AT, actor=ACTOR) for kind, path in files.items()}
    assert [str(error) for report in reports.values() for error in report.errors] == []
    return reports


def bill() -> list[Document]:
    run = start_bill_run(get_seller("prairie"), target_on=MONTH, at=AT, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    return list(Document.objects.select_related("account").order_by("account__external_id"))


def test_automatic_payers_are_self_serve_with_a_saved_method_and_all_others_are_managed(tmp_path: Path) -> None:
    files = convert(
        tmp_path,
        subscriber("CARD", PaymentMethod="Credit card (automatic)"),
        subscriber("BANK", PaymentMethod="Bank transfer (automatic)"),
        subscriber("CHECK", PaymentMethod="Mailed check"),
        subscriber("ECHECK", PaymentMethod="Electronic check"),
    )
    accounts = {row["external_id"]: row for row in read(files["accounts"])}
    assert {name: row["billing_mode"] for name, row in accounts.items()} == {
        "CARD": "self_serve",
        "BANK": "self_serve",
        "CHECK": "managed",
        "ECHECK": "managed",
    }
    assert accounts["CARD"]["sandbox_method"] == "4242424242424242"
    assert accounts["BANK"]["sandbox_method"].startswith("NL")
    assert accounts["CHECK"]["sandbox_method"] == ""


def test_about_three_of_a_hundred_methods_have_trouble_and_always_the_same_ones() -> None:
    choose = EXAMPLE["choose_number"]
    names = [f"{number:04d}-ABCDE" for number in range(10_000)]
    for method, paying in EXAMPLE["PAYING"].items():
        chosen = [choose(name, method) for name in names]
        assert chosen == [choose(name, method) for name in names]
        troubled = Counter(chosen)
        assert set(troubled) == {paying, *(number for _, number in EXAMPLE["TROUBLED"][method])}
        assert 250 < len(names) - troubled[paying] < 350


def test_paper_is_printed_and_the_contract_is_the_commitment(tmp_path: Path) -> None:
    files = convert(
        tmp_path,
        subscriber("A", PaperlessBilling=NO, Contract="Two year"),
        subscriber("B", PaperlessBilling=YES, Contract="One year", tenure="14"),
    )
    assert [row["delivery"] for row in read(files["accounts"])] == ["print", "email"]
    rows = {row["subscription"]: row for row in read(files["subscriptions"])}
    assert (rows["A"]["commitment_months"], rows["B"]["commitment_months"]) == ("24", "12")
    assert (rows["A"]["starts_on"], rows["B"]["starts_on"]) == ("2025-10-01", "2025-01-01")
    assert {row["billed_elsewhere_until"] for row in rows.values()} == {"2026-03-01"}


@pytest.mark.django_db
def test_the_invoice_is_what_the_subscriber_pays_and_the_difference_to_the_price_list_is_a_line(tmp_path: Path) -> None:
    files = convert(
        tmp_path,
        subscriber("A-LIST", MonthlyCharges="70.00"),
        subscriber("B-LESS", MonthlyCharges="83.15", OnlineBackup=YES, StreamingTV=YES),
        subscriber("C-MORE", MonthlyCharges="72.4"),
        subscriber("D-PHONE", InternetService=NO, MonthlyCharges="19"),
        subscriber("E-LEFT", Churn=YES),
        subscriber("F-DSL", InternetService="DSL", PhoneService=NO, MonthlyCharges="29.85", tenure="0"),
    )
    import_all(files)
    documents = bill()

    billed = {document.account.external_id: document.gross_minor for document in documents}
    assert billed == {"A-LIST": 7000, "B-LESS": 8315, "C-MORE": 7240, "D-PHONE": 1900, "F-DSL": 2985}
    lines = DocumentLine.objects.filter(description__contains="Negotiated adjustment")
    adjustments = {line.document.account.external_id: line.net_minor for line in lines}
    # 50 + 20 + 5 + 10 = 85.00; 50 + 20 = 70.00; 20.00; 25.00 by the price list.
    assert adjustments == {"B-LESS": -185, "C-MORE": 240, "D-PHONE": -100, "F-DSL": 485}
    assert {(document.status, document.tax_minor) for document in documents} == {("posted", 0)}
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.django_db
@pytest.mark.skipif(not PUBLIC_FILE.exists(), reason="the public file does not lie beside this checkout")
def test_the_public_file_is_billed_to_the_cent(tmp_path: Path) -> None:
    source = PUBLIC_FILE
    with source.open(encoding="utf-8-sig", newline="") as file:
        stayed = [row for row in csv.DictReader(file) if row["Churn"] == NO]
    reports = import_all(EXAMPLE["convert"](source, tmp_path, month=MONTH))
    documents = bill()

    assert (reports["accounts"].created, len(documents), len(stayed)) == (7_043, 5_174, 5_174)
    charges = {row["customerID"]: int(Decimal(row["MonthlyCharges"]) * 100) for row in stayed}
    assert {document.account.external_id: document.gross_minor for document in documents} == charges
    assert sum(document.gross_minor for document in documents) == 31_698_575
    assert sum(document.account.is_emailed for document in documents) == 2_771
    assert sum(document.account.is_printed for document in documents) == 2_403
    assert sum(document.collection_method == "automatic" for document in documents) == 2_576
    assert list(check_books(actor=ACTOR)) == []
