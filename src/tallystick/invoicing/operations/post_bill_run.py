"""Ask for a completed run to be posted. The posting itself happens in jobs, a chunk each."""

from datetime import datetime

from django.db import transaction

from tallystick.invoicing.core.run_options import CATCH_UP
from tallystick.invoicing.errors import CatchUpHasNoInvoices, RunHasNoInvoices
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.record_events import advance_run
from tallystick.plumbing.actor import Actor, actor_as_json
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import BILL_RUNS_POST
from tallystick.sellers.operations.take_numbers import require_date_order


def post_bill_run(run: BillRun, *, at: datetime, actor: Actor) -> BillRun:
    """Set a completed run to posting and enqueue its chunks (ZUO-10). Refuses other states, a run
    for which nothing was due, and a broken date order."""
    actor.require(BILL_RUNS_POST)
    with transaction.atomic():
        run = BillRun.objects.select_for_update(of=("self",)).select_related("seller").get(pk=run.pk)
        if run.kind == CATCH_UP:
            raise CatchUpHasNoInvoices(number=run.number, event="posted")
        advance_run(run, event="post", at=at, actor=actor)
        require_date_order(run.seller_id, kind="invoice", dated_on=run.invoice_on)
        positions = list(run.chunks.filter(status="drafted").order_by("position").values_list("position", flat=True))
        if not positions:
            raise RunHasNoInvoices(number=run.number)
        run.chunks.filter(status="drafted").update(status="posting")
        for position in positions:
            enqueue(
                "bill_run.post_chunk", queue="billing", run_id=run.pk, position=position, actor=actor_as_json(actor)
            )
    return run
