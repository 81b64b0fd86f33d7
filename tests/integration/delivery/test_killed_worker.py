"""A worker that is really killed (SIGKILL) while it sends: another one goes on, and nobody is written to twice."""

import email
import signal
import subprocess
import sys
from email.policy import default
from pathlib import Path

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.models import Delivery
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.databases import FreshDatabase
from tests.support.stories import bill_and_post

INVOICES = 8

WORKER = """
import sys, time
import django
django.setup()
from config.mail_folder import EmailBackend
from tallystick.delivery.operations.send_emails import send_emails
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor

ids, stuck_at = [int(each) for each in sys.argv[1].split(",")], int(sys.argv[2])
taken = 0
send_messages = EmailBackend.send_messages

def send_until_stuck(self, messages):
    global taken
    if taken == stuck_at:
        print("stuck", flush=True)
        time.sleep(600)
    taken += 1
    return send_messages(self, messages)

EmailBackend.send_messages = send_until_stuck
send_emails(ids, at=clock.now(), actor=system_actor("a worker"))
"""


def start_worker(database: FreshDatabase, ids: str, folder: Path, *, stuck_at: int) -> "subprocess.Popen[str]":
    environment = {**database.environment, "TALLYSTICK_EMAIL_URL": folder.as_uri()}
    command = [sys.executable, "-c", WORKER, ids, str(stuck_at)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def list_recipients(folder: Path) -> list[str]:
    """To whom the folder's files say that a message was taken."""
    messages = [email.message_from_bytes(file.read_bytes(), policy=default) for file in folder.glob("*.eml")]
    return sorted(str(message["To"]) for message in messages)


def test_a_killed_worker_is_replaced_and_every_account_is_written_to_once(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for number in range(INVOICES):
        account = build_account(seller, external_id=f"A-{number}")
        build_subscription(account, plan, seat, external_id=f"S-{number}")
    run = bill_and_post(seller)
    queued = queue_deliveries(Selection(run.pk), at=AT, actor=ACTOR)
    ids = ",".join(str(each) for each in queued.delivery_ids)

    first = start_worker(fresh_database, ids, tmp_path, stuck_at=3)
    assert first.stdout is not None and first.stdout.readline() == "stuck\n"
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert Delivery.objects.filter(status="sent").count() == 3

    assert start_worker(fresh_database, ids, tmp_path, stuck_at=INVOICES).wait(timeout=120) == 0
    assert list_recipients(tmp_path) == sorted(f"a-{number}@customer.example" for number in range(INVOICES))
    assert Delivery.objects.filter(status="sent").count() == INVOICES
