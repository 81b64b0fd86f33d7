"""Any sequence of draws, reversals, statements, corrections and payments keeps the books in order (golden 32)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.errors import Refusal
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.core.statement import month_after
from tallystick.invoicing.models import BillRun, Document, Draw
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.invoicing.operations.make_statements import make_statements
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice
from tallystick.invoicing.operations.start_statements import start_statements
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance
from tallystick.plumbing import clock
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.drawn import fund, pay_in
from tests.support.jobs import run_jobs
from tests.support.stories import bill, post

pytestmark = pytest.mark.django_db

ACTS = 30


class Operator:
    """Does one thing or another, as the dice say; what is refused leaves no trace."""

    def __init__(self, seed: int) -> None:
        clock.set_clock(AT)
        self.dice = random.Random(seed)  # noqa: S311  (dice, no secret)
        self.seller = build_seller()
        self.month = MARCH
        self.done: list[str] = []
        plan = build_plan(self.seller)
        prices = {"tiny": "0.35", "large": "99.99", "odd": "7.03"}
        services = [build_service(self.seller, code=code, unit_price=price) for code, price in prices.items()]
        for number, policy in enumerate(("postpaid", "credit_limit", "postpaid"), 1):
            account = build_account(self.seller, external_id=f"A-{number}")
            build_subscription(account, plan, *services, external_id=f"S-{number}")
            fund(account, policy, limit_minor=300_00)

    def act(self) -> None:
        """One act."""
        acts: dict[str, Callable[[], object]] = {
            "bill": self.bill,
            "next month": self.move_on,
            "cancel": self.cancel,
            "drop": lambda: drop_account(self.run, account=self.account, reason="dice", at=clock.now(), actor=ACTOR),
            "again": lambda: regenerate_account(self.run, account=self.account, at=clock.now(), actor=ACTOR),
            "statements": self.state,
            "credit": self.credit,
            "reverse": lambda: reverse_invoice(self.document, reason="dice", at=clock.now(), actor=ACTOR),
            "pay": lambda: pay_in(self.account, self.dice.randint(1, 200_00), on=MARCH),
            "policy": lambda: fund(self.account, self.dice.choice(["postpaid", "prepaid", "invoiced"])),
        }
        name = self.dice.choice(list(acts))
        try:
            with transaction.atomic():
                acts[name]()
            self.done.append(name)
        except (Refusal, IndexError) as refusal:
            self.done.append(f"{name} refused: {refusal}")

    @property
    def account(self) -> Account:
        """One of the accounts."""
        return self.dice.choice(list(Account.objects.order_by("pk")))

    @property
    def run(self) -> BillRun:
        """The newest run."""
        return BillRun.objects.order_by("-pk")[0]

    @property
    def document(self) -> Document:
        """One of the posted documents, the later ones rather."""
        return self.dice.choice(list(Document.objects.filter(status="posted").order_by("pk"))[-4:])

    def bill(self) -> None:
        run = bill(self.seller, target_on=self.month, at=clock.now())
        if self.dice.random() < 0.5:
            post(run, at=clock.now())

    def move_on(self) -> None:
        self.month = month_after(self.month)
        clock.set_clock(AT.replace(year=self.month.year, month=self.month.month))

    def cancel(self) -> None:
        cancel_bill_run(self.run, reason="dice", at=clock.now(), actor=ACTOR)
        run_jobs()

    def state(self) -> None:
        run = start_statements(self.seller, at=clock.now(), actor=ACTOR)
        make_statements(run.pk, at=clock.now(), actor=ACTOR)

    def credit(self) -> None:
        document = self.document
        ask = CorrectionAsk(net_minor=self.dice.randint(1, max(document.net_minor // 2, 1)))
        issue_correction(document, kind="credit_note", ask=ask, reason="dice", at=clock.now(), actor=ACTOR)


@pytest.mark.rule("UNI-2", "BIL-8")
@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_draws_and_statements_keeps_the_books_in_order(seed: int) -> None:
    """What a customer owes is always documents and draws that none asks for, less free credit."""
    operator = Operator(seed)
    operator.bill()
    for _ in range(ACTS):
        operator.act()
        assert list(check_books(actor=ACTOR)) == [], operator.done
    operator.move_on()
    operator.state()
    assert list(check_books(actor=ACTOR)) == [], operator.done
    for account in Account.objects.all():
        balance = find_balance(account.pk)
        drawn = Draw.objects.filter(account=account, stated__isnull=True)
        unbilled = sum(draw.gross_minor for draw in drawn)
        documents = Document.objects.filter(account=account)
        owed = sum(document.open_minor for document in documents) + unbilled - balance.customer_credit_minor
        assert balance.balance_minor == -owed, operator.done
        assert unbilled == 0, operator.done
    assert sum(" refused" not in each for each in operator.done) > ACTS // 4, operator.done


def test_a_month_follows_december() -> None:
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
