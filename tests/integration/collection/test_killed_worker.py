"""A worker that is really killed (SIGKILL) in the middle of charging: every invoice is paid once, by one charge."""

import signal
import subprocess
import sys
from datetime import timedelta

from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.freeze_items import freeze_items
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_payment_run import collect_chunk, resolve_payments
from tallystick.payments.models import Payment, PaymentAttempt, SandboxPayment
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.stories import GOOD_CARD, bill_and_post, build_payers

ACCOUNTS = 6

WORKER = """
import sys, threading, time
import django
django.setup()
from tallystick.journeys import collect_payment_run
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor

collect, charged, lock = SandboxGateway.collect, [], threading.Lock()

def collect_and_hang(self, order):
    answer = collect(self, order)
    with lock:
        charged.append(order.our_id)
        if len(charged) == 4:
            print("charged four", flush=True)
    time.sleep(600)
    return answer

SandboxGateway.collect = collect_and_hang
collect_payment_run.collect_chunk(int(sys.argv[1]), position=1, at=clock.now(), actor=system_actor("a worker"))
"""


def test_a_killed_worker_leaves_nothing_unpaid_and_nothing_paid_twice(fresh_database: FreshDatabase) -> None:
    seller = build_seller()
    build_payers(seller, {f"A-{number}": GOOD_CARD for number in range(ACCOUNTS)})
    bill_and_post(seller)
    run = start_payment_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    freeze_items(run.pk, at=AT, actor=ACTOR)

    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk)],
        env=fresh_database.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None and worker.stdout.readline() == "charged four\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert SandboxPayment.objects.count() >= 4  # the gateway took the money
    assert Payment.objects.count() == 0  # and nobody told us

    collect_chunk(run.pk, position=1, at=AT, actor=ACTOR)  # the job comes back: nothing is sent blindly again
    assert Payment.objects.count() == 0
    later = AT + timedelta(minutes=3)
    clock.set_clock(later)
    resolve_payments(at=later, actor=ACTOR)

    assert PaymentRun.objects.get(pk=run.pk).status == "completed"
    assert set(PaymentAttempt.objects.values_list("status", flat=True)) == {"succeeded"}
    assert SandboxPayment.objects.count() == Payment.objects.count() == ACCOUNTS
    assert all(document.open_minor == 0 for document in Document.objects.all())
    assert list(check_books(actor=ACTOR)) == []
