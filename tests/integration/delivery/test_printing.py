"""Print batches: one file in printer order, or a zip of single ones; each document once."""

import io
import zipfile
from pathlib import Path

import pypdf
import pytest
from django.test import override_settings

from tallystick.accounts.models import Account
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.errors import NothingToPrint, PrintBatchNotReady, PrintBatchUnknown, PrintFormatUnknown
from tallystick.delivery.models import Delivery, PrintBatch
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.print_documents import print_documents
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.delivery.operations.write_print_batch import give_up_printing, write_print_batch
from tallystick.delivery.queries.batches import get_print_batch, get_print_file
from tallystick.invoicing.models import BillRun
from tallystick.plumbing.actor import Actor, PermissionMissing
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.jobs import run_jobs
from tests.support.stories import bill_and_post, get_document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def print_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own for what is printed."""
    monkeypatch.setattr("tallystick.delivery.queries.batches.make_home", lambda: tmp_path)
    return tmp_path / "print"


@pytest.fixture
def run() -> BillRun:
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for external_id, name in (("A-1", "delta"), ("A-2", "Bakery"), ("A-3", "alder")):
        account = build_account(
            seller, external_id=external_id, party={"name": name, "city": "Utrecht"}, is_emailed=False, is_printed=True
        )
        build_subscription(account, plan, seat, external_id=f"S-{external_id}")
    run = bill_and_post(seller)
    queue_deliveries(Selection(run.pk), at=AT, actor=ACTOR)
    return run


def make(run: BillRun, **options: object) -> PrintBatch:
    batch = make_print_batch(run.seller, at=AT, actor=ACTOR, **options)  # type: ignore[arg-type]
    run_jobs()
    batch.refresh_from_db()
    return batch


@pytest.mark.rule("ZUO-48")
def test_one_pdf_holds_all_in_printer_order_and_they_count_as_sent(run: BillRun) -> None:
    batch = make(run)
    assert (batch.number, batch.status) == ("PB-000001", "made")
    assert (batch.document_count, batch.written_count) == (3, 3)
    path = get_print_file(batch)
    assert path.name == "acme-PB-000001.pdf"
    pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
    numbers = ["ACME-INV-000003", "ACME-INV-000002", "ACME-INV-000001"]  # alder, Bakery, delta
    assert [next(number for number in numbers if number in page) for page in pages] == numbers
    assert set(Delivery.objects.values_list("status", "sent_at")) == {("sent", AT)}


def test_batches_go_to_the_folder_that_is_set(run: BillRun, tmp_path: Path) -> None:
    with override_settings(PRINT_FOLDER=str(tmp_path / "demo" / "print")):
        path = get_print_file(make(run))
    assert path == tmp_path / "demo" / "print" / "acme-PB-000001.pdf"
    assert path.read_bytes().startswith(b"%PDF-")


@pytest.mark.rule("ZUO-48")
def test_a_zip_holds_single_ones_whose_names_keep_the_order(run: BillRun) -> None:
    batch = make(run, file_format="zip")
    with zipfile.ZipFile(get_print_file(batch)) as archive:
        assert archive.namelist() == [
            "000001-ACME-INV-000003.pdf",
            "000002-ACME-INV-000002.pdf",
            "000003-ACME-INV-000001.pdf",
        ]
        first = pypdf.PdfReader(io.BytesIO(archive.read("000001-ACME-INV-000003.pdf")))
        assert "ACME-INV-000003" in first.pages[0].extract_text()


def test_a_document_is_printed_once_unless_it_is_asked_for_again(run: BillRun) -> None:
    some = Selection(document_ids=(get_document("A-1").pk,))
    assert make(run, selection=some).document_count == 1
    assert make(run).document_count == 2
    with pytest.raises(NothingToPrint):
        make_print_batch(run.seller, at=AT, actor=ACTOR)
    assert PrintBatch.objects.count() == 2
    queue_deliveries(some, is_repeat=True, at=AT, actor=ACTOR)
    assert make(run, selection=Selection(run.pk)).document_count == 1


def test_writing_it_twice_changes_nothing_and_a_partial_file_is_replaced(run: BillRun, print_folder: Path) -> None:
    batch = make_print_batch(run.seller, at=AT, actor=ACTOR)
    with pytest.raises(PrintBatchNotReady, match="PB-000001 is pending"):
        get_print_file(batch)
    print_folder.mkdir(exist_ok=True)
    (print_folder / f".{batch.file_name}.partial").write_bytes(b"half a")  # of a worker that was killed
    for _ in range(2):
        write_print_batch(batch.pk, at=AT, actor=ACTOR)
    batch.refresh_from_db()
    assert [path.name for path in print_folder.iterdir()] == [batch.file_name]
    assert get_print_file(batch).read_bytes().startswith(b"%PDF-")


def test_a_batch_that_could_not_be_written_frees_its_documents_for_another(run: BillRun) -> None:
    batch = make_print_batch(run.seller, at=AT, actor=ACTOR)
    give_up_printing(batch.pk, reason="disk full", at=AT, actor=ACTOR)
    batch.refresh_from_db()
    assert (batch.status, batch.reason) == ("failed", "disk full")
    assert make_print_batch(run.seller, at=AT, actor=ACTOR).document_count == 3


def test_it_is_refused_without_permission_or_in_an_unknown_format(run: BillRun) -> None:
    with pytest.raises(PrintFormatUnknown):
        make_print_batch(run.seller, file_format="docx", at=AT, actor=ACTOR)
    with pytest.raises(PermissionMissing):
        make_print_batch(run.seller, at=AT, actor=Actor(kind="staff", id="9", label="Viewer"))
    with pytest.raises(PrintBatchUnknown):
        get_print_batch("PB-000009")


@pytest.mark.rule("ZUO-48")
def test_documents_nobody_asked_to_print_are_printed_by_hand_whatever_their_account_prefers(run: BillRun) -> None:
    make(run)
    Account.objects.filter(external_id="A-1").update(is_printed=False)
    one = Selection(document_ids=(get_document("A-1").pk,))
    with pytest.raises(NothingToPrint):
        print_documents(run.seller, selection=one, at=AT, actor=ACTOR)  # it was printed before
    batch = print_documents(run.seller, selection=one, is_repeat=True, at=AT, actor=ACTOR)
    assert batch.document_count == 1
    assert Delivery.objects.filter(is_repeat=True).count() == 1
