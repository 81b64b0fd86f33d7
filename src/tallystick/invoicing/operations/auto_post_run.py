"""Post a completed run by itself, where it was asked to and the billing rule still allows it (ZUO-16, ZUO-18)."""

from datetime import datetime

from django.db import transaction

from tallystick.errors import Refusal
from tallystick.invoicing.models import BillRun, BillRunEvent
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.plumbing.actor import Actor
from tallystick.sellers.queries import get_billing_rule


def auto_post_run(run_id: int, *, at: datetime, actor: Actor) -> bool:
    """Ask once for the posting of a run that posts itself; return whether that was done now.

    Leaves a run alone that is not completed, was posted (also in part) before, or whose seller's rule no longer
    supports it: then it waits for a person. What posting refuses is noted in the run's history.
    """
    with transaction.atomic():
        run = BillRun.objects.select_for_update(of=("self",)).select_related("seller").get(pk=run_id)
        if run.status != "completed" or not run.auto_posts:
            return False
        if run.events.filter(event__in=["post", "not_auto_posted"]).exists():
            return False
        if not get_billing_rule(run.seller_id).supports_auto_post:
            _note(run, "the billing rule does not support auto-post any more", at, actor)
            return False
        try:
            with transaction.atomic():
                post_bill_run(run, at=at, actor=actor)
        except Refusal as refusal:
            _note(run, refusal.message, at, actor)
            return False
    return True


def _note(run: BillRun, reason: str, at: datetime, actor: Actor) -> None:
    BillRunEvent.objects.create(
        run=run,
        event="not_auto_posted",
        from_status=run.status,
        to_status=run.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )
