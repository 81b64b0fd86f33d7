"""Subscriptions whose money failed, came after all, or came for the first time: what a look finds, set-based."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from tallystick.accounts.models import Account
from tallystick.collection.queries.collectable import OPEN_MINOR
from tallystick.invoicing.models import Document, DocumentLine
from tallystick.payments.models import AttemptPurpose, PaymentAttempt
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.subscriptions.models import Subscription, SubscriptionService

ACCOUNTS = Account._meta.db_table
ATTEMPTS = PaymentAttempt._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table

#: What the attempt of a first payment is for: the subscription that it begins.
SUBSCRIPTION = "subscription:"
_FAILED = "('failed', 'canceled', 'expired')"

# Invoices that are open although they were tried: what was never sent is nobody's failure. With the subscriptions that
# they are for; `{0}` narrows documents `d`.
_OPEN_AFTER_FAILURE = (
    f"SELECT s.subscription_id FROM {DOCUMENTS} d JOIN {LINES} l ON l.document_id = d.id"
    f" JOIN {SERVICES} s ON s.id = l.subscription_service_id"
    f" WHERE d.status = 'posted' AND d.kind <> 'credit_note' AND {OPEN_MINOR} > 0 AND EXISTS ("
    f"SELECT 1 FROM {PURPOSES} p JOIN {ATTEMPTS} t ON t.id = p.attempt_id"
    f" WHERE p.purpose = 'document:' || d.id AND t.status IN {_FAILED} AND t.sends > 0)"
)
# The same where nothing is under way for them any more.
_NOTHING_UNDER_WAY = f" AND NOT EXISTS (SELECT 1 FROM {PURPOSES} w WHERE w.purpose = 'document:' || d.id AND w.is_live)"
_FAILED_SINCE = (
    f" AND d.account_id IN (SELECT t.account_id FROM {ATTEMPTS} t WHERE t.status IN {_FAILED} AND t.final_at >= %s)"
)


def list_failed_renewals(*, since: datetime, account_ids: Collection[int] | None = None) -> list[int]:
    """Active subscriptions of self-serve accounts with an invoice that could not be collected: of these accounts, or of
    all for which something failed since then."""
    narrowed = _FAILED_SINCE if account_ids is None else " AND d.account_id = ANY(%s::bigint[])"
    params: list[Any] = [since if account_ids is None else as_array(account_ids)]
    rows = fetch_rows(
        f"SELECT b.id FROM {SUBSCRIPTIONS} b JOIN {ACCOUNTS} a ON a.id = b.account_id"
        " WHERE b.status = 'active' AND a.billing_mode = 'self_serve'"
        f" AND b.id IN ({_OPEN_AFTER_FAILURE}{_NOTHING_UNDER_WAY}{narrowed}) ORDER BY b.id",
        params,
    )
    return [row[0] for row in rows]


def list_recovered(account_ids: Collection[int] | None = None) -> list[int]:
    """Past due subscriptions, of these accounts or of all, of which nothing that failed is open any more, however it
    was paid."""
    narrowed, params = _narrow(account_ids)
    rows = fetch_rows(
        f"SELECT b.id FROM {SUBSCRIPTIONS} b WHERE b.status = 'past_due'{narrowed}"
        f" AND NOT EXISTS ({_OPEN_AFTER_FAILURE} AND s.subscription_id = b.id) ORDER BY b.id",
        params,
    )
    return [row[0] for row in rows]


def list_paid_beginnings(account_ids: Collection[int] | None = None) -> list[int]:
    """Drafts and trials, of these accounts or of all, whose first payment has arrived."""
    narrowed, params = _narrow(account_ids)
    rows = fetch_rows(
        f"SELECT b.id FROM {SUBSCRIPTIONS} b WHERE b.status IN ('draft', 'trialing'){narrowed} AND EXISTS ("
        f"SELECT 1 FROM {PURPOSES} p JOIN {ATTEMPTS} t ON t.id = p.attempt_id"
        f" WHERE p.purpose = '{SUBSCRIPTION}' || b.id AND t.status = 'succeeded') ORDER BY b.id",
        params,
    )
    return [row[0] for row in rows]


def _narrow(account_ids: Collection[int] | None) -> tuple[str, list[Any]]:
    if account_ids is None:
        return "", []
    return " AND b.account_id = ANY(%s::bigint[])", [as_array(account_ids)]
