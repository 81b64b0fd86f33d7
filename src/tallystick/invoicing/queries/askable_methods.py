"""Whom a run asks for what is missing for a renewal, and by which saved method (CRM-16). Nothing is charged here."""

from collections.abc import Iterable
from typing import NamedTuple

from tallystick.accounts.queries import BillingFacts
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.terms import AUTOMATIC, collection_method_of
from tallystick.money.amount import format_minor
from tallystick.payments.queries import ChargeableMethod, list_default_methods
from tallystick.sellers.queries import get_billing_rule


class Askable(NamedTuple):
    """An account that lacks money for its bill, and the method that may be asked for it."""

    facts: BillingFacts
    bill: DraftBill
    method: ChargeableMethod

    def in_words(self) -> str:
        """What the account waits for."""
        amount = f"{format_minor(self.bill.shortfall_minor, self.facts.currency)} {self.facts.currency}"
        return f"{amount} short; {self.method.label} is asked for it"


def list_askable(seller_id: int, *, assembled: Iterable[tuple[BillingFacts, DraftBill]]) -> list[Askable]:
    """The accounts with a shortfall that collect automatically, by a default method in good order."""
    short = [(facts, bill) for facts, bill in assembled if bill.shortfall_minor > 0 and _collects(facts)]
    if not short:
        return []
    rule = get_billing_rule(seller_id)
    if not rule.collects_shortfalls:
        return []
    methods = list_default_methods([facts.account_id for facts, _ in short])
    askable = []
    for facts, bill in short:
        method = methods.get(facts.account_id)
        if method is None or method.state != "valid" or not method.gateway_is_active:
            continue
        if method.consecutive_failures < rule.max_consecutive_failures:
            askable.append(Askable(facts, bill, method))
    return askable


def _collects(facts: BillingFacts) -> bool:
    return collection_method_of(facts.billing_mode) == AUTOMATIC
