"""The billing rollup, read from facts each time: nothing is stored, so nothing can be stale."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.periods.period import Period
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.billing import (
    Asked,
    BillingFilters,
    BillingRow,
    BillingTotal,
    Owed,
    RollupAccount,
    compute_totals,
)
from tallystick.rollups.core.months import month_of, observed_day
from tallystick.rollups.core.revenue_class import REVENUE_CLASSES, compute_revenue
from tallystick.rollups.errors import FilterUnknown
from tallystick.rollups.queries.agreed_services import NOTHING_AGREED, AgreedValues
from tallystick.rollups.queries.csv_lines import write_csv, write_money
from tallystick.rollups.queries.owed import list_asked, list_owed
from tallystick.rollups.queries.relations import list_relations
from tallystick.rollups.queries.rollup_accounts import CHUNK, compose_condition, read_by_account
from tallystick.sellers.models import Seller

NO_FILTERS = BillingFilters()

BILLING_COLUMNS: tuple[str, ...] = (
    "account",
    "name",
    "plans",
    "billing_mode",
    "segment",
    "manager_name",
    "manager_email",
    "admin_contact_name",
    "admin_contact_email",
    "revenue_class",
    "currency",
    "should_pay",
    "drafted",
    "mrr_forecast",
    "mrr_confirmed",
    "receivable",
    "overdue",
    "note",
)


def list_billing_rollup(
    seller: Seller,
    *,
    month: date,
    as_of: date,
    filters: BillingFilters = NO_FILTERS,
    after_id: int = 0,
    limit: int = 100,
    actor: Actor,
) -> list[BillingRow]:
    """Accounts by name, from the one after the account `after_id`, each with what it should pay in a month.

    `month` is any day of it, `as_of` today where the seller is. The number of queries does not depend on the number of
    rows; with a revenue class, which is computed, accounts are looked through until the page is full.
    Refuses PermissionMissing, MonthNotBegun, FilterUnknown.
    """
    actor.require(ROLLUPS_READ)
    found: list[BillingRow] = []
    size = max(limit, CHUNK) if filters.revenue_class else limit
    for chunk in _read_chunks(seller, month=month, as_of=as_of, filters=filters, after_id=after_id, size=size):
        found += chunk
        if len(found) >= limit:
            break
    return found[:limit]


def compute_billing_totals(
    seller: Seller, *, month: date, as_of: date, filters: BillingFilters = NO_FILTERS, actor: Actor
) -> list[BillingTotal]:
    """The sums over all accounts that the filters leave, by currency (DEM-39). Reads them all."""
    actor.require(ROLLUPS_READ)
    chunks = _read_chunks(seller, month=month, as_of=as_of, filters=filters)
    return compute_totals(row for chunk in chunks for row in chunk)


def write_billing_csv(
    seller: Seller, *, month: date, as_of: date, filters: BillingFilters = NO_FILTERS, actor: Actor
) -> Iterator[str]:
    """The whole rollup as lines of CSV, a heading first, read and written a chunk at a time (DEM-39)."""
    actor.require(ROLLUPS_READ)
    chunks = _read_chunks(seller, month=month, as_of=as_of, filters=filters)
    return write_csv(BILLING_COLUMNS, rows=(_cells(row) for chunk in chunks for row in chunk))


def _read_chunks(
    seller: Seller, *, month: date, as_of: date, filters: BillingFilters, after_id: int = 0, size: int = CHUNK
) -> Iterator[list[BillingRow]]:
    """Check what was asked, at once; then read chunk by chunk. A chunk may be empty where a class is asked for."""
    period = month_of(month, as_of=as_of)
    if filters.revenue_class and filters.revenue_class not in REVENUE_CLASSES:
        known = ", ".join(REVENUE_CLASSES)
        raise FilterUnknown(name="revenue class", value=filters.revenue_class, known=known, field="revenue_class")
    asked = filters._asdict()
    revenue_class = asked.pop("revenue_class")
    condition, params = compose_condition(**asked)
    read = _make_reader(seller, period, as_of)
    chunks = read_by_account(seller, condition=condition, params=params, read=read, after_id=after_id, size=size)
    return ([row for row in rows if revenue_class in ("", row.revenue.revenue_class)] for rows in chunks)


def _make_reader(seller: Seller, period: Period, as_of: date) -> Callable[[Sequence[RollupAccount]], list[BillingRow]]:
    """What turns accounts into rows; prices and what was rated are kept between chunks."""
    on = observed_day(period, as_of=as_of)
    context, _ = load_billing_context(seller)
    values = AgreedValues(context, on=on)

    def read(accounts: Sequence[RollupAccount]) -> list[BillingRow]:
        account_ids = [each.account_id for each in accounts]
        agreed = values.read(account_ids)
        relations = list_relations(accounts, agreed=agreed, on=on)
        asked = list_asked(account_ids, month=period)
        owed = list_owed(account_ids, as_of=as_of)
        rows = []
        for account in accounts:
            part = agreed.get(account.account_id, NOTHING_AGREED)
            revenue = compute_revenue(part.services, pays=relations[account.account_id], on=on)
            sums = (asked.get(account.account_id, Asked()), revenue, owed.get(account.account_id, Owed()))
            rows.append(BillingRow(account, part.plans, *sums, part.note))
        return rows

    return read


def _cells(row: BillingRow) -> tuple[str, ...]:
    account = row.account
    return (
        account.external_id,
        account.name,
        ", ".join(row.plans),
        account.billing_mode,
        account.segment,
        account.manager_name,
        account.manager_email,
        account.contact_name,
        account.contact_email,
        row.revenue.revenue_class,
        account.currency,
        *(write_money(amount, currency=account.currency) for amount in row.amounts_minor),
        row.note,
    )
