"""How accounts pay: saved methods, and until when what they paid covers them (DEM-35)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection

from tallystick.invoicing.models import Allocation, CreditSource, Document, DocumentLine
from tallystick.payments.models import Payment
from tallystick.payments.queries import list_default_methods
from tallystick.rollups.core.billing import RollupAccount
from tallystick.rollups.core.revenue_class import PaymentRelation
from tallystick.rollups.queries.agreed_services import NOTHING_AGREED, AgreedPart
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
     WHERE money.received_on <= %s
"""


def list_relations(
    accounts: Sequence[RollupAccount], *, agreed: Mapping[int, AgreedPart], on: date
) -> dict[int, PaymentRelation]:
    """How each account pays, by its id, in two queries."""
    methods = list_default_methods([each.account_id for each in accounts])
    chargeable = {each.account_id for each in methods.values() if each.state == "valid" and each.gateway_is_active}
    known = {each.account_id for each in methods.values() if each.state != "revoked"}
    is_managed = {each.account_id: each.billing_mode == "managed" for each in accounts}
    # Who is not managed and has a method that works is paying already, whatever was paid before.
    asked = [account_id for account_id in is_managed if is_managed[account_id] or account_id not in chargeable]
    paid_until = list_paid_until(asked, on=on)
    return {
        account_id: PaymentRelation(
            is_managed=managed,
            has_chargeable_method=account_id in chargeable,
            has_method=account_id in known,
            pays_by_transfer=managed or agreed.get(account_id, NOTHING_AGREED).remits,
            paid_until=paid_until.get(account_id),
        )
        for account_id, managed in is_managed.items()
    }


def list_paid_until(account_ids: Sequence[int], *, on: date) -> dict[int, date]:
    """For accounts with a paid invoice that covers a day: the first day that it does not cover any more.

    Of each account the latest such invoice, found by going back from the newest: for most that is the first one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.id, found.until_on FROM unnest(%s::bigint[]) AS a (id), LATERAL (
                SELECT covers.until_on FROM {DOCUMENTS} d, LATERAL ({_COVERS}) covers
                 WHERE d.account_id = a.id AND d.status = 'posted' AND d.kind <> 'credit_note' AND d.settled_minor > 0
                   AND d.gross_minor = d.settled_minor + d.written_off_minor + d.difference_minor
                   AND d.written_off_minor = 0 AND covers.until_on > %s
                 ORDER BY d.invoice_on DESC, d.id DESC LIMIT 1) found
            """,
            [list(account_ids), on, on],
        )
        return dict(cursor.fetchall())
