"""Breaches of what repairs promise (invariant 5): what was taken back is credited, and its successor begins there."""

from tallystick.invoicing.models import BillingClaim, Document, DocumentLine
from tallystick.subscriptions.models import SubscriptionService

CLAIMS = BillingClaim._meta.db_table
DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
SERVICES = SubscriptionService._meta.db_table

# (invariant, what the row is, what is wrong with it, query whose columns fill the two texts)
REPAIR_CHECKS: tuple[tuple[int, str, str, str], ...] = (
    (
        5,
        "subscription service {0}",
        "its claim from {1} was cut from {2} to {3}, but document {4} was never credited for it",
        # Days that come to less than a minor unit leave nothing to credit.
        f"""
        SELECT c.subscription_service_id, c.start_on, l.period_end_on, c.end_on, c.document_id
          FROM {CLAIMS} c
          JOIN {DOCUMENTS} d ON d.id = c.document_id AND d.status = 'posted'
          JOIN {LINES} l ON l.document_id = c.document_id AND l.subscription_service_id = c.subscription_service_id
               AND l.period_start_on = c.start_on AND l.period_end_on > c.end_on
         WHERE c.released_at IS NULL AND c.kind = 'recurring'
         GROUP BY c.subscription_service_id, c.start_on, l.period_end_on, c.end_on, c.document_id
        HAVING abs(sum(l.net_minor)) * (l.period_end_on - c.end_on) >= l.period_end_on - c.start_on
           AND NOT EXISTS (
               SELECT 1 FROM {LINES} n JOIN {DOCUMENTS} nd ON nd.id = n.document_id AND nd.status = 'posted'
                WHERE n.corrects_document_id = c.document_id AND n.corrects_position = ANY(array_agg(l.position)))
         ORDER BY 1, 2
        """,
    ),
    (
        5,
        "subscription service {0}",
        "billed through {1}, though subscription service {2} takes its place on {3}",
        f"""
        SELECT s.id, max(c.end_on), r.id, r.starts_on
          FROM {SERVICES} r JOIN {SERVICES} s ON s.id = r.replaces_id
          JOIN {CLAIMS} c ON c.subscription_service_id = s.id AND c.released_at IS NULL AND c.kind = 'recurring'
         WHERE c.end_on > r.starts_on GROUP BY s.id, r.id ORDER BY 1
        """,
    ),
)
