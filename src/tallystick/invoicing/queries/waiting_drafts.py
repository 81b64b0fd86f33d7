"""Bill runs in which an account has drafts that wait."""

from tallystick.invoicing.errors import AccountBeingBilled
from tallystick.invoicing.models import BillRun, Document


def list_runs_waiting(account_id: int) -> list[BillRun]:
    """Runs under review with drafts of an account, oldest first.

    Refuses AccountBeingBilled while a run that is at work has some: it has to come to its end first.
    """
    drafts = Document.objects.filter(account_id=account_id, status="draft", run__isnull=False)
    runs = list(BillRun.objects.filter(pk__in=drafts.values("run_id")).order_by("pk"))
    for run in runs:
        if run.status != "completed":
            raise AccountBeingBilled(number=run.number, status=run.status)
    return runs
