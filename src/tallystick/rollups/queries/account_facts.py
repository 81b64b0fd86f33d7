"""All that the billing rollup is computed from, of many accounts in one statement.

What an account has agreed comes as its `kind`: a digest of all the terms that decide what it is worth. Accounts of one
kind are worth the same, so that only one of them is rated, and the totals of a hundred thousand accounts are a sum over
some hundred groups.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from tallystick.accounts.models import Account
from tallystick.invoicing.models import Document
from tallystick.ledger.models import AccountBalance
from tallystick.payments.models import GatewayAccount, PaymentMethod
from tallystick.periods.period import Period
from tallystick.rollups.core.billing import Asked, Owed, find_billing_state
from tallystick.rollups.core.revenue_class import PaymentRelation
from tallystick.rollups.queries.agreed_services import (
    ACCOUNT_DISCOUNTS,
    DISCOUNTS,
    RUNNING,
    SERVICE_TERMS,
    SHARED_DISCOUNTS,
    WHEN_RUNNING,
    running_params,
)
from tallystick.rollups.queries.coverage import COVERING_INVOICE
from tallystick.rollups.queries.documents_sql import IS_OPEN, ISSUED, OPEN_MINOR, SIGNED_GROSS
from tallystick.rollups.queries.due_sql import DUE_ACCOUNTS, DUE_PARAMS

ACCOUNTS = Account._meta.db_table
DOCUMENTS = Document._meta.db_table
BALANCES = AccountBalance._meta.db_table
METHODS = PaymentMethod._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table

_THESE = f"SELECT a.id, a.currency, a.billing_mode FROM {ACCOUNTS} a WHERE a.id = ANY(%(account_ids)s)"

_COVERING = COVERING_INVOICE.format(
    account="who.id", condition="(who.billing_mode = 'managed' OR methods.is_chargeable IS NOT TRUE)"
)

# Who owes nothing is not looked up among open documents; nor among paid ones who is not managed and has a method that
# works, since they are paying already, whatever was paid before.
_FACTS = f"""
    subscribed AS (
        SELECT b.account_id, b.id, bool_or(b.collection_method = 'remittance') AS remits,
               string_agg(ROW(who.currency, coalesce(f.plan_id, b.plan_id), b.status, {SERVICE_TERMS},
                              less.terms)::text, '' ORDER BY s.id) AS terms
          FROM who JOIN {RUNNING} ON b.account_id = who.id AND {WHEN_RUNNING}
          LEFT JOIN LATERAL (
               SELECT string_agg(ROW(l.kind, l.value, l.from_on, l.until_on)::text, '' ORDER BY l.position) AS terms
                 FROM {DISCOUNTS} l WHERE l.subscription_service_id = s.id) less ON true
         GROUP BY 1, 2),
    agreed AS (
        SELECT y.account_id, bool_or(y.remits) AS remits,
               md5(string_agg(y.terms || coalesce(shared.terms, ''), '|' ORDER BY y.id)
                   || coalesce(max(everywhere.terms), '')) AS kind
          FROM subscribed y
          LEFT JOIN (SELECT l.subscription_id,
                            string_agg(ROW(l.kind, l.value, l.from_on, l.until_on)::text, ''
                                       ORDER BY l.position) AS terms
                       FROM {SHARED_DISCOUNTS} l GROUP BY 1) shared ON shared.subscription_id = y.id
          LEFT JOIN (SELECT l.account_id,
                            string_agg(ROW(l.percent, l.from_on, l.until_on)::text, '' ORDER BY l.position) AS terms
                       FROM {ACCOUNT_DISCOUNTS} l GROUP BY 1) everywhere ON everywhere.account_id = y.account_id
         GROUP BY 1),
    asked AS (
        SELECT d.account_id, coalesce(sum({SIGNED_GROSS}) FILTER (WHERE {ISSUED}), 0)::bigint AS should_pay_minor,
               coalesce(sum({SIGNED_GROSS}) FILTER (WHERE d.status = 'draft'), 0)::bigint AS drafted_minor,
               bool_or({ISSUED}) AS has_posted, bool_or(d.status = 'draft') AS has_drafts
          FROM who JOIN {DOCUMENTS} d ON d.account_id = who.id
           AND d.invoice_on >= %(month_start_on)s AND d.invoice_on < %(month_end_on)s GROUP BY 1),
    due AS ({DUE_ACCOUNTS}),
    owed AS (
        SELECT b.account_id, b.receivable_minor, coalesce((
               SELECT sum({OPEN_MINOR}) FROM {DOCUMENTS} d
                WHERE d.account_id = b.account_id AND {IS_OPEN} AND d.due_on < %(as_of)s), 0)::bigint AS overdue_minor
          FROM who JOIN {BALANCES} b ON b.account_id = who.id WHERE b.receivable_minor <> 0),
    methods AS (
        SELECT m.account_id, m.state <> 'revoked' AS is_known, m.state = 'valid' AND g.is_active AS is_chargeable
          FROM who JOIN {METHODS} m ON m.account_id = who.id AND m.is_default
          JOIN {GATEWAYS} g ON g.id = m.gateway_account_id),
    facts AS (
        SELECT who.id, who.currency, coalesce(agreed.kind, '') AS kind, who.billing_mode = 'managed' AS is_managed,
               coalesce(methods.is_chargeable, false) AS is_chargeable, coalesce(methods.is_known, false) AS is_known,
               who.billing_mode = 'managed' OR coalesce(agreed.remits, false) AS pays_by_transfer,
               covering.until_on AS paid_until,
               coalesce(asked.should_pay_minor, 0) AS should_pay_minor,
               coalesce(asked.drafted_minor, 0) AS drafted_minor,
               coalesce(owed.receivable_minor, 0) AS receivable_minor,
               coalesce(owed.overdue_minor, 0) AS overdue_minor,
               coalesce(asked.has_posted, false) AS has_posted,
               due.account_id IS NOT NULL OR coalesce(asked.has_drafts, false) AS has_due
          FROM who LEFT JOIN agreed ON agreed.account_id = who.id LEFT JOIN asked ON asked.account_id = who.id
          LEFT JOIN due ON due.account_id = who.id LEFT JOIN owed ON owed.account_id = who.id
          LEFT JOIN methods ON methods.account_id = who.id
          LEFT JOIN LATERAL ({_COVERING}) covering ON true)
