"""The statement behind the payments rollup: money that arrived, and charges that did not succeed, as one list."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from tallystick.accounts.models import Account
from tallystick.invoicing.models import CreditSource
from tallystick.payments.core.attempt_lifecycle import FINAL
from tallystick.payments.models import Dispute, GatewayAccount, Payment, PaymentAttempt, PaymentMethod
from tallystick.periods.period import Period
from tallystick.rollups.core.attempt_words import ARRIVED, BUCKET_OF_STATUS, UNKNOWN
from tallystick.rollups.core.payments import PAGE, SAVED_METHOD, TRANSFER, PaymentFilters
from tallystick.rollups.queries.rollup_accounts import contains_pattern
from tallystick.sellers.models import Seller

ACCOUNTS = Account._meta.db_table
PAYMENTS = Payment._meta.db_table
ATTEMPTS = PaymentAttempt._meta.db_table
METHODS = PaymentMethod._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table
SELLERS = Seller._meta.db_table
SOURCES = CreditSource._meta.db_table
DISPUTES = Dispute._meta.db_table

_FINAL = ", ".join(f"'{status}'" for status in sorted(FINAL))
_CASES = " ".join(f"WHEN '{status}' THEN '{bucket}'" for status, bucket in BUCKET_OF_STATUS.items())
_BUCKET = (
    f"CASE WHEN t.quarantine_reason <> '' AND t.status NOT IN ({_FINAL}) THEN '{UNKNOWN}'"
    f" ELSE CASE t.status {_CASES} END END"
)

_DAY_TRIED = "(t.created_at AT TIME ZONE l.time_zone)::date"

# A charge whose customer pays on a page has no saved method.
_WAY = f"CASE t.kind WHEN 'checkout' THEN '{PAGE}' WHEN 'collect' THEN '{SAVED_METHOD}' ELSE '{TRANSFER}' END"
_TAKEN_BACK = (
    f"(SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM {DISPUTES} e"
    " WHERE e.payment_id = p.id AND e.status <> 'won')"
)

_WHY_TAKEN_BACK = (
    f"coalesce((SELECT e.code FROM {DISPUTES} e WHERE e.payment_id = p.id AND e.status <> 'won'"
    " ORDER BY e.id DESC LIMIT 1), '')"
)

# A row's key tells the two kinds apart: even for what arrived, odd for what was tried.
_ARRIVED = f"""
    SELECT p.id * 2 AS key, p.received_on AS on_day, p.recorded_at AS at, p.kind, {_WAY} AS way, a.id AS account_id,
           a.external_id, a.name, p.amount_minor, coalesce(s.withdrawn_minor, 0) AS given_back_minor,
           {_TAKEN_BACK} AS taken_back_minor, greatest(coalesce(s.remaining_minor, 0), 0) AS unused_minor,
           p.currency, '{ARRIVED}' AS bucket, 'succeeded' AS status, p.gateway,
           coalesce(m.label, '') AS method_label, p.reference, coalesce(t.dashboard_url, '') AS dashboard_url,
           {_WHY_TAKEN_BACK} AS failure_code, '' AS quarantine_reason, p.id AS payment_id, t.id AS attempt_id
      FROM {PAYMENTS} p JOIN {ACCOUNTS} a ON a.id = p.account_id LEFT JOIN {SOURCES} s ON s.payment_id = p.id
      LEFT JOIN {ATTEMPTS} t ON t.id = p.attempt_id LEFT JOIN {METHODS} m ON m.id = t.method_id
     WHERE a.seller_id = %s
"""
_TRIED = f"""
    SELECT t.id * 2 + 1 AS key, {_DAY_TRIED} AS on_day, t.created_at AS at, 'gateway' AS kind, {_WAY} AS way,
           a.id AS account_id, a.external_id, a.name, t.amount_minor, 0 AS given_back_minor, 0 AS taken_back_minor,
           0 AS unused_minor, t.currency, {_BUCKET} AS bucket, t.status, g.kind AS gateway,
           coalesce(m.label, '') AS method_label, t.gateway_ref AS reference, t.dashboard_url, t.failure_code,
           t.quarantine_reason, NULL::bigint AS payment_id, t.id AS attempt_id
      FROM {ATTEMPTS} t JOIN {ACCOUNTS} a ON a.id = t.account_id LEFT JOIN {METHODS} m ON m.id = t.method_id
      JOIN {GATEWAYS} g ON g.id = t.gateway_account_id JOIN {SELLERS} l ON l.id = a.seller_id
     WHERE t.status <> 'succeeded' AND a.seller_id = %s
