"""Draw the bills of postpaid and credit-limit accounts on their account instead of drafting them (BIL-6, BIL-9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.accounts.core.funding import POSTPAID_MODES
from tallystick.accounts.queries import BillingFacts
from tallystick.credit.core.spendable import may_spend
from tallystick.credit.errors import BeyondFunds, SpendingStopped
from tallystick.credit.queries import Spending, list_restrictions, list_spendable
from tallystick.invoicing.core.drawing import NewDraw, compute_draws, list_charges
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.write_drafts import BillToWrite
from tallystick.invoicing.operations.write_draws import DrawHeader, write_draws
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount
from tallystick.invoicing.queries.draws import find_statement_month, sum_groups
from tallystick.ledger.operations.open_book import open_book
from tallystick.money.amount import format_minor
from tallystick.subscriptions.operations.move_billed_through import move_billed_through


class Drawn(NamedTuple):
    """What drawing came to: accounts that were drawn on, why others were not, and the bills that are drafted."""

    account_ids: set[int]
    reasons: dict[int, str]
    to_draft: list[BillToWrite]


def draw_accounts(
    run: BillRun, *, billable: Sequence[BillableAccount], bills: Sequence[BillToWrite], at: datetime
) -> Drawn:
    """Draw the bills of the accounts whose funding policy says so; hand back the others.

    Posted at once, when the run drafts: a draw is no document, it has no number, and from now on it counts against
    what can be spent. Until the run is posted it is taken back like a draft, by an opposite draw. Beyond what an
    account may spend none of its bill is drawn (BIL-5). Runs in the caller's transaction, under the accounts' locks.
    """
    accounts = {account.facts.account_id: account for account in billable if _draws(account.facts)}
    to_draw = [item for item in bills if item.bill.account_id in accounts]
    if not to_draw:
        return Drawn(set(), {}, list(bills))
    month_on = find_statement_month(run.seller_id, drawn_on=run.invoice_on)
    sums = sum_groups([item.bill.account_id for item in to_draw], months=[month_on])
    draws = {
        item.bill.account_id: compute_draws(
            list(list_charges(accounts[item.bill.account_id].to_bill, bill=item.bill)),
            account_id=item.bill.account_id,
            statement_month_on=month_on,
            sums=sums,
        )
        for item in to_draw
    }
    reasons = _refuse_beyond_funds([accounts[account_id].facts for account_id in draws], draws)
    written = [item for item in to_draw if item.bill.account_id not in reasons]
    _write(run, written, draws, at)
    to_draft = [item for item in bills if item.bill.account_id not in accounts]
    return Drawn({item.bill.account_id for item in written}, reasons, to_draft)


def _draws(facts: BillingFacts) -> bool:
    return facts.funding_policy in POSTPAID_MODES


def _refuse_beyond_funds(accounts: Sequence[BillingFacts], draws: dict[int, list[NewDraw]]) -> dict[int, str]:
    """Which accounts may not draw what their bill comes to, and why."""
    spending = [Spending(facts.account_id, facts.funding_policy, facts.credit_limit_minor) for facts in accounts]
    spendable = list_spendable(spending)
    restrictions = list_restrictions([facts.account_id for facts in accounts])
    reasons = {}
    for facts in accounts:
        amount_minor = sum(draw.gross_minor for draw in draws[facts.account_id])
        left_minor = spendable[facts.account_id]
        if amount_minor <= 0 or may_spend(amount_minor, spendable_minor=left_minor):
            continue
        restriction = restrictions.get(facts.account_id)
        if restriction is not None:
            reasons[facts.account_id] = str(SpendingStopped(reason=restriction.reason))
        else:
            amounts = (format_minor(minor, facts.currency) for minor in (amount_minor, left_minor or 0))
            amount, left = amounts
            reasons[facts.account_id] = str(BeyondFunds(amount=amount, spendable=left, currency=facts.currency))
    return reasons


def _write(run: BillRun, items: Sequence[BillToWrite], draws: dict[int, list[NewDraw]], at: datetime) -> None:
    by_currency = {
        currency: open_book(run.seller, currency=currency).pk for currency in sorted({item.currency for item in items})
    }
    books = {item.bill.account_id: by_currency[item.currency] for item in items}
    header = DrawHeader(run.seller_id, run.pk, run.invoice_on)
    in_order = [draw for item in items for draw in draws[item.bill.account_id]]
    write_draws(header, draws=in_order, books=books, at=at)
    move_billed_through([move for item in items for move in item.bill.moves])
