"""Which documents have changed for their recipient since they were last sent (ZUO-20)."""

from collections.abc import Sequence

from django.db import connection

from tallystick.accounts.models import AccountProfile, Contact
from tallystick.delivery.models import Delivery
from tallystick.invoicing.models import Allocation, Document, DocumentEvent

DELIVERIES = Delivery._meta.db_table
DOCUMENTS = Document._meta.db_table
EVENTS = DocumentEvent._meta.db_table
ALLOCATIONS = Allocation._meta.db_table
PROFILES = AccountProfile._meta.db_table
CONTACTS = Contact._meta.db_table


def list_changed_documents(document_ids: Sequence[int]) -> list[int]:
    """Those of the documents that were never sent, or of which something is new since they were, ascending.

    New is what their next copy would say or where it would go: a note against them, what was paid or taken back, an
    e-mail address of the account to which none went yet. What is queued and not out yet counts as sent.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.id
              FROM {DOCUMENTS} d
              LEFT JOIN LATERAL (
                   SELECT s.requested_at, s.sent_at, s.channel FROM {DELIVERIES} s
                    WHERE s.document_id = d.id AND s.status IN ('queued', 'sent') ORDER BY s.id DESC LIMIT 1) l ON TRUE
              LEFT JOIN {PROFILES} p ON p.account_id = d.account_id AND p.is_current
              LEFT JOIN {CONTACTS} c ON c.account_id = d.account_id AND c.role = 'billing'
             WHERE d.id = ANY(%s) AND (
                   l.requested_at IS NULL
                OR l.sent_at IS NOT NULL AND EXISTS (
                   SELECT 1 FROM {EVENTS} e WHERE e.document_id = d.id AND e.at > l.sent_at)
                OR l.sent_at IS NOT NULL AND EXISTS (
                   SELECT 1 FROM {ALLOCATIONS} a WHERE a.document_id = d.id AND a.created_at > l.sent_at)
                OR l.channel = 'email' AND coalesce(nullif(p.email, ''), c.email, '') <> '' AND NOT EXISTS (
                   SELECT 1 FROM {DELIVERIES} s WHERE s.document_id = d.id AND s.status IN ('queued', 'sent')
                      AND s.recipient = coalesce(nullif(p.email, ''), c.email, '')))
             ORDER BY 1
            """,
            [list(document_ids)],
        )
        return [row[0] for row in cursor.fetchall()]
