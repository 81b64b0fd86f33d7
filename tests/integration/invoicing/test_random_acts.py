"""Any sequence of bills, payments, notes, reversals, voids and undone allocations keeps the books in order."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from tallystick.errors import Refusal
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.models import Bill, Document
from tallystick.invoicing.operations.cancel_bill import cancel_bill
from tallystick.invoicing.operations.issue_correction import draft_correction, issue_correction, post_correction
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.operations.undo_allocations import free_allocations
from tallystick.invoicing.operations.void_document import void_document
from tallystick.invoicing.queries.placed import list_placed
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH
from tests.support.corrections import bill, build_company, pay

pytestmark = pytest.mark.django_db

ACTS = 30


class Bookkeeper:
    """Does one thing or another, as the dice say; what is refused leaves no trace."""

    def __init__(self, seller: Seller, seed: int) -> None:
        self.seller = seller
        self.dice = random.Random(seed)  # noqa: S311  (dice, no secret)
        self.month = MARCH
        self.done: list[str] = []

    def act(self) -> None:
        """One act."""
        acts: dict[str, Callable[[], object]] = {
            "bill": self.bill,
            "pay": lambda: pay(self.account, self.dice.randint(1, 300_00)),
            "credit": lambda: self.correct("credit_note"),
            "debit": lambda: self.correct("debit_note"),
            "reverse": lambda: reverse_invoice(self.document, reason="dice", at=AT, actor=ACTOR),
            "void": lambda: void_document(
                self.document, reason="dice", at=AT, actor=ACTOR, frees_periods=self.dice.random() < 0.5
            ),
            "cancel bill": lambda: cancel_bill(
                self.dice.choice(list(Bill.objects.all())), reason="dice", at=AT, actor=ACTOR
            ),
            "undo": self.undo,
            "settle": lambda: settle_accounts([self.account.pk], on=MARCH, at=AT),
            "post or reject": self.post_or_reject,
        }
        name = self.dice.choice([*acts, "bill", "pay", "credit", "credit", "void"])
        try:
            acts[name]()
            self.done.append(name)
        except Refusal as refusal:
            self.done.append(f"{name} refused: {refusal.code}")

    @property
    def account(self):  # type: ignore[no-untyped-def]
        """One of the accounts."""
        return self.dice.choice(list(self.seller.accounts.order_by("pk")))

    @property
    def document(self) -> Document:
        """One of the posted documents, the later ones rather."""
        posted = Document.objects.filter(status="posted").order_by("pk")
        correctable = posted.filter(reversed_at__isnull=True, is_reversal=False)
        wanted = correctable if correctable and self.dice.random() < 0.9 else posted
        return self.dice.choice(list(wanted)[-5:])

    def bill(self) -> None:
        bill(self.seller, on=self.month)
        self.month = date(self.month.year, self.month.month + 1, 1) if self.month.month < 12 else self.month

    def correct(self, kind: str) -> None:
        document = self.document
        amount = self.dice.randint(1, max(document.net_minor // 2, 1))
        act = draft_correction if self.dice.random() < 0.2 else issue_correction
        act(document, kind=kind, ask=CorrectionAsk(net_minor=amount), reason="dice", at=AT, actor=ACTOR)

    def undo(self) -> None:
        document = self.document
        if document.reversed_at is None:
            free_allocations(
                list_placed(document_id=document.pk), free_minor=self.dice.randint(1, 150_00), on=MARCH, at=AT
            )

    def post_or_reject(self) -> None:
        drafts = list(Document.objects.filter(status="draft").order_by("pk"))
        if drafts and self.dice.random() < 0.5:
            post_correction(self.dice.choice(drafts), at=AT, actor=ACTOR)
        elif drafts:
            reject_draft(self.dice.choice(drafts), reason="dice", at=AT, actor=ACTOR)


@pytest.mark.rule("UNI-3")
@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_acts_keeps_the_books_in_order(seed: int) -> None:
    """Golden scenario 32: what customers owe is the balances of their documents less their free credit, always."""
    rule = ("whole", "negative_charges")[seed % 2]
    bookkeeper = Bookkeeper(build_company("10.03", "99.99", accounts=2, credit_rule=rule), seed)
    bookkeeper.bill()
    for _ in range(ACTS):
        bookkeeper.act()
        assert list(check_books(actor=ACTOR)) == [], bookkeeper.done
    for account in bookkeeper.seller.accounts.all():
        balance = find_balance(account.pk)
        owed = sum(document.open_minor for document in Document.objects.filter(account=account))
        assert balance.receivable_minor == owed, bookkeeper.done
    assert sum(" refused" not in each for each in bookkeeper.done) > ACTS // 4, "the dice were of no use"
