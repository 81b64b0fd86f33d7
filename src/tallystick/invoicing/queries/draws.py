"""Reads of draws: what was drawn in a group, what no document asks for yet, what runs and accounts drew."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Max, QuerySet

from tallystick.catalog.models import Plan
from tallystick.invoicing.core.draft import DraftLine
from tallystick.invoicing.core.drawing import DrawGroup, GroupSum
from tallystick.invoicing.core.line_explanation import explain_line
from tallystick.invoicing.core.statement import DrawnCharge, compute_statement_month
from tallystick.invoicing.models import Draw, StatedDraw, StatementRun
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.subscriptions.models import Subscription, SubscriptionService

DRAWS = Draw._meta.db_table
STATED = StatedDraw._meta.db_table
SERVICES, SUBSCRIPTIONS = SubscriptionService._meta.db_table, Subscription._meta.db_table
PLANS = Plan._meta.db_table
GROUP = "account_id, statement_month_on, collection_method, invoiced_subscription_id, registration, treatment, tax_rate"
GROUP_OF_DRAW = ", ".join(f"d.{column.strip()}" for column in GROUP.split(","))
LINE = (
    "d.kind, d.subscription_service_id, d.description, d.period_start_on, d.period_end_on, d.quantity, d.unit_price,"
    " d.part_days, d.full_days, d.percent, d.percent_of_minor, d.net_minor, d.treatment, d.tax_rate, d.revenue_code,"
    " d.registration"
)


class RunDraws(NamedTuple):
    """What a run drew in one currency, in minor units, what was taken back left out."""

    currency: str
    draws: int
    net_minor: int
    tax_minor: int
    gross_minor: int


class DrawRow(NamedTuple):
    """A draw as it is shown, amounts in minor units. `statement_id` is the document that asks for it."""

    id: int
    run_id: int | None
    drawn_on: date
    statement_month_on: date
    description: str
    period_start_on: date | None
    period_end_on: date | None
    net_minor: int
    tax_minor: int
    gross_minor: int
    tax_rate: Decimal
    revenue_code: str
    reverses_id: int | None
    reason: str
    statement_id: int | None


def find_statement_month(seller_id: int, *, drawn_on: date) -> date:
    """The month whose statement asks for what a seller's accounts draw on a day.

    Asked under the accounts' locks: a month is closed before its statements take them.
    """
    closed = StatementRun.objects.filter(seller_id=seller_id).aggregate(last=Max("month_on"))["last"]
    return compute_statement_month(drawn_on, last_closed_on=closed)


def sum_groups(account_ids: Collection[int], *, months: Iterable[date]) -> dict[DrawGroup, GroupSum]:
    """What was drawn so far in each group of these accounts and months."""
    rows = fetch_rows(
        f"SELECT {GROUP}, sum(net_minor)::bigint, sum(tax_minor)::bigint FROM {DRAWS}"
        " WHERE account_id = ANY(%s::bigint[]) AND statement_month_on = ANY(%s::date[])"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7",
        [as_array(account_ids), list(months)],
    )
    return {DrawGroup._make(row[:7]): GroupSum(*row[7:]) for row in rows}


def list_drawing_accounts(seller_id: int, *, month_on: date) -> list[int]:
    """Accounts with draws up to a month that no document asks for, ascending."""
    rows = fetch_rows(
        f"SELECT DISTINCT d.account_id FROM {DRAWS} d LEFT JOIN {STATED} s ON s.draw_id = d.id"
        " WHERE d.seller_id = %s AND d.statement_month_on <= %s AND s.draw_id IS NULL ORDER BY 1",
        [seller_id, month_on],
    )
    return [row[0] for row in rows]


def list_drawn_charges(account_ids: Collection[int], *, month_on: date) -> list[DrawnCharge]:
    """The draws of accounts up to a month that no document asks for, by account."""
    rows = fetch_rows(
        f"SELECT d.id, d.tax_minor, d.reverses_id IS NULL AND r.id IS NULL, {GROUP_OF_DRAW}, {LINE},"
        f" coalesce(p.name, '') FROM {DRAWS} d"
        f" LEFT JOIN {STATED} s ON s.draw_id = d.id LEFT JOIN {DRAWS} r ON r.reverses_id = d.id"
        f" LEFT JOIN {SERVICES} v ON v.id = d.subscription_service_id"
        f" LEFT JOIN {SUBSCRIPTIONS} b ON b.id = v.subscription_id LEFT JOIN {PLANS} p ON p.id = b.plan_id"
        " WHERE d.account_id = ANY(%s::bigint[]) AND d.statement_month_on <= %s AND s.draw_id IS NULL"
        " ORDER BY d.account_id, d.id",
        [as_array(account_ids), month_on],
    )
    return [
        DrawnCharge(row[0], DrawGroup._make(row[3:10]), DraftLine._make(row[10:]), tax_minor=row[1], is_shown=row[2])
        for row in rows
    ]


def list_reversible(*, run_id: int, account_ids: Collection[int]) -> list[Draw]:
    """What a run drew on accounts that nothing took back or asks for yet, in the order in which it was drawn."""
    draws = Draw.objects.filter(run_id=run_id, account_id__in=list(account_ids), reverses__isnull=True)
    return list(draws.filter(reversals__isnull=True, stated__isnull=True).order_by("account_id", "pk"))


def list_unstated(account_id: int, *, subscription_service_ids: Collection[int]) -> list[Draw]:
    """What was drawn of services of an account that nothing took back or asks for yet, in the order of drawing."""
    draws = Draw.objects.filter(account_id=account_id, subscription_service_id__in=list(subscription_service_ids))
    standing = draws.filter(reverses__isnull=True, reversals__isnull=True, stated__isnull=True)
    return list(standing.order_by("pk"))


def find_last_draw(account_id: int) -> int:
    """The id of an account's latest draw, 0 where there is none."""
    return Draw.objects.filter(account_id=account_id).aggregate(last=Max("pk"))["last"] or 0


