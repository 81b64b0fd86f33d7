"""End the rest or the short-term deactivation of services from a day on (CRM-43, CRM-44)."""

from collections.abc import Sequence
from datetime import date, datetime

from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.core.interruption import ENDS
from tallystick.subscriptions.core.lifecycle import apply_service_event
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import ServiceInterruption, Subscription, SubscriptionService
from tallystick.subscriptions.operations.activate_services import go_on
from tallystick.subscriptions.operations.pause_service import resume_service
from tallystick.subscriptions.operations.queue_candidates import record_service_events
from tallystick.subscriptions.queries.deactivation import list_paused_services

STATUSES = {"resting": "resting", "short_term": "short_term_off"}
NAMES = {"resting": "End resting", "short_term": "End a short-term deactivation"}


def end_pause_of(
    subscription: Subscription,
    *,
    kind: str,
    service_ids: Sequence[int],
    on: date,
    reason: str,
    at: datetime,
    actor: Actor,
) -> None:
    """Let paused services (where none is named, all that pause in this way) go on from a day, billed from there if not
    rated already.

    Days used before that wait for a bill stay with the old row of the service, so that only the run bills them in
    arrears. Refuses ActionNotPossible for what is not paused in this way, or since later. A step of a larger operation.
    """
    chosen = service_ids or list_paused_services(subscription.pk, status=STATUSES[kind])
    if not chosen:
        told = "nothing of it is paused in this way"
        raise ActionNotPossible(action=NAMES[kind], reason=told, field="service_ids")
    for service_id in chosen:
        service = SubscriptionService.objects.select_related("service", "subscription").get(pk=service_id)
        pause = ServiceInterruption.objects.filter(subscription_service=service, kind=kind, until_on=None).first()
        if pause is None or service.status != STATUSES[kind]:
            told = f"{service.service} is {service.status.replace('_', ' ')}"
            raise ActionNotPossible(action=NAMES[kind], reason=told, field="service_ids")
        if on < pause.from_on:
            told = f"{service.service} is off since {pause.from_on}"
            raise ActionNotPossible(action=NAMES[kind], reason=told, field="on")
        was = service.status
        going_on = go_on(service, on=on, at=at, status=apply_service_event(was, event=ENDS[kind]))
        if going_on == service:
            resume_service(service_id, on=on, reason=reason, at=at, actor=actor)
            continue
        if pause.extends_end and going_on.ends_on is not None:
            going_on.ends_on += on - pause.from_on
            going_on.save(update_fields=["ends_on"])
        record_service_events([going_on.pk], event=ENDS[kind], from_status=was, at=at, actor=actor, reason=reason)
