"""Draw services anew whose agreement changed: what no statement asks for yet is taken back and drawn as agreed now."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from tallystick.accounts.models import Account
from tallystick.invoicing.core.assembly import assemble_bill
from tallystick.invoicing.core.drawing import compute_draws, list_charges
from tallystick.invoicing.core.terms import BillingContext
from tallystick.invoicing.operations.reverse_draws import reverse_draws
from tallystick.invoicing.operations.write_draws import DrawHeader, write_draws
from tallystick.invoicing.queries.accounts_to_bill import list_accounts_to_bill
from tallystick.invoicing.queries.draws import find_statement_month, list_unstated, sum_groups
from tallystick.invoicing.queries.percentages import include_bases
from tallystick.ledger.operations.open_book import open_book
from tallystick.subscriptions.operations.move_billed_through import move_billed_through
from tallystick.subscriptions.queries import list_agreed_services

DAY = timedelta(days=1)


def redraw_services(
    context: BillingContext,
    *,
    account: Account,
    changed_from: Mapping[int, date],
    drawn_on: date,
    reason: str,
    at: datetime,
) -> None:
    """Take back the draws of these services for periods that end after their change, and draw the same periods anew.

    A draw is never edited (model section 3): it is reversed, and the new one has the price, quantity and end of now. So
    the balance gets the difference, and nothing is billed twice. No funds test: what was used is owed. Runs in the
    caller's transaction, under the account's lock. Refuses BilledFurther.
    """
    changed_from = include_bases(context, changed_from=changed_from)
    draws = [
        draw
        for draw in list_unstated(account.pk, subscription_service_ids=list(changed_from))
        if draw.period_end_on and draw.period_end_on > changed_from[draw.subscription_service_id or 0]
    ]
    if not draws:
        return
    ids = sorted({draw.subscription_service_id for draw in draws if draw.subscription_service_id})
    billed_to = {each.subscription_service_id: each.billed_through for each in list_agreed_services(ids)}
    for run_id in sorted({draw.run_id or 0 for draw in draws}, reverse=True):
        own = [draw for draw in draws if (draw.run_id or 0) == run_id]
        reverse_draws(account.seller, draws=own, reason=reason, at=at)
    _draw(context, account, ids, max(billed_to[service_id] for service_id in ids) - DAY, drawn_on, reason, at)


def _draw(
    context: BillingContext,
    account: Account,
    service_ids: Collection[int],
    target_on: date,
    drawn_on: date,
    reason: str,
    at: datetime,
) -> None:
    for _, to_bill in list_accounts_to_bill(context, account_ids=[account.pk], target_on=target_on):
        only = [each for each in to_bill.services if each.terms.subscription_service_id in service_ids]
        own = to_bill._replace(services=only, funds=None)
        bill = assemble_bill(own, target_on=target_on, invoice_on=drawn_on)
        month_on = find_statement_month(account.seller_id, drawn_on=drawn_on)
        new = compute_draws(
            list(list_charges(own, bill=bill)),
            account_id=account.pk,
            statement_month_on=month_on,
            sums=sum_groups([account.pk], months=[month_on]),
        )
        books = {account.pk: open_book(account.seller, currency=account.currency).pk}
        write_draws(DrawHeader(account.seller_id, None, drawn_on, reason[:300]), draws=new, books=books, at=at)
        move_billed_through(bill.moves)
