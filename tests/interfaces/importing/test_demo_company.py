"""The company that the demo begins with: its files are sound, and its month is billed as its README says."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from pypdf import PdfReader

from tallystick.access.operations.create_staff_user import create_staff_user
from tallystick.accounts.models import Account
from tallystick.documents.core.view import DocumentView
from tallystick.documents.queries import get_document_view
from tallystick.documents.rendering.render import render_document_pdf
from tallystick.interfaces.importing.demo_company import BUSINESS_TIME, FILES, FOLDER, SELLER_CODE, STAFF, TARGET_ON
from tallystick.interfaces.importing.import_file import import_file
from tallystick.invoicing.models import BillRunAccount, Document, DocumentTaxLine
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.models import SubscriptionService
from tallystick.taxes.operations.load_rates import load_rates
from tests.support.builders import ACTOR
from tests.support.imports import counts, told
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


ENGLISH_WORDS = set(
    re.findall(
        r"\w+",
        """about account amount any and bank by collected details due excluding for from holder how invoice new not
        number of on online order pay payment please price quantity question questions reference scan subscription
        summary taxable the this to transfer unit write your you""",
    )
)


def read_words(view: DocumentView) -> set[str]:
    """The words that its PDF prints, in lower case."""
    pages = PdfReader(io.BytesIO(render_document_pdf(view))).pages
    return set(re.findall(r"[^\W\d_]+", " ".join(page.extract_text() for page in pages).lower()))


def found_company() -> None:
    load_rates(actor=ACTOR)
    for person in STAFF:
        create_staff_user(person.email, name=person.name, role=person.role, at=BUSINESS_TIME, actor=ACTOR)
    for kind, path in FILES:
        report = import_file(kind, path=path, at=BUSINESS_TIME, actor=ACTOR)
        assert told(report) == []


def bill_march() -> Mapping[str, list[Document]]:
    found_company()
    start_bill_run(get_seller(SELLER_CODE), target_on=TARGET_ON, at=BUSINESS_TIME, actor=ACTOR)
    run_jobs()
    billed: dict[str, list[Document]] = {}
    for document in Document.objects.select_related("account").order_by("pk"):
        billed.setdefault(document.account.external_id, []).append(document)
    return billed


def test_its_files_go_in_and_again_change_nothing() -> None:
    found_company()
    again = [counts(import_file(kind, path=path, at=BUSINESS_TIME, actor=ACTOR)) for kind, path in FILES]
    assert [created + updated for created, updated, _, _ in again] == [0, 0, 0, 0]
    assert (Account.objects.count(), SubscriptionService.objects.count()) == (40, 70)


def test_what_it_prints_for_itself_is_of_no_language() -> None:
    """Its footer stands under invoices in five languages."""
    footer = json.loads((FOLDER / "seller.json").read_text())["profile"]["footer_text"]
    assert re.findall(r"\w+", footer) == ["KvK", "Amsterdam", "CEO", "Dora", "Bakker"]


@pytest.mark.parametrize("language", ["nl", "de", "fr", "es"])
def test_an_invoice_in_another_language_has_no_word_of_english(language: str) -> None:
    billed = bill_march()
    (document,) = billed["W-003"]
    view = get_document_view(document.pk)
    theirs, english = (read_words(replace(view, language=code)) for code in (language, "en"))
    assert english & ENGLISH_WORDS > {"invoice", "quantity", "bank"}
    assert theirs & ENGLISH_WORDS == set()


def test_both_billing_modes_and_every_way_of_delivery_are_there() -> None:
    found_company()
    assert set(Account.objects.values_list("billing_mode", flat=True)) == {"self_serve", "managed"}
    assert set(Account.objects.values_list("is_emailed", "is_printed")) == {(True, False), (False, True), (True, True)}
    assert Account.objects.filter(billing_mode="managed", manager__isnull=False).count() >= 10


def test_its_month_is_billed_without_a_failure() -> None:
    billed = bill_march()
    assert list(BillRunAccount.objects.filter(status="failed").values_list("account__external_id", "reason")) == []
    # W-032 is canceled and W-033 billed until September; W-035 has an invoice of its own for one subscription.
    assert set(Account.objects.values_list("external_id", flat=True)) - set(billed) == {"W-032", "W-033"}
    assert {name for name, documents in billed.items() if len(documents) != 1} == {"W-035"}


def test_amounts_are_what_one_reckons_by_hand() -> None:
    billed = bill_march()

    def nets(name: str) -> list[int]:
        return [document.net_minor for document in billed[name]]

    assert nets("W-001") == [5200]  # starter in March 2026: 52.00
    assert nets("W-002") == [5200 + 3 * 1250]
    assert nets("W-003") == [14900 + 24 * 1250 + 9900]
    assert nets("W-005") == [2348]  # 52.00 x 14/31, from 18 March on
    assert nets("W-008") == [399000 + 40 * 10800]  # a year, 108.00 agreed a seat
    assert nets("W-009") == [3 * 14200 + 11 * 3750 - 4125]  # a quarter, 10 % off the seats
    assert nets("W-018") == [14900 + 30 * 1250 - 5000]
    assert nets("W-021") == [14900 + 7 * 1250 + 7 * 2900]
    assert nets("W-031") == [1677]  # 52.00 x 10/31, 15 to 25 March
    assert nets("W-036") == [0]
    assert nets("W-038") == [2600 + 5200 + 5200 + 25000]  # 14 to 28 Feb, 28 Feb to 31 Mar, 31 Mar to 30 Apr, set-up
    assert nets("W-039") == [14900 + 6 * 1250 + 3000]


def test_vat_is_as_the_buyer_and_the_supply_want_it() -> None:
    billed = bill_march()

    def taxes(name: str) -> list[tuple[str, str]]:
        lines = DocumentTaxLine.objects.filter(document__in=billed[name]).order_by("position")
        return sorted({(line.treatment, f"{line.tax_rate:f}") for line in lines})

    assert taxes("W-001") == taxes("W-016") == [("standard", "21.000")]
    assert taxes("W-021") == [("reduced", "9.000"), ("standard", "21.000")]
    reverse = ["W-011", "W-012", "W-013", "W-017", "W-020", "W-028", "W-029", "W-030", "W-037", "W-039"]
    assert [taxes(name) for name in reverse] == [[("reverse_charge", "0.000")]] * len(reverse)
    assert taxes("W-014") == taxes("W-015") == [("outside_scope", "0.000")]


def test_its_readme_names_accounts_that_there_are() -> None:
    found_company()
    named = set(re.findall(r"W-\d{3}", (FOLDER / "README.md").read_text(encoding="utf-8")))
    assert named <= set(Account.objects.values_list("external_id", flat=True))
