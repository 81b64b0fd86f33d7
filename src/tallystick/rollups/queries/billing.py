"""The billing rollup, read from facts each time: nothing is stored, so nothing can be stale."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.billing import (
    BillingFilters,
    BillingGroup,
    BillingRow,
    BillingTotal,
    RollupAccount,
    compute_totals,
)
from tallystick.rollups.core.months import month_of, observed_day
from tallystick.rollups.core.revenue_class import REVENUE_CLASSES, compute_revenue
from tallystick.rollups.errors import FilterUnknown
from tallystick.rollups.queries.account_facts import AccountFacts, Moment, list_account_facts, list_account_groups
from tallystick.rollups.queries.agreed_services import AgreedPart, AgreedValues
from tallystick.rollups.queries.csv_lines import write_csv, write_money
from tallystick.rollups.queries.rollup_accounts import (
    ASKED_ACCOUNTS,
    CHUNK,
    Condition,
    compose_condition,
    read_by_account,
)
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
    "billing_state",
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
    for chunk in _read_chunks(seller, month, as_of, filters, after_id=after_id, size=size):
        found += chunk
        if len(found) >= limit:
            break
    return found[:limit]


def compute_billing_totals(
    seller: Seller, *, month: date, as_of: date, filters: BillingFilters = NO_FILTERS, actor: Actor
) -> list[BillingTotal]:
    """The sums over all accounts that the filters leave, by currency (DEM-39). Reads them all."""
    actor.require(ROLLUPS_READ)
    moment, condition = _read_request(seller, month, as_of, filters)
    who = f"SELECT a.id, a.currency, a.billing_mode FROM {ASKED_ACCOUNTS} WHERE {condition.text}"
    groups = list_account_groups(who, params=condition.params, moment=moment)
    kinds = _make_values(seller, moment).read({group.kind: group.example_id for group in groups})
    return compute_totals(
        BillingGroup(
            group.currency,
            group.pays.is_managed,
            group.accounts,
            revenue,
            group.asked,
            group.owed,
            group.billing_state,
        )
        for group in groups
        for revenue in [compute_revenue(kinds[group.kind].services, pays=group.pays, on=moment.on)]
        if filters.revenue_class in ("", revenue.revenue_class)
    )


def write_billing_csv(
    seller: Seller, *, month: date, as_of: date, filters: BillingFilters = NO_FILTERS, actor: Actor
) -> Iterator[str]:
    """The whole rollup as lines of CSV, a heading first, read and written a chunk at a time (DEM-39)."""
    actor.require(ROLLUPS_READ)
    chunks = _read_chunks(seller, month, as_of, filters)
    return write_csv(BILLING_COLUMNS, rows=(_cells(row) for chunk in chunks for row in chunk))


def _read_chunks(
    seller: Seller, month: date, as_of: date, filters: BillingFilters, *, after_id: int = 0, size: int = CHUNK
) -> Iterator[list[BillingRow]]:
    """Check what was asked, at once; then read chunk by chunk. A chunk may be empty where a class is asked for."""
    moment, condition = _read_request(seller, month, as_of, filters)
    read = _make_reader(_make_values(seller, moment), moment)
    chunks = read_by_account(condition, read=read, after_id=after_id, size=size)
    return ([row for row in rows if filters.revenue_class in ("", row.revenue.revenue_class)] for rows in chunks)


def _read_request(seller: Seller, month: date, as_of: date, filters: BillingFilters) -> tuple[Moment, Condition]:
    period = month_of(month, as_of=as_of)
    asked = filters._asdict()
    revenue_class = asked.pop("revenue_class")
    if revenue_class and revenue_class not in REVENUE_CLASSES:
        known = ", ".join(REVENUE_CLASSES)
        raise FilterUnknown(name="revenue class", value=revenue_class, known=known, field="revenue_class")
    return Moment(period, observed_day(period, as_of=as_of), as_of), compose_condition(seller, **asked)


def _make_values(seller: Seller, moment: Moment) -> AgreedValues:
    context, _ = load_billing_context(seller)
    return AgreedValues(context, on=moment.on)


def _make_reader(values: AgreedValues, moment: Moment) -> Callable[[Sequence[RollupAccount]], list[BillingRow]]:
    """What turns accounts into rows; what was rated is kept between chunks."""

    def read(accounts: Sequence[RollupAccount]) -> list[BillingRow]:
        facts = list_account_facts([each.account_id for each in accounts], moment=moment)
        kinds = values.read({fact.kind: fact.account_id for fact in facts.values()})
        return [_make_row(account, facts[account.account_id], kinds, moment.on) for account in accounts]

    return read


def _make_row(account: RollupAccount, facts: AccountFacts, kinds: Mapping[str, AgreedPart], on: date) -> BillingRow:
    part = kinds[facts.kind]
    revenue = compute_revenue(part.services, pays=facts.pays, on=on)
    return BillingRow(account, part.plans, facts.asked, revenue, facts.owed, facts.billing_state, part.note)


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
        row.billing_state,
        *(_write_amount(amount, account.currency) for amount in row.amounts_minor),
        row.note,
    )


def _write_amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else write_money(minor, currency=currency)
