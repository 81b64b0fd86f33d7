"""Rest a service or switch it off for a short term, and let it go on again (CRM-24)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.sellers.queries import get_billing_rule
from tallystick.subscriptions.core.interruption import BEGINS, ENDS, RESTING, PauseLimits, find_pause_problem
from tallystick.subscriptions.core.lifecycle import apply_service_event
from tallystick.subscriptions.errors import PauseNotPossible, ServiceUnknown, WrongSubscriptionState
from tallystick.subscriptions.models import DeactivationCandidate, ServiceInterruption, SubscriptionService
from tallystick.subscriptions.operations.queue_candidates import record_service_events
from tallystick.subscriptions.queries.conventions import first_day_of_new

NEVER = date.max


def pause_service(
    subscription_service_id: int,
    *,
    kind: str,
    until_on: date | None,
    reason: str,
    at: datetime,
    actor: Actor,
    is_billable: bool = False,
    extends_end: bool = False,
) -> SubscriptionService:
    """Pause an effective service from today (where the seller is) up to but without `until_on`, or until it is ended.

    `kind` is resting or short_term. Nothing of it is billed meanwhile, unless a rest is declared billable; days used
    before stay due, and what is billed stays billed. Whose the day of the pause and that of its end are is said by the
    convention of changes (C-14). Afterwards a fixed end may be moved on by the days of rest.
    Refuses ServiceUnknown, WrongSubscriptionState, and PauseNotPossible beyond the limits of the seller's billing rule.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        service = _lock(subscription_service_id)
        if kind not in BEGINS or service.status != "effective":
            raise WrongSubscriptionState(status=service.status.replace("_", " "), event=BEGINS.get(kind, kind))
        today = at.astimezone(ZoneInfo(service.account.seller.time_zone)).date()
        earlier = ServiceInterruption.objects.filter(subscription_service=service, kind=kind)
        problem = find_pause_problem(
            today,
            until_on=until_on,
            earlier=list(earlier.values_list("from_on", flat=True)),
            limits=_limits(service, kind),
        )
        if problem is not None:
            raise PauseNotPossible(reason=problem)
        service.status = apply_service_event(service.status, event=BEGINS[kind])
        billable_until_on = first_day_of_new(today, subscription=service.subscription)
        service.billable_until_on = (
            NEVER if is_billable and kind == RESTING else max(billable_until_on, service.starts_on)
        )
        service.save(update_fields=["status", "billable_until_on"])
        ServiceInterruption.objects.create(
            account_id=service.account_id,
            subscription_service=service,
            kind=kind,
            from_on=today,
            ends_by_on=until_on,
            extends_end=extends_end and kind == RESTING,
        )
        _record(service, BEGINS[kind], "effective", at, actor, reason)
    return service


def resume_service(subscription_service_id: int, *, on: date, reason: str, at: datetime, actor: Actor) -> bool:
    """Let a paused service go on from `on`; False while days used before are not billed yet. A step of a journey."""
    service = _lock(subscription_service_id)
    pause = _get_pause(service)
    unbilled_from = service.billed_through
    is_billable = service.billable_until_on == NEVER
    if not is_billable:
        if service.billable_until_on is not None and service.billable_until_on > unbilled_from:
            return False
        service.billed_through = max(unbilled_from, first_day_of_new(on, subscription=service.subscription))
    before, service.billable_until_on = service.status, None
    service.status = apply_service_event(before, event=ENDS[pause.kind])
    if pause.extends_end and service.ends_on is not None:
        service.ends_on += on - pause.from_on
    service.save(update_fields=["status", "billed_through", "billable_until_on", "ends_on"])
    pause.until_on = max(on, pause.from_on)
    pause.unbilled_from_on, pause.unbilled_until_on = unbilled_from, service.billed_through
    pause.save(update_fields=["until_on", "unbilled_from_on", "unbilled_until_on"])
    _record(service, ENDS[pause.kind], before, at, actor, reason)
    return True


def leave_off(subscription_service_id: int, *, why: str, on: date, reason: str, at: datetime, actor: Actor) -> None:
    """A rest that can't be paid for when it ends leaves the service off, to come back by money. A step of a journey."""
    service = _lock(subscription_service_id)
    before, service.status = service.status, "not_effective"
    service.save(update_fields=["status"])
    DeactivationCandidate.objects.filter(subscription_service=service, status="queued").update(
        status="cleared", settled_at=at
    )
    DeactivationCandidate.objects.create(
        account_id=service.account_id,
        subscription_service=service,
        status="deactivated",
        reason=why,
        queued_by=reason,
        queued_at=at,
        settled_at=at,
        off_on=on,
    )
    _record(service, "deactivate", before, at, actor, reason)


def _lock(subscription_service_id: int) -> SubscriptionService:
    services = SubscriptionService.objects.select_for_update(of=("self",), no_key=True)
    service = (
        services.select_related("account__seller", "subscription__plan", "subscription__account")
        .filter(pk=subscription_service_id)
        .first()
    )
    if service is None:
        raise ServiceUnknown(service=subscription_service_id)
    return service


def _get_pause(service: SubscriptionService) -> ServiceInterruption:
    pause = ServiceInterruption.objects.filter(
        subscription_service=service, until_on__isnull=True, kind__in=list(ENDS)
    ).first()
    if pause is None or service.status not in ("resting", "short_term_off"):
        raise WrongSubscriptionState(status=service.status.replace("_", " "), event="end the pause")
    return pause


def _limits(service: SubscriptionService, kind: str) -> PauseLimits:
    rule = get_billing_rule(service.account.seller_id)
    if kind == RESTING:
        return PauseLimits(rule.rests_a_year, rule.longest_rest_days)
    return PauseLimits(rule.short_terms_a_year, rule.longest_short_term_days)


def _record(
    service: SubscriptionService, event: str, from_status: str, at: datetime, actor: Actor, reason: str
) -> None:
    record_service_events([service.pk], event=event, from_status=from_status, at=at, actor=actor, reason=reason)
