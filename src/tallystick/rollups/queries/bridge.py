"""What lies between the payments rollup of a month, by the day of arrival, and the gap, by the invoices paid."""

from datetime import date
from typing import NamedTuple

from django.db import connection

from tallystick.accounts.models import Account
from tallystick.payments.models import Payment
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.months import month_of
from tallystick.rollups.queries.documents_sql import ISSUED
from tallystick.rollups.queries.gap_facts import DOCUMENTS, IN_MONTH, SETTLED_BY, month_params
from tallystick.sellers.models import Seller

ACCOUNTS = Account._meta.db_table
PAYMENTS = Payment._meta.db_table

_FOR_MONTH = "p.recorded_at >= d.posted_at"  # else it waited as customer credit: the gap counts that apart


class Bridge(NamedTuple):
    """One currency, in minor units. What the gap says has arrived for a month's invoices is `in_month` + `later` +
    `before`, by the day on which the money came; what the payments rollup says has arrived in the month is `in_month` +
    `elsewhere`, which settled invoices of other months, waited as credit, or was not used yet.
    """

    currency: str
    in_month_minor: int
    later_minor: int
    before_minor: int
    arrived_minor: int

    @property
    def elsewhere_minor(self) -> int:
        """What arrived in the month and is not for its invoices."""
        return self.arrived_minor - self.in_month_minor


def list_bridges(seller: Seller, *, month: date, as_of: date, actor: Actor) -> list[Bridge]:
    """The bridge of a month, by currency. Refuses PermissionMissing, MonthNotBegun."""
    actor.require(ROLLUPS_READ)
    params: dict[str, date | int] = {**month_params(month_of(month, as_of=as_of)), "seller_id": seller.pk}
    received = "p.received_on >= %(month_start_on)s AND p.received_on < %(month_end_on)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH used AS (
                 SELECT d.currency, sum(x.amount_minor) FILTER (WHERE {received}) AS in_month,
                        sum(x.amount_minor) FILTER (WHERE p.received_on >= %(month_end_on)s) AS later,
                        sum(x.amount_minor) FILTER (WHERE p.received_on < %(month_start_on)s) AS before
                   FROM {DOCUMENTS} d {SETTLED_BY}
                  WHERE d.seller_id = %(seller_id)s AND {ISSUED} AND {IN_MONTH} AND {_FOR_MONTH} GROUP BY 1),
            arrived AS (
                 SELECT p.currency, sum(p.amount_minor) AS amount FROM {PAYMENTS} p
                   JOIN {ACCOUNTS} a ON a.id = p.account_id AND a.seller_id = %(seller_id)s
                  WHERE {received} GROUP BY 1)
            SELECT coalesce(u.currency, r.currency), coalesce(u.in_month, 0)::bigint, coalesce(u.later, 0)::bigint,
                   coalesce(u.before, 0)::bigint, coalesce(r.amount, 0)::bigint
              FROM used u FULL JOIN arrived r ON r.currency = u.currency ORDER BY 1
            """,
            params,
        )
        return [Bridge(*row) for row in cursor.fetchall()]
