"""Whether anything was asked for in a month: what an empty gap means."""

from datetime import date

from django.db import connection

from tallystick.invoicing.models import BillRun, Document
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.gap import MonthState
from tallystick.rollups.core.months import month_of
from tallystick.rollups.queries.documents_sql import ISSUED
from tallystick.sellers.models import Seller

DOCUMENTS = Document._meta.db_table


def find_last_billed_month(seller: Seller, *, as_of: date, actor: Actor) -> date:
    """The first day of the month that was posted last, until `as_of`; the month of `as_of` where none was.

    What a rollup opens on when nobody names a month: the present one is mostly not billed yet. Refuses
    PermissionMissing.
    """
    actor.require(ROLLUPS_READ)
    posted = BillRun.objects.filter(seller=seller, status="posted", invoice_on__lte=as_of).order_by("-invoice_on")
    return (posted.values_list("invoice_on", flat=True).first() or as_of).replace(day=1)


def get_month_state(seller: Seller, *, month: date, as_of: date, actor: Actor) -> MonthState:
    """Whether documents dated in a month are posted, and whether some are drafts. `month` is any day of it.

    The documents of a run carry the run's date, so that they are found by their runs. Two queries.
    Refuses PermissionMissing, MonthNotBegun.
    """
    actor.require(ROLLUPS_READ)
    period = month_of(month, as_of=as_of)
    runs = BillRun.objects.filter(seller=seller, invoice_on__gte=period.start_on, invoice_on__lt=period.end_on)
    run_ids = list(runs.values_list("pk", flat=True))
    dated = (
        f"SELECT 1 FROM {DOCUMENTS} d WHERE (d.run_id = ANY(%s) OR d.run_id IS NULL) AND d.seller_id = %s"
        " AND d.invoice_on >= %s AND d.invoice_on < %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS ({dated} AND {ISSUED}), EXISTS ({dated} AND d.status = 'draft')",
            [run_ids, seller.pk, *period, run_ids, seller.pk, *period],
        )
        return MonthState(*cursor.fetchone())
