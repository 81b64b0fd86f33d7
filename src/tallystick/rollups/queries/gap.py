"""The gap between the billing rollup and the payments rollup, account by account, with its reasons (DEM-58)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from tallystick.periods.period import Period
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.billing import RollupAccount
from tallystick.rollups.core.gap import (
    GapFilters,
    GapReason,
    GapRow,
    GapTotal,
    MonthCredit,
    MonthInvoice,
    Settled,
    compute_gap,
    compute_totals,
)
from tallystick.rollups.core.gap_reasons import GAP_REASONS, Circumstances
from tallystick.rollups.core.months import month_of
from tallystick.rollups.core.payments import InvoiceRef
from tallystick.rollups.errors import FilterUnknown
from tallystick.rollups.queries.csv_lines import write_csv, write_money
from tallystick.rollups.queries.gap_facts import (
    Charges,
    IssuedDocument,
    compose_asked,
    list_charges,
    list_credit_used,
    list_issued,
    list_method_problems,
    list_settled,
    list_settled_sums,
    list_went_back,
)
from tallystick.rollups.queries.rollup_accounts import CHUNK, Condition, compose_condition, read_by_account
from tallystick.sellers.models import Seller

NO_FILTERS = GapFilters()

GAP_COLUMNS: tuple[str, ...] = (
    "account",
    "name",
    "billing_mode",
    "manager_name",
    "manager_email",
    "admin_contact_name",
    "admin_contact_email",
    "currency",
    "expected",
    "arrived_by_gateway",
    "arrived_by_transfer",
    "credit_from_before",
    "difference",
    "reason",
    "reason_amount",
    "why",
    "next_step",
    "invoices",
    "link",
    "gateway_link",
)

#: Makes the address of the page that explains a reason of an account's gap; rollups know no pages.
GapLink = Callable[[RollupAccount, GapReason], str]


def list_gap(
    seller: Seller,
    *,
    month: date,
    as_of: date,
    filters: GapFilters = NO_FILTERS,
    after_id: int = 0,
    limit: int = 100,
    actor: Actor,
) -> list[GapRow]:
    """Accounts with a gap in a month, by name, from the one after the account `after_id`, with every reason for it.

    `month` is any day of it, `as_of` today where the seller is; whatever has arrived until now counts. The number of
    queries does not depend on the number of rows, save that a reason is looked for until the page is full.
    Refuses PermissionMissing, MonthNotBegun, FilterUnknown.
    """
    actor.require(ROLLUPS_READ)
    found: list[GapRow] = []
    size = max(limit, CHUNK) if filters.reason else limit
    for rows in _read_chunks(seller, month, as_of, filters, after_id=after_id, size=size):
        found += (row for row in rows if row.reasons)
        if len(found) >= limit:
            break
    return found[:limit]


def compute_gap_totals(
    seller: Seller, *, month: date, as_of: date, filters: GapFilters = NO_FILTERS, actor: Actor
) -> list[GapTotal]:
    """The sums by currency and reason over all accounts that were asked for something, also those without a gap."""
    actor.require(ROLLUPS_READ)
    period, condition = _read_request(seller, month, as_of, filters)
    without_gap = compose_asked(condition, month=period, has_gap=False)
    settled = list_settled_sums(without_gap, month=period) if not filters.reason else []
    chunks = _read_chunks(seller, month, as_of, filters)
    return compute_totals((row for rows in chunks for row in rows), settled=settled)


def write_gap_csv(
    seller: Seller, *, month: date, as_of: date, filters: GapFilters = NO_FILTERS, link: GapLink, actor: Actor
) -> Iterator[str]:
    """Accounts with a gap as lines of CSV, a heading first, a line a reason, each with a link to what explains it.

    An account's own amounts stand on its first line only, so that every column can be added up.
    """
    actor.require(ROLLUPS_READ)
    chunks = _read_chunks(seller, month, as_of, filters)
    return write_csv(GAP_COLUMNS, rows=(cells for rows in chunks for row in rows for cells in _list_cells(row, link)))


def _read_chunks(
    seller: Seller, month: date, as_of: date, filters: GapFilters, *, after_id: int = 0, size: int = CHUNK
) -> Iterator[list[GapRow]]:
    """Check what was asked, at once; then read accounts that may have a gap, chunk by chunk."""
    period, condition = _read_request(seller, month, as_of, filters)
    with_gap = compose_asked(condition, month=period, has_gap=True)
    chunks = read_by_account(with_gap, read=_make_reader(period, as_of), after_id=after_id, size=size)
    return ([row for row in rows if _is_sought(row, filters.reason)] for rows in chunks)


def _read_request(seller: Seller, month: date, as_of: date, filters: GapFilters) -> tuple[Period, Condition]:
    period = month_of(month, as_of=as_of)
    asked = filters._asdict()
    reason = asked.pop("reason")
    if reason and reason not in GAP_REASONS:
        raise FilterUnknown(name="reason", value=reason, known=", ".join(GAP_REASONS), field="reason")
    return period, compose_condition(seller, **asked)


def _is_sought(row: GapRow, reason: str) -> bool:
    return not reason or any(each.reason == reason for each in row.reasons)


def _make_reader(month: Period, as_of: date) -> Callable[[Sequence[RollupAccount]], list[GapRow]]:
    def read(accounts: Sequence[RollupAccount]) -> list[GapRow]:
        documents = list_issued([each.account_id for each in accounts], month=month)
        invoices = _collect_invoices([each for each in documents if each.kind != "credit_note"], month)
        credit_notes = _collect_credits([each for each in documents if each.kind == "credit_note"], month)
        return [
            compute_gap(
                account,
                invoices=invoices[account.account_id],
                credit_notes=credit_notes[account.account_id],
                as_of=as_of,
            )
            for account in accounts
        ]

    return read


def _collect_invoices(documents: Sequence[IssuedDocument], month: Period) -> dict[int, list[MonthInvoice]]:
    settled = list_settled([each.document_id for each in documents], month=month)
    unpaid = [each for each in documents if each.gross_minor > sum(settled.get(each.document_id, ()))]
    charges = list_charges(each.document_id for each in unpaid)
    back = list_went_back(each.document_id for each in unpaid) if unpaid else {}
    problems = list_method_problems(list({each.account_id for each in unpaid if not each.is_remitted}))
    found: dict[int, list[MonthInvoice]] = defaultdict(list)
    for each in documents:
        live, last = charges.get(each.document_id, Charges())
        found[each.account_id].append(
            MonthInvoice(
                invoice=InvoiceRef(each.document_id, each.number),
                gross_minor=each.gross_minor,
                written_off_minor=each.written_off_minor,
                difference_minor=each.difference_minor,
                settled=settled.get(each.document_id, Settled()),
                circumstances=Circumstances(
                    each.due_on,
                    each.is_remitted,
                    live,
                    last,
                    problems.get(each.account_id, ""),
                    back.get(each.document_id, 0),
                ),
            )
        )
    return found


def _collect_credits(documents: Sequence[IssuedDocument], month: Period) -> dict[int, list[MonthCredit]]:
    used = list_credit_used([each.document_id for each in documents], month=month)
    found: dict[int, list[MonthCredit]] = defaultdict(list)
    for each in documents:
        document = InvoiceRef(each.document_id, each.number)
        found[each.account_id].append(MonthCredit(document, each.gross_minor, used.get(each.document_id, 0)))
    return found


def _list_cells(row: GapRow, link: GapLink) -> Iterator[tuple[str, ...]]:
    account = row.account
    who = (
        account.external_id,
        account.name,
        account.billing_mode,
        account.manager_name,
        account.manager_email,
        account.contact_name,
        account.contact_email,
        account.currency,
    )
    amounts: tuple[str, ...] = tuple(write_money(amount, currency=account.currency) for amount in row.amounts_minor)
    for reason in row.reasons:
        yield (
            *who,
            *amounts,
            reason.reason,
            write_money(reason.amount_minor, currency=account.currency),
            reason.why,
            reason.next_step,
            ", ".join(each.number for each in reason.invoices),
            link(account, reason),
            reason.dashboard_url,
        )
        amounts = ("",) * len(amounts)
