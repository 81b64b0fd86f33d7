"""Write down deliveries in bulk: one row a document that goes by a channel, queued, skipped or failed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.delivery.core.lifecycle import EMAIL, PRINT
from tallystick.delivery.core.selection import NO_ADDRESS, ZERO_TOTAL
from tallystick.delivery.models import Delivery
from tallystick.invoicing.models import Document
from tallystick.sellers.models import BillingRule

DELIVERIES = Delivery._meta.db_table
DOCUMENTS = Document._meta.db_table
ACCOUNTS = Account._meta.db_table
PROFILES = AccountProfile._meta.db_table
CONTACTS = Contact._meta.db_table
RULES = BillingRule._meta.db_table

PREFERENCES = {EMAIL: "is_emailed", PRINT: "is_printed"}
"""The column of an account that says whether it is served by a channel."""


class Ask(NamedTuple):
    """What was asked for: `recipient` replaces the account's address, `by_preference` leaves the channel to it."""

    document_ids: Sequence[int]
    by_preference: bool
    recipient: str
    is_repeat: bool
    requested_by: str
    at: datetime
    mails_zero: bool | None = None
    """Whether documents of zero go out; None: as the billing rule says (ZUO-20)."""


class Row(NamedTuple):
    """A delivery that was written down."""

    delivery_id: int
    channel: str
    status: str
    reason: str


def insert_deliveries(ask: Ask, *, channel: str) -> list[Row]:
    """Insert what the documents' accounts are to get by `channel`; a document that has its delivery keeps that one.

    The address is the account's present one, since a letter to an old address helps nobody: the current profile's, else
    the billing contact's. Documents of zero are skipped where the billing rule says so, unless an address was typed.
    """
    is_wanted = f"a.{PREFERENCES[channel]}" if ask.by_preference else "TRUE"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH wanted AS (
                SELECT d.id AS document_id, d.account_id,
                       d.gross_minor = 0 AND NOT coalesce(%(mails_zero)s, r.mails_zero_invoices)
                       AND %(typed)s = '' AS is_left_out,
                       CASE WHEN %(channel)s <> 'email' THEN ''
                            ELSE coalesce(nullif(%(typed)s, ''), nullif(p.email, ''), c.email, '') END AS address
                  FROM {DOCUMENTS} d JOIN {ACCOUNTS} a ON a.id = d.account_id
                  JOIN {RULES} r ON r.seller_id = d.seller_id
                  LEFT JOIN {PROFILES} p ON p.account_id = a.id AND p.is_current
                  LEFT JOIN {CONTACTS} c ON c.account_id = a.id AND c.role = 'billing'
                 WHERE d.id = ANY(%(documents)s) AND {is_wanted}),
            judged AS (
                SELECT *, NOT is_left_out AND %(channel)s = 'email' AND address = '' AS is_without_address FROM wanted)
            INSERT INTO {DELIVERIES}
                   (document_id, account_id, channel, recipient, status, reason, is_repeat, requested_by, requested_at)
            SELECT document_id, account_id, %(channel)s, address,
                   CASE WHEN is_left_out THEN 'skipped' WHEN is_without_address THEN 'failed' ELSE 'queued' END,
                   CASE WHEN is_left_out THEN %(zero)s WHEN is_without_address THEN %(no_address)s ELSE '' END,
                   %(is_repeat)s, %(by)s, %(at)s
              FROM judged ORDER BY document_id
            ON CONFLICT (document_id, channel) WHERE NOT is_repeat DO NOTHING
            RETURNING id, channel, status, reason
            """,
            {
                "documents": list(ask.document_ids),
                "channel": channel,
                "typed": ask.recipient,
                "mails_zero": ask.mails_zero,
                "zero": ZERO_TOTAL,
                "no_address": NO_ADDRESS,
                "is_repeat": ask.is_repeat,
                "by": ask.requested_by,
                "at": ask.at,
            },
        )
        return [Row(*row) for row in cursor.fetchall()]


def count_wanted(ask: Ask, *, channel: str) -> int:
    """How many of the documents go by `channel`, asked for before or now."""
    documents = Document.objects.filter(pk__in=list(ask.document_ids))
    return documents.filter(**({f"account__{PREFERENCES[channel]}": True} if ask.by_preference else {})).count()
