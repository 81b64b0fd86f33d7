"""Payment runs in pages by key, and what happened to one."""

from collections.abc import Collection, Sequence

from tallystick.collection.models import PaymentRun, PaymentRunEvent


def list_runs(
    *, seller_id: int | None = None, status: str | None = None, after_id: int = 0, limit: int = 100
) -> Sequence[PaymentRun]:
    """Payment runs with seller and bill run, in the order of their creation, from the one after `after_id`."""
    runs = PaymentRun.objects.select_related("seller", "bill_run").filter(pk__gt=after_id)
    if seller_id is not None:
        runs = runs.filter(seller_id=seller_id)
    if status is not None:
        runs = runs.filter(status=status)
    return list(runs.order_by("pk")[:limit])


def list_run_events(run_id: int) -> Sequence[PaymentRunEvent]:
    """What happened to a run, oldest first; what was done about single failures stands with them."""
    return list(PaymentRunEvent.objects.filter(run_id=run_id, item=None).order_by("pk"))


def list_runs_by_id(run_ids: Collection[int]) -> Sequence[PaymentRun]:
    """These payment runs, as far as they are there."""
    return list(PaymentRun.objects.select_related("seller", "bill_run").filter(pk__in=run_ids).order_by("pk"))
