"""Draw the bills of postpaid and credit-limit accounts on their account instead of drafting them (BIL-6, BIL-9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.accounts.core.funding import POSTPAID_MODES
from tallystick.accounts.queries import BillingFacts
from tallystick.invoicing.core.drawing import NewDraw, compute_draws, list_charges
from tallystick.invoicing.operations.write_drafts import BillToWrite
from tallystick.invoicing.operations.write_draws import DrawHeader, write_draws
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount
from tallystick.invoicing.queries.draws import find_statement_month, sum_groups
from tallystick.ledger.operations.open_book import open_book
from tallystick.sellers.models import Seller
from tallystick.subscriptions.operations.move_billed_through import move_billed_through


class Drawn(NamedTuple):
    """What drawing came to: accounts that were drawn on, and the bills that are drafted."""

    account_ids: set[int]
    to_draft: list[BillToWrite]


def draw_accounts(
    seller: Seller,
    *,
    header: DrawHeader,
    billable: Sequence[BillableAccount],
    bills: Sequence[BillToWrite],
    at: datetime,
) -> Drawn:
    """Draw the bills of the accounts whose funding policy says so; hand back the others.

    Posted at once, when a run drafts: a draw is no document, it has no number, and from now on it counts against
    what can be spent. Until the run is posted it is taken back like a draft, by an opposite draw. What an account may
    spend was tested when its bill was assembled (BIL-5). Runs in the caller's transaction, under the accounts' locks.
    """
    accounts = {account.facts.account_id: account for account in billable if _draws(account.facts)}
    to_draw = [item for item in bills if item.bill.account_id in accounts]
    if not to_draw:
        return Drawn(set(), list(bills))
    month_on = find_statement_month(seller.pk, drawn_on=header.drawn_on)
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
    _write(seller, header, to_draw, draws, at)
    to_draft = [item for item in bills if item.bill.account_id not in accounts]
    return Drawn({item.bill.account_id for item in to_draw}, to_draft)


def _draws(facts: BillingFacts) -> bool:
    return facts.funding_policy in POSTPAID_MODES


def _write(
    seller: Seller, header: DrawHeader, items: Sequence[BillToWrite], draws: dict[int, list[NewDraw]], at: datetime
) -> None:
    by_currency = {
        currency: open_book(seller, currency=currency).pk for currency in sorted({item.currency for item in items})
    }
    books = {item.bill.account_id: by_currency[item.currency] for item in items}
    in_order = [draw for item in items for draw in draws[item.bill.account_id]]
    write_draws(header, draws=in_order, books=books, at=at)
    move_billed_through([move for item in items for move in item.bill.moves])