"""


class Half(NamedTuple):
    """One half of the list: money that arrived, or charges that did not succeed. `day` and `id` are its own columns."""

    select: str
    params: tuple[Any, ...]
    day: str
    id: str

    def narrow(self, condition: str, *params: Any) -> Self:
        """Only rows for which this holds too."""
        return self._replace(select=f"{self.select} AND {condition}", params=(*self.params, *params))


class Halves(NamedTuple):
    """The whole list."""

    arrived: Half
    tried: Half


class Sought(NamedTuple):
    """A text to search for, and the payments and attempts of the invoice with that number."""

    text: str
    payment_ids: Sequence[int]
    attempt_ids: Sequence[int]


def compose_halves(
    seller: Seller, *, filters: PaymentFilters, month: Period | None = None, sought: Sought | None = None
) -> Halves:
    """Everything that arrived for a seller or was tried, as far as the filters leave it.

    Of the filters, the month and the text come as what they mean: its days, and the payments of that invoice.
    """
    zone = seller.time_zone
    arrived = Half(_ARRIVED, (seller.pk,), "p.received_on", "p.id")
    tried = Half(_TRIED, (seller.pk,), _DAY_TRIED, "t.id")
    if month is not None:
        days = "p.received_on >= %s AND p.received_on < %s"
        instants = "t.created_at >= %s AND t.created_at < %s"
        arrived = arrived.narrow(days, month.start_on, month.end_on)
        tried = tried.narrow(instants, *(_midnight(on, zone) for on in month))
    for asked, of_arrived, of_tried in _list_conditions(filters):
        if asked:
            arrived, tried = arrived.narrow(f"{of_arrived} = %s", asked), tried.narrow(f"{of_tried} = %s", asked)
    if filters.is_unused:
        arrived, tried = arrived.narrow("s.remaining_minor > 0"), tried.narrow("false")
    if sought is not None:
        arrived, tried = _search(arrived, tried, sought)
    return Halves(arrived, tried)


def _list_conditions(filters: PaymentFilters) -> Sequence[tuple[object, str, str]]:
    """What is asked for, and what has to be equal to it in each half."""
    return (
        (filters.bucket, f"'{ARRIVED}'", _BUCKET),
        (filters.status, "'succeeded'", "t.status"),
        (filters.way, _WAY, _WAY),
        (filters.gateway, "p.gateway", "g.kind"),
        (filters.account_external_id, "a.external_id", "a.external_id"),
    )


def compose_page(halves: Halves, *, after: tuple[date, int] | None, limit: int) -> tuple[str, list[Any]]:
    """A page of the list, newest day first, from the row after the one with that day and key."""
    parts: list[str] = []
    params: list[Any] = []
    for half, is_odd in zip(halves, (0, 1), strict=True):
        page = half
        if after is not None:  # the half's own columns, so that an index leads to the place
            day, key = after
            page = half.narrow(f"({half.day}, {half.id}) < (%s, %s)", day, (key + 1 - is_odd) // 2)
        parts.append(f"({page.select} ORDER BY {half.day} DESC, {half.id} DESC LIMIT %s)")
        params += [*page.params, limit]
    return f"{' UNION ALL '.join(parts)} ORDER BY on_day DESC, key DESC LIMIT %s", [*params, limit]


def compose_totals(halves: Halves) -> tuple[str, list[Any]]:
    """Currency, bucket, count of the whole list, and the sums of what came, went back and settled nothing."""
    union = " UNION ALL ".join(half.select for half in halves)
    sums = (
        "SELECT currency, bucket, count(*), sum(amount_minor)::bigint, sum(given_back_minor)::bigint,"
        " sum(unused_minor)::bigint"
    )
    statement = f"{sums} FROM ({union}) listed GROUP BY 1, 2 ORDER BY 1, 2"
    return statement, [param for half in halves for param in half.params]


def _search(arrived: Half, tried: Half, sought: Sought) -> tuple[Half, Half]:
    pattern = contains_pattern(sought.text)
    who = "a.name ILIKE %s OR a.external_id ILIKE %s"
    return (
        arrived.narrow(
            f"({who} OR p.reference ILIKE %s OR p.id = ANY(%s) OR p.attempt_id = ANY(%s))",
            *(pattern, pattern, pattern, list(sought.payment_ids), list(sought.attempt_ids)),
        ),
        tried.narrow(
            f"({who} OR t.gateway_ref ILIKE %s OR t.id = ANY(%s))",
            *(pattern, pattern, pattern, list(sought.attempt_ids)),
        ),
    )


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(zone))
