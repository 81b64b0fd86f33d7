"""Workers that are killed while they deliver: everything goes out, and each document once, save one case told here."""

from __future__ import annotations

import email
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.models import Delivery, DeliveryEvent, PrintBatch
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.invoicing.models import BillRun, Document
from tests.support.builders import ACTOR, AT
from tests.support.crowd import build_crowd, draft_undisturbed, post_undisturbed
from tests.support.databases import FreshDatabase
from tests.support.mail_sink import mail_sink
from tests.support.workforce import Work, compose_environment, looking_on, make_dice, running, wait_until

ACCOUNTS = 120  # half of them get e-mail, half paper
WORKER = ("worker", "--processes", "2")
SEEDS = [(1, 3), *(pytest.param(seed, 8, marks=pytest.mark.long) for seed in range(2, 12))]


def post_all(accounts: int) -> BillRun:
    return post_undisturbed(draft_undisturbed(build_crowd(accounts), chunk_size=2_000))


def list_waiting() -> list[int]:
    return list(Delivery.objects.filter(status="queued").values_list("pk", flat=True))


def require_each_sent_once(run: BillRun) -> None:
    """In our books: every document has its delivery, sent, by one event."""
    assert Delivery.objects.count() == Document.objects.filter(run=run).count()
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert Counter(DeliveryEvent.objects.values_list("event", flat=True)) == {
        "queue": Delivery.objects.count(),
        "send": Delivery.objects.count(),
    }


def read_mail_folder(folder: Path) -> list[str]:
    messages = [email.message_from_bytes(path.read_bytes()) for path in folder.glob("*.eml")]
    assert all(part.get_payload() for message in messages for part in message.walk()), "half a message"
    return [str(message["To"]) for message in messages]


@pytest.mark.parametrize(("seed", "kills"), SEEDS)
def test_killed_workers_mail_and_print_every_document_once(
    fresh_database: FreshDatabase, tmp_path: Path, seed: int, kills: int
) -> None:
    dice = make_dice(seed)
    run = post_all(ACCOUNTS)
    mail_folder = tmp_path / "mail"
    environment = compose_environment(
        fresh_database, TALLYSTICK_HOME=str(tmp_path), TALLYSTICK_EMAIL_URL=mail_folder.as_uri()
    )
    with looking_on(fresh_database.url) as onlooker, running(environment, *WORKER) as work:
        queue_deliveries(Selection(run.pk), at=AT, actor=ACTOR)
        batch = make_print_batch(run.seller, file_format="zip", at=AT, actor=ACTOR)
        for _ in range(kills):
            work.kill_in_the_middle(onlooker, onlooker.count_session_locks, dice=dice)
        assert list_waiting(), "it was over before it was disturbed"
        wait_until(lambda: not list_waiting(), what="everything is out")
    require_each_sent_once(run)
    recipients = Delivery.objects.filter(channel="email").values_list("recipient", flat=True)
    assert sorted(read_mail_folder(mail_folder)) == sorted(recipients)
    assert PrintBatch.objects.get().status == "made"
    with zipfile.ZipFile(tmp_path / "print" / batch.file_name) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist()) == batch.document_count == ACCOUNTS / 2


def test_a_message_taken_but_not_yet_noted_goes_out_again_under_the_same_id(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    """At least once: an invoice that never arrives costs more than one that arrives twice, and mail servers know twins
    by their Message-ID."""
    run = post_all(20)
    works: list[Work] = []

    def kill_on_the_third(count: int) -> None:
        if count == 3:
            for worker in works[0].list_workers():
                worker.kill()

    with mail_sink(kill_on_the_third) as sink:
        environment = compose_environment(fresh_database, TALLYSTICK_HOME=str(tmp_path), TALLYSTICK_EMAIL_URL=sink.url)
        with running(environment, *WORKER) as work:
            works.append(work)
            queue_deliveries(Selection(run.pk), channels=("email",), at=AT, actor=ACTOR)
            wait_until(lambda: not list_waiting(), what="everything is out")
    require_each_sent_once(run)
    times = Counter(sink.taken)
    twice = [taken for taken, count in times.items() if count == 2]
    assert twice == [sink.taken[2]]
    assert set(times.values()) == {1, 2}
    recipients = Delivery.objects.values_list("recipient", flat=True)
    assert sorted(taken.recipient for taken in times) == sorted(recipients)
