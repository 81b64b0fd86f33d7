"""A crowd: the benchmarks' company with any number of accounts, made in bulk; some with customer credit or a card."""

from collections.abc import Sequence
from datetime import date

from tallystick.accounts.models import Account
from tallystick.interfaces.cli.bench.company import AT, TARGET_ON, make_company
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR
from tests.support.jobs import run_jobs

CREDIT_MINOR = (500, 2_000, 50_000)
"""Of an invoice a part, nearly all, or more than it asks for."""


def build_crowd(accounts: int) -> Seller:
    """That many accounts that are due on TARGET_ON, one in six of them with customer credit; the clock stands at AT."""
    clock.set_clock(AT)
    make_company(accounts, actor=ACTOR, report=lambda done: None)
    seller = Seller.objects.get()
    paid = list(Account.objects.order_by("external_id").values_list("pk", flat=True))[::6]
    payments = record_payments(
        [
            NewPayment(account_id, CREDIT_MINOR[n % len(CREDIT_MINOR)], "EUR", None, "", f"T-{n}")
            for n, account_id in enumerate(paid)
        ],
        on=date(2026, 2, 20),
        at=AT,
    )
    add_credit_sources(payments)
    return seller


def save_cards(seller: Seller, numbers: Sequence[str]) -> int:
    """Give each self-serve account a card or IBAN of the sandbox, in turn; return how many have one now."""
    accounts = Account.objects.filter(seller=seller, billing_mode="self_serve").order_by("external_id")
    methods = [
        NewMethod(account_id, numbers[n % len(numbers)])
        for n, account_id in enumerate(accounts.values_list("pk", flat=True))
    ]
    store_methods(seller, methods=methods, gateway_kind="sandbox", at=AT, actor=ACTOR)
    return len(methods)


def start_run(seller: Seller, *, chunk_size: int) -> BillRun:
    """A bill run of everything due, which waits for workers."""
    return start_bill_run(seller, target_on=TARGET_ON, at=AT, actor=ACTOR, chunk_size=chunk_size)


def draft_undisturbed(seller: Seller, *, chunk_size: int) -> BillRun:
    """A bill run drafted in this process, one chunk after the other."""
    run = start_run(seller, chunk_size=chunk_size)
    run_jobs()
    run.refresh_from_db()
    return run


def post_undisturbed(run: BillRun) -> BillRun:
    """Post a run in this process, one chunk after the other."""
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run
