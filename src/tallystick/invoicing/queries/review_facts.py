"""What a spot-check has to know about thousands of accounts of a run: one query a fact, none an account (ZUO-47)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tallystick.accounts.models import Account
from tallystick.catalog.models import Service
from tallystick.invoicing.core.risks import ChangedPrice, PastBills, RiskFacts
from tallystick.invoicing.models import (
    BillingClaim,
    BillRun,
    BillRunAccount,
    Document,
    DocumentLine,
    DocumentTaxLine,
    Draw,
)
from tallystick.money.currency import get_currency
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.subscriptions.models import SubscriptionService

DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table
CLAIMS = BillingClaim._meta.db_table
RUN_ACCOUNTS = BillRunAccount._meta.db_table
SERVICES = SubscriptionService._meta.db_table
ACCOUNTS, DRAWS = Account._meta.db_table, Draw._meta.db_table
SOLD = Service._meta.db_table

_SIGNED = "CASE WHEN d.kind = 'credit_note' THEN -d.gross_minor ELSE d.gross_minor END"
_LIVE = "d.status IN ('draft', 'posted')"
# Notes that correct something are no bill of their own.
_PAST = "d.status IN ('posted', 'voided') AND d.corrects_id IS NULL"


class ReviewedAccount(NamedTuple):
    """An account with its risk facts and its gross in the run before (None: no bill there)."""

    account_id: int
    facts: RiskFacts
    previous_gross_minor: int | None
    is_taxed_otherwise: bool


class _Bill(NamedTuple):
    currency: str
    gross_minor: int
    has_credit_note: bool


def list_reviewed_accounts(
    run: BillRun, *, account_ids: Sequence[int], previous_run_id: int | None
) -> list[ReviewedAccount]:
    """The facts of these accounts, whether the run has a bill of them or not."""
    ids = as_array(account_ids)
    bills = _list_bills(run.pk, ids)
    previous = _list_bills(previous_run_id, ids) if previous_run_id else {}
    failures = dict(
        fetch_rows(
            f"SELECT account_id, reason FROM {RUN_ACCOUNTS}"
            " WHERE run_id = %s AND account_id = ANY(%s::bigint[]) AND status = 'failed'",
            [run.pk, ids],
        )
    )
    redrafted = dict(
        fetch_rows(
            f"SELECT account_id, redrafted_because FROM {RUN_ACCOUNTS}"
            " WHERE run_id = %s AND account_id = ANY(%s::bigint[]) AND redrafted_because <> ''",
            [run.pk, ids],
        )
    )
    past = _list_past(run.pk, ids)
    prices, treatments = _list_changed_prices(run.pk, ids), _list_new_treatments(run.pk, ids)
    silent = _list_silent_usage(ids)
    found = []
    for account_id in account_ids:
        bill, before = bills.get(account_id), previous.get(account_id)
        facts = RiskFacts(
            currency=(bill or before or _Bill("", 0, False)).currency,
            gross_minor=bill.gross_minor if bill else None,
            failure=failures.get(account_id, ""),
            redrafted=redrafted.get(account_id, ""),
            has_credit_note=bool(bill and bill.has_credit_note),
            past=past.get(account_id, PastBills()),
            changed_prices=tuple(prices.get(account_id, ())),
            new_treatments=tuple(treatments.get(account_id, ())),
            silent_usage=tuple(silent.get(account_id, ())) if bill or account_id in failures else (),
        )
        is_otherwise = bool(facts.new_treatments) and facts.past.bills > 0
        found.append(ReviewedAccount(account_id, facts, before.gross_minor if before else None, is_otherwise))
    return found


def _list_bills(run_id: int, ids: str) -> dict[int, _Bill]:
    """What a run asked of each account: its documents, or what it drew on the account and did not take back."""
    rows = fetch_rows(
        "SELECT account_id, min(currency), sum(gross_minor)::bigint, bool_or(is_note) FROM ("
        f" SELECT d.account_id, d.currency, {_SIGNED} AS gross_minor, d.kind = 'credit_note' AS is_note"
        f" FROM {DOCUMENTS} d WHERE d.run_id = %s AND d.account_id = ANY(%s::bigint[]) AND {_LIVE} UNION ALL"
        f" SELECT w.account_id, a.currency, w.net_minor + w.tax_minor, FALSE FROM {DRAWS} w"
        f" JOIN {ACCOUNTS} a ON a.id = w.account_id"
        " WHERE w.run_id = %s AND w.account_id = ANY(%s::bigint[]) AND w.reverses_id IS NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {DRAWS} t WHERE t.reverses_id = w.id)) AS asked GROUP BY 1",
        [run_id, ids, run_id, ids],
    )
    return {account_id: _Bill(*bill) for account_id, *bill in rows}


def _list_past(run_id: int, ids: str) -> dict[int, PastBills]:
    rows = fetch_rows(
        "SELECT b.account_id, count(*), coalesce(min(b.gross) FILTER (WHERE b.is_recent), 0)::bigint,"
        " coalesce(max(b.gross) FILTER (WHERE b.is_recent), 0)::bigint, count(*) FILTER (WHERE b.is_recent)"
        f" FROM (SELECT d.account_id, d.bill_id, sum({_SIGNED}) AS gross,"
        "               max(d.invoice_on) > r.invoice_on - 366 AS is_recent"
        f"         FROM {DOCUMENTS} d, (SELECT invoice_on FROM {BillRun._meta.db_table} WHERE id = %s) r"
        f"        WHERE d.account_id = ANY(%s::bigint[]) AND {_PAST} AND d.run_id IS DISTINCT FROM %s"
        "        GROUP BY d.account_id, d.bill_id, r.invoice_on) b GROUP BY 1",
        [run_id, ids, run_id],
    )
    return {account_id: PastBills(*past) for account_id, *past in rows}


def _list_changed_prices(run_id: int, ids: str) -> dict[int, list[ChangedPrice]]:
    """Services of which a period is billed at other unit prices than the period before it."""
    prices = (
        f"ARRAY(SELECT l.unit_price FROM {LINES} l WHERE l.document_id = %s AND l.kind = 'recurring'"
        " AND l.subscription_service_id = c.subscription_service_id AND l.period_start_on = %s ORDER BY l.position)"
    )
    rows = fetch_rows(
        "SELECT account_id, currency, name, was, now FROM ("
        f" SELECT d.account_id, d.currency, s.name, {prices % ('e.document_id', 'e.start_on')} AS was,"
        f"        {prices % ('c.document_id', 'c.start_on')} AS now"
        f"   FROM {DOCUMENTS} d JOIN {CLAIMS} c ON c.document_id = d.id AND c.kind = 'recurring'"
        f"   JOIN {SERVICES} a ON a.id = c.subscription_service_id JOIN {SOLD} s ON s.id = a.service_id"
        f"   JOIN LATERAL (SELECT p.document_id, p.start_on FROM {CLAIMS} p"
        "      WHERE p.subscription_service_id = c.subscription_service_id AND p.kind = 'recurring'"
        "        AND p.released_at IS NULL AND p.start_on < c.start_on ORDER BY p.start_on DESC LIMIT 1) e ON true"
        f"  WHERE d.run_id = %s AND d.account_id = ANY(%s::bigint[]) AND {_LIVE}) AS period"
        " WHERE was <> now AND was <> '{}' ORDER BY account_id, name",
        [run_id, ids],
    )
    return _by_account(
        rows, lambda currency, name, was, now: ChangedPrice(name, _write(was, currency), _write(now, currency))
    )


def _list_new_treatments(run_id: int, ids: str) -> dict[int, list[str]]:
    """How an account is taxed in this run and was not on its latest posted bill; where it has none, all of them."""
    rows = fetch_rows(
        "SELECT DISTINCT d.account_id, t.treatment, t.tax_rate"
        f" FROM {DOCUMENTS} d JOIN {TAX_LINES} t ON t.document_id = d.id"
        f" LEFT JOIN LATERAL (SELECT o.bill_id FROM {DOCUMENTS} o WHERE o.account_id = d.account_id"
        "     AND o.status IN ('posted', 'voided') AND o.corrects_id IS NULL AND o.run_id IS DISTINCT FROM %s"
        "     ORDER BY o.invoice_on DESC, o.id DESC LIMIT 1) latest ON true"
        f" WHERE d.run_id = %s AND d.account_id = ANY(%s::bigint[]) AND {_LIVE}"
        f" AND NOT EXISTS (SELECT 1 FROM {DOCUMENTS} o JOIN {TAX_LINES} w ON w.document_id = o.id"
        "     WHERE o.bill_id = latest.bill_id AND w.treatment = t.treatment AND w.tax_rate = t.tax_rate)"
        " ORDER BY 1, 2, 3",
        [run_id, run_id, ids],
    )
    return _by_account(rows, lambda treatment, rate: f"{treatment.replace('_', ' ')} {rate.normalize():f} %")


def _list_silent_usage(ids: str) -> dict[int, list[str]]:
    """Services that are billed by usage; none of it is loaded yet, so that all of them are without."""
    rows = fetch_rows(
        f"SELECT DISTINCT a.account_id, s.name FROM {SERVICES} a JOIN {SOLD} s ON s.id = a.service_id"
        " WHERE a.account_id = ANY(%s::bigint[]) AND a.status = 'effective' AND 'usage' IN (s.kind, s.price_model)"
        " ORDER BY 1, 2",
        [ids],
    )
    return _by_account(rows, str)


def _by_account(rows: Iterable[tuple[Any, ...]], make: Callable[..., Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for account_id, *values in rows:
        found[account_id].append(make(*values))
    return found


def _write(prices: Sequence[Any], currency: str) -> str:
    exponent = get_currency(currency).exponent
    return " / ".join(f"{price:.{max(exponent, -price.normalize().as_tuple().exponent)}f}" for price in prices)
