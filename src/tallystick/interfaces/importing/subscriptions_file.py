"""The file of subscriptions: one row is one service of a subscription; rows of one subscription belong together."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tallystick.errors import Problem
from tallystick.interfaces.importing.columns import Column
from tallystick.interfaces.importing.values import (
    parse_choice,
    parse_day,
    parse_decimal,
    parse_text,
    parse_whole,
    parse_yes_no,
)
from tallystick.subscriptions.core.new_subscription import NewDiscount, NewService, NewSubscription

ACTIVE, CANCELED, DRAFT = "active", "canceled", "draft"

#: What all rows of a subscription say alike.
SHARED = (
    Column(
        "subscription",
        parse_text,
        "id of the subscription where it comes from; with the account its key",
        is_required=True,
        default="",
    ),
    Column("account", parse_text, "external id of the account", is_required=True, default=""),
    Column("plan", parse_text, "code of the plan", is_required=True, default=""),
    Column(
        "status",
        parse_choice(ACTIVE, CANCELED, DRAFT),
        "`active`, `canceled`, or `draft` where it is not effective yet; empty: `active`",
        default=ACTIVE,
    ),
    Column("interval_months", parse_whole, "months from bill to bill; empty: as the plan says"),
    Column("interval_days", parse_whole, "days from bill to bill, instead of months"),
    Column("anchor_day", parse_whole, "day of the month that cycles start from, 31 for the last; empty: the account's"),
    Column("commitment_months", parse_whole, "agreed minimum term; empty: none", default=0),
    Column(
        "collection_method",
        parse_choice("automatic", "remittance"),
        "`automatic` or `remittance`; empty: by the account's billing mode",
        default="",
    ),
    Column("is_auto_renewed", parse_yes_no, "`yes`: bill runs renew its term when it ends; empty: as it is"),
    Column("is_invoiced_separately", parse_yes_no, "`yes`: on an invoice of its own", default=False),
)

OWN = (
    Column("service", parse_text, "code of the service, which must be in the plan", is_required=True, default=""),
    Column("line", parse_text, "tells two rows of one service apart; empty: the service's code", default=""),
    Column("description", parse_text, "text on the invoice; empty: the service's name", default=""),
    Column("quantity", parse_decimal, "how many, four decimals at most; empty: 1", default=Decimal(1)),
    Column("unit_price", parse_decimal, "agreed price of one unit and interval; empty: the list price"),
    Column("discount_percent", parse_decimal, "percent off, above 0 and at most 100"),
    Column("discount_amount", parse_decimal, "amount off a full period; below 0 it is an agreed surcharge"),
    Column("discount_label", parse_text, "text of the discount on the invoice; empty: `Discount`", default="Discount"),
    Column("discount_from", parse_day, "first day of the discount; empty: from the start"),
    Column("discount_until", parse_day, "first day without it; empty: until further notice"),
    Column("starts_on", parse_day, "first day of service", is_required=True),
    Column("ends_on", parse_day, "first day without service; empty: until further notice"),
    Column("billed_elsewhere_until", parse_day, "first day that is ours to bill, where another system billed before"),
)

COLUMNS = (*SHARED, *OWN)
_SHARED_NAMES = tuple(column.name for column in SHARED)
_DISCOUNT_NAMES = ("discount_label", "discount_from", "discount_until")
_DISCOUNT_VALUES = frozenset({"discount_percent", "discount_amount"})

#: Of what hangs on a cell that could not be read nothing can be said either.
_HANGING_ON = {
    "account": {"service"},
    "subscription": {"service"},
    "service": {"line"},
    "ends_on": {"is_auto_renewed"},
    "commitment_months": {"is_auto_renewed"},
}


class ServiceRow(NamedTuple):
    """A row: what its subscription says, and its service. `unread` names the columns that could not be read."""

    line: int
    shared: tuple[Any, ...]
    service: NewService
    unread: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str, int]:
        """Account and subscription; a row that does not say whose it is stands alone."""
        account, subscription = self.shared[1], self.shared[0]
        return account, subscription, 0 if account and subscription else self.line


class SubscriptionRows(NamedTuple):
    """A subscription with the lines of its services in the file, and the fields that nothing can be said about."""

    subscription: NewSubscription
    lines: Sequence[int]
    unsure: frozenset[str]


def make_service_row(
    line: int, values: Mapping[str, Any], *, unread: frozenset[str] = frozenset()
) -> tuple[ServiceRow, list[Problem]]:
    """The service of a row, and what its cells say against each other.

    `unread` are the columns that could not be read or are missing: what takes their place clashes with nothing.
    """
    discounts, problems = _make_discounts(values)
    service = NewService(
        service=values["service"],
        starts_on=values["starts_on"] or _find_harmless_start(values),
        ends_on=values["ends_on"],
        quantity=values["quantity"],
        unit_price_override=Decimal(0) if "unit_price" in unread else values["unit_price"],
        description=values["description"],
        external_id=values["line"],
        billed_elsewhere_until=values["billed_elsewhere_until"],
        discounts=discounts,
    )
    row = ServiceRow(line, tuple(values[name] for name in _SHARED_NAMES), service, unread)
    return row, [] if unread & _DISCOUNT_VALUES else problems


def _find_harmless_start(values: Mapping[str, Any]) -> date:
    dates = [values[name] for name in ("ends_on", "billed_elsewhere_until") if values[name] is not None]
    return min(dates, default=date.max)


def _make_discounts(values: Mapping[str, Any]) -> tuple[tuple[NewDiscount, ...], list[Problem]]:
    percent, amount = values["discount_percent"], values["discount_amount"]
    terms = [values[name] for name in _DISCOUNT_NAMES]
    if percent is not None and amount is not None:
        return (), [Problem("discount_amount", "can't stand beside discount_percent: one row has one discount")]
    if percent is not None:
        return (NewDiscount("percent", percent, *terms),), []
    if amount is not None:
        return (NewDiscount("amount", amount, *terms),), []
    if values["discount_from"] or values["discount_until"]:
        return (), [Problem("discount_percent", "or discount_amount is missing, but the discount has dates")]
    return (), []


def find_contradictions(first: ServiceRow, row: ServiceRow) -> list[Problem]:
    """What a row says of its subscription otherwise than the first one."""
    return [
        Problem(name, f"differs from line {first.line} of the same subscription")
        for name, told, value in zip(_SHARED_NAMES, first.shared, row.shared, strict=True)
        if told != value and name not in row.unread | first.unread
    ]


def make_subscription(rows: Sequence[ServiceRow]) -> SubscriptionRows:
    """The subscription of its rows. It starts with the first of its services and ends with the last of them."""
    shared = dict(zip(_SHARED_NAMES, rows[0].shared, strict=True))
    services = tuple(row.service for row in rows)
    subscription = NewSubscription(
        external_id=shared["subscription"],
        account=shared["account"],
        plan=shared["plan"],
        services=services,
        starts_on=min(service.starts_on for service in services),
        ends_on=_settle_end(services),
        interval_months=shared["interval_months"],
        interval_days=shared["interval_days"],
        anchor_day=shared["anchor_day"],
        commitment_months=shared["commitment_months"],
        collection_method=shared["collection_method"],
        is_invoiced_separately=shared["is_invoiced_separately"],
        is_auto_renewed=shared["is_auto_renewed"],
        is_canceled=shared["status"] == CANCELED,
        is_draft=shared["status"] == DRAFT,
    )
    unread = frozenset[str]().union(*(row.unread for row in rows))
    unsure = unread.union(*(_HANGING_ON.get(name, ()) for name in unread))
    return SubscriptionRows(subscription, [row.line for row in rows], unsure)


def _settle_end(services: Sequence[NewService]) -> date | None:
    ends = [service.ends_on for service in services if service.ends_on is not None]
    return max(ends) if len(ends) == len(services) else None
