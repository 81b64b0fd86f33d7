"""Until when what a managed account paid covers it (DEM-35), in SQL."""

from tallystick.invoicing.models import Allocation, CreditSource, Document, DocumentLine
from tallystick.payments.models import Payment
from tallystick.subscriptions.models import Subscription, SubscriptionService

DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
ALLOCATIONS = Allocation._meta.db_table
SOURCES = CreditSource._meta.db_table
PAYMENTS = Payment._meta.db_table
SERVICES = SubscriptionService._meta.db_table
SUBSCRIPTIONS = Subscription._meta.db_table

# Per document: when its last money came, until when its lines reach, and the longest cadence billed on it. A paid
# invoice covers from the receipt until the later of its service period's end and one cadence after the receipt. An
# allocation that was undone, and its undoing, do not count; a document settled by credit notes alone was not paid.
_COVERS = f"""
    SELECT greatest(lines.period_end_on, (money.received_on + make_interval(months => lines.cadence))::date) AS until_on
      FROM (SELECT max(p.received_on) AS received_on FROM {ALLOCATIONS} x
              JOIN {SOURCES} s ON s.id = x.source_id JOIN {PAYMENTS} p ON p.id = s.payment_id
             WHERE x.document_id = d.id AND x.undoes_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM {ALLOCATIONS} u WHERE u.undoes_id = x.id)) money,
           (SELECT max(l.period_end_on) AS period_end_on, coalesce(max(b.interval_months), 1)::int AS cadence
              FROM {LINES} l LEFT JOIN {SERVICES} v ON v.id = l.subscription_service_id
              LEFT JOIN {SUBSCRIPTIONS} b ON b.id = v.subscription_id WHERE l.document_id = d.id) lines
     WHERE money.received_on <= %(on)s
"""

#: The newest paid invoice of an account, not taken back since, that covers the day %(on)s, with the first day that it
#: does not cover, where a condition on the account holds. Invoices are looked through from the newest back; for most
#: that pay the first covers.
COVERING_INVOICE = f"""
    SELECT covers.until_on FROM {DOCUMENTS} d, LATERAL ({_COVERS}) covers
     WHERE {{condition}} AND d.account_id = {{account}} AND d.status = 'posted' AND d.kind <> 'credit_note'
       AND d.reversed_at IS NULL
       AND d.settled_minor > 0 AND d.gross_minor = d.settled_minor + d.difference_minor AND covers.until_on > %(on)s
     ORDER BY d.invoice_on DESC, d.id DESC LIMIT 1
"""