"""


class Moment(NamedTuple):
    """The month that is asked about, the day whose prices and services count, and today."""

    month: Period
    on: date
    as_of: date

    def params(self) -> dict[str, Any]:
        """As parameters of the statement."""
        month_start_on, month_end_on = self.month
        return {
            **running_params(self.on),
            **DUE_PARAMS,
            "month_start_on": month_start_on,
            "month_end_on": month_end_on,
            "as_of": self.as_of,
        }


class AccountFacts(NamedTuple):
    """One account. `kind` is "" where nothing runs; `billing_state` one of BILLING_STATES."""

    account_id: int
    kind: str
    pays: PaymentRelation
    asked: Asked
    owed: Owed
    billing_state: str


class AccountGroup(NamedTuple):
    """Accounts of one currency that are worth the same, pay in the same way and are billed as far; amounts are sums.

    `example_id` is one of them.
    """

    example_id: int
    currency: str
    kind: str
    accounts: int
    pays: PaymentRelation
    asked: Asked
    owed: Owed
    billing_state: str


def list_account_facts(account_ids: Sequence[int], *, moment: Moment) -> dict[int, AccountFacts]:
    """The facts of these accounts, by id."""
    rows = _fetch(
        _THESE,
        """
        SELECT id, kind, is_managed, is_chargeable, is_known, pays_by_transfer, paid_until,
               should_pay_minor, drafted_minor, receivable_minor, overdue_minor, has_posted, has_due FROM facts
        """,
        {"account_ids": list(account_ids)},
        moment,
    )
    return {
        account_id: AccountFacts(
            account_id,
            kind,
            PaymentRelation(*facts[:5]),
            Asked(*facts[5:7]),
            Owed(*facts[7:9]),
            find_billing_state(has_posted=has_posted, has_due=has_due),
        )
        for account_id, kind, *facts, has_posted, has_due in rows
    }


def list_account_groups(who: str, *, params: Mapping[str, Any], moment: Moment) -> list[AccountGroup]:
    """The facts of accounts, summed up by what decides their revenue. `who` selects id, currency and billing_mode."""
    rows = _fetch(
        who,
        """
        SELECT min(id), currency, kind, count(*),
               is_managed, is_chargeable, is_known, pays_by_transfer, max(paid_until),
               sum(should_pay_minor)::bigint, sum(drafted_minor)::bigint,
               sum(receivable_minor)::bigint, sum(overdue_minor)::bigint, has_posted, has_due
          FROM facts GROUP BY currency, kind, is_managed, is_chargeable, is_known, pays_by_transfer, paid_until IS NULL,
               has_posted, has_due
        """,
        params,
        moment,
    )
    return [
        AccountGroup(
            example_id,
            currency,
            kind,
            accounts,
            PaymentRelation(*facts[:5]),
            Asked(*facts[5:7]),
            Owed(*facts[7:]),
            find_billing_state(has_posted=has_posted, has_due=has_due),
        )
        for example_id, currency, kind, accounts, *facts, has_posted, has_due in rows
    ]


def _fetch(who: str, select: str, params: Mapping[str, Any], moment: Moment) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"WITH who AS MATERIALIZED ({who}), {_FACTS} {select}", {**params, **moment.params()})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
