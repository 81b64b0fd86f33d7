"""Take draws back that no statement asks for: new, opposite draws of the same groups; the periods are due again."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tallystick.invoicing.core.draft import DraftLine
from tallystick.invoicing.core.drawing import DrawGroup, NewDraw, add_to_group
from tallystick.invoicing.errors import DrawStated
from tallystick.invoicing.models import Draw
from tallystick.invoicing.operations.release_drafts import release_draw_claims, require_last_billed
from tallystick.invoicing.operations.write_draws import DrawHeader, write_draws
from tallystick.invoicing.queries.draws import count_stated, list_reversible, sum_groups
from tallystick.ledger.operations.open_book import open_book
from tallystick.sellers.models import Seller


def reverse_run_draws(seller: Seller, *, run_id: int, account_ids: Sequence[int], reason: str, at: datetime) -> None:
    """Take back all that a run drew on accounts and that was not taken back yet.

    Runs in the caller's transaction, under the accounts' locks. Refuses DrawStated, and BilledFurther when later
    documents or draws bill what comes after.
    """
    reverse_draws(seller, draws=list_reversible(run_id=run_id, account_ids=account_ids), reason=reason, at=at)


def reverse_draws(seller: Seller, *, draws: Sequence[Draw], reason: str, at: datetime) -> None:
    """Take draws of a seller back, in the caller's transaction and under the accounts' locks; they are still whole."""
    if not draws:
        return
    ids = [draw.pk for draw in draws]
    stated = count_stated(ids)
    if stated:
        raise DrawStated(count=stated)
    require_last_billed(draw_ids=ids)
    sums = sum_groups({draw.account_id for draw in draws}, months={draw.statement_month_on for draw in draws})
    opposites = []
    for draw in draws:
        line, group = _oppose(draw), _group_of(draw)
        opposites.append(NewDraw(group, line, add_to_group(sums, group=group, net_minor=line.net_minor)))
    currencies = dict(Draw.objects.filter(pk__in=ids).values_list("account_id", "account__currency"))
    books = {account_id: open_book(seller, currency=currency).pk for account_id, currency in currencies.items()}
    on = at.astimezone(ZoneInfo(seller.time_zone)).date()
    header = DrawHeader(seller.pk, draws[0].run_id, on, reason[:300])
    write_draws(header, draws=opposites, books=books, at=at, reverses=ids)
    release_draw_claims(ids, at=at)


def _oppose(draw: Draw) -> DraftLine:
    return DraftLine(
        draw.kind,
        draw.subscription_service_id,
        draw.description,
        draw.period_start_on,
        draw.period_end_on,
        draw.quantity,
        -draw.unit_price,
        draw.part_days,
        draw.full_days,
        draw.percent,
        -draw.percent_of_minor,
        -draw.net_minor,
        draw.treatment,
        draw.tax_rate,
        draw.revenue_code,
        draw.registration,
    )


def _group_of(draw: Draw) -> DrawGroup:
    return DrawGroup(
        draw.account_id,
        draw.statement_month_on,
        draw.collection_method,
        draw.invoiced_subscription_id,
        draw.registration,
        draw.treatment,
        draw.tax_rate,
    )