def list_draws_after(account_id: int, *, after_id: int) -> list[Draw]:
    """What was drawn of an account and taken back since a draw, in the order of drawing."""
    return list(Draw.objects.filter(account_id=account_id, pk__gt=after_id).order_by("pk"))


def list_draw_explanations(draw_ids: Collection[int]) -> dict[int, str]:
    """How each of these draws came to its amount, by id; of an opposite draw, which one it takes back."""
    own = "subscription_service__subscription__plan__proration_method"
    draws = Draw.objects.filter(pk__in=list(draw_ids)).select_related("account")
    rows = draws.annotate(own=F(own), theirs=F("seller__billing_rule__proration_method"))
    return {
        row.pk: f"takes back draw {row.reverses_id}"
        if row.reverses_id
        else explain_line(row, currency=row.account.currency, convention=row.own or row.theirs or "")
        for row in rows
    }


def list_statements_of(draw_ids: Collection[int]) -> dict[int, int]:
    """The document that asks for each of these draws; those that none asks for are left out."""
    return dict(StatedDraw.objects.filter(draw_id__in=list(draw_ids)).values_list("draw_id", "document_id"))


def count_stated(draw_ids: Collection[int]) -> int:
    """How many of these draws stand on a statement."""
    return StatedDraw.objects.filter(draw_id__in=list(draw_ids)).count()


def count_stated_of_run(run_id: int, *, account_id: int | None = None) -> int:
    """How many draws of a run stand on a statement, of all accounts or of one."""
    stated = StatedDraw.objects.filter(draw__run_id=run_id)
    return (stated if account_id is None else stated.filter(draw__account_id=account_id)).count()


def list_run_draws(run_id: int) -> list[RunDraws]:
    """What a run drew, by currency."""
    rows = fetch_rows(
        "SELECT a.currency, count(*) FILTER (WHERE d.reverses_id IS NULL) - count(d.reverses_id),"
        " sum(d.net_minor)::bigint, sum(d.tax_minor)::bigint, sum(d.net_minor + d.tax_minor)::bigint"
        f" FROM {DRAWS} d JOIN accounts_account a ON a.id = d.account_id WHERE d.run_id = %s GROUP BY 1 ORDER BY 1",
        [run_id],
    )
    return [RunDraws._make(row) for row in rows]


class AccountDraw(NamedTuple):
    """A charge that a run drew on an account, with how it came to its amount; gross in minor units."""

    description: str
    period_start_on: date | None
    period_end_on: date | None
    currency: str
    gross_minor: int
    why: str


def list_draws_of_accounts(run_id: int, *, account_ids: Collection[int]) -> dict[int, list[AccountDraw]]:
    """What a run drew on each of these accounts and did not take back, in the order of drawing."""
    rows = Draw.objects.filter(run_id=run_id, account_id__in=list(account_ids), reverses__isnull=True)
    standing = list(rows.filter(reversals__isnull=True).select_related("account").order_by("account_id", "pk"))
    told = list_draw_explanations([row.pk for row in standing])
    found: dict[int, list[AccountDraw]] = {}
    for row in standing:
        found.setdefault(row.account_id, []).append(
            AccountDraw(
                row.description,
                row.period_start_on,
                row.period_end_on,
                row.account.currency,
                row.net_minor + row.tax_minor,
                told[row.pk],
            )
        )
    return found


def list_draws(*, account_id: int, is_unbilled: bool = False, after_id: int = 0, limit: int = 100) -> list[DrawRow]:
    """An account's draws in the order in which they were drawn; only those that no document asks for yet, if asked."""
    draws: QuerySet[Draw] = Draw.objects.filter(account_id=account_id, pk__gt=after_id)
    if is_unbilled:
        draws = draws.filter(stated__isnull=True, reverses__isnull=True, reversals__isnull=True)
    own = [name for name in DrawRow._fields if name not in ("gross_minor", "statement_id")]
    rows = draws.order_by("pk").values(*own, "stated__document_id")[:limit]
    return [
        DrawRow(
            **{name: row[name] for name in own},
            gross_minor=row["net_minor"] + row["tax_minor"],
            statement_id=row["stated__document_id"],
        )
        for row in rows
    ]
