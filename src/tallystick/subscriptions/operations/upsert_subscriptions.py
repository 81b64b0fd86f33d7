"""Make many subscriptions be as given, by account and external id: set-based, a hundred thousand in seconds."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.plumbing.statements import run_sql
from tallystick.plumbing.upsert import UpsertOutcome, list_sound_rows
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.lifecycle import list_service_statuses_before, list_statuses_before
from tallystick.subscriptions.core.new_subscription import NewSubscription
from tallystick.subscriptions.models import SubscriptionEvent
from tallystick.subscriptions.operations.stage_subscriptions import (
    DISCOUNT_TERMS,
    DISCOUNTS,
    SERVICE_TERMS,
    SERVICES,
    STAGED,
    STAGED_DISCOUNTS,
    STAGED_SERVICES,
    SUBSCRIPTIONS,
    TERMS,
    TRIAL,
    stage_subscriptions,
)
from tallystick.subscriptions.queries import list_subscription_problems, load_agreement_context

EVENTS = SubscriptionEvent._meta.db_table


def upsert_subscriptions(
    seller: Seller,
    *,
    subscriptions: Sequence[NewSubscription],
    at: datetime,
    actor: Actor,
    reason: str = "",
    skips_invalid: bool = False,
) -> UpsertOutcome:
    """Create the subscriptions that are not there, and make the others be as given, with services and discounts.

    Counts services. Services of a known subscription that are not among these stay as they are. Status changes go
    through the states of the room: a canceled one is canceled, never brought back. Writes nothing when something is
    wrong, unless `skips_invalid`, which leaves out whole subscriptions; the outcome tells all that is wrong.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        # One import at a time for a seller: two at once could both find that a subscription is not there.
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        context = load_agreement_context(seller.pk, subscriptions=subscriptions)
        problems = list(list_subscription_problems(subscriptions, context=context))
        sound = list_sound_rows(len(subscriptions), problems, skips_invalid=skips_invalid)
        chosen = [subscriptions[row] for row in sound]
        stage_subscriptions(chosen, context=context, today=at.astimezone(ZoneInfo(seller.time_zone)).date())
        updated = run_sql(f"SELECT 1 FROM {STAGED_SERVICES} WHERE id IS NOT NULL AND is_changed")
        _write_subscriptions(at=at, actor=actor, reason=reason)
        created = _write_services(at=at)
        _write_discounts()
        _cancel(at=at, actor=actor, reason=reason)
    count = sum(len(each.services) for each in chosen)
    return UpsertOutcome(created, updated, count - created - updated, problems)


def _write_subscriptions(*, at: datetime, actor: Actor, reason: str) -> None:
    assignments = ", ".join(f"{name} = g.{name}" for name in TERMS)
    run_sql(f"UPDATE {SUBSCRIPTIONS} b SET {assignments} FROM {STAGED} g WHERE b.id = g.id AND g.is_changed")
    _record_events("change", f"JOIN {STAGED} g ON g.id = b.id AND g.is_changed", at=at, actor=actor, reason=reason)
    own = ", ".join([*TERMS, *TRIAL])
    run_sql(
        f"INSERT INTO {SUBSCRIPTIONS} (account_id, external_id, created_at, first_active_on, {own})"
        f" SELECT account_id, external_id, %s, CASE WHEN NOT is_draft THEN starts_on END, {own} FROM {STAGED}"
        " WHERE id IS NULL ORDER BY position",
        [at],
    )
    _record_events(
        "create",
        f"JOIN {STAGED} g ON g.id IS NULL AND g.account_id = b.account_id AND g.external_id = b.external_id",
        at=at,
        actor=actor,
        reason=reason,
    )
    run_sql(
        f"UPDATE {STAGED} g SET id = b.id FROM {SUBSCRIPTIONS} b"
        " WHERE g.id IS NULL AND b.account_id = g.account_id AND b.external_id = g.external_id"
    )


def _write_services(*, at: datetime) -> int:
    names = ", ".join(SERVICE_TERMS)
    unbilled = "s.billed_through = coalesce(s.billed_elsewhere_until, s.starts_on)"
    assignments = ", ".join(f"{name} = g.{name}" for name in SERVICE_TERMS)
    # What is billed keeps where it starts; the check before has told so, this holds against a bill run meanwhile.
    run_sql(
        f"UPDATE {SERVICES} s SET {assignments},"
        f" billed_through = CASE WHEN {unbilled} THEN g.billed_from ELSE s.billed_through END"
        f" FROM {STAGED_SERVICES} g WHERE s.id = g.id AND g.is_changed AND ({unbilled} OR s.starts_on = g.starts_on)"
    )
    return run_sql(
        f"INSERT INTO {SERVICES} (account_id, subscription_id, external_id, status, billed_through, first_active_on,"
        f" created_at, {names}) SELECT g.account_id, b.id, g.external_id,"
        " CASE WHEN b.is_draft THEN 'draft' ELSE 'effective' END, g.billed_from,"
        " CASE WHEN NOT b.is_draft THEN g.starts_on END,"
        f" %s, {', '.join(f'g.{name}' for name in SERVICE_TERMS)}"
        f" FROM {STAGED_SERVICES} g JOIN {STAGED} b USING (position) WHERE g.id IS NULL ORDER BY g.position, g.part",
        [at],
    )


def _write_discounts() -> None:
    run_sql(
        f"UPDATE {STAGED_SERVICES} g SET id = s.id, is_changed = true FROM {STAGED} b, {SERVICES} s"
        " WHERE g.id IS NULL AND b.position = g.position AND s.subscription_id = b.id AND s.external_id = g.external_id"
    )
    run_sql(
        f"DELETE FROM {DISCOUNTS} d USING {STAGED_SERVICES} g WHERE d.subscription_service_id = g.id AND g.is_changed"
    )
    names = ", ".join(DISCOUNT_TERMS)
    run_sql(
        f"INSERT INTO {DISCOUNTS} (subscription_service_id, position, {names})"
        f" SELECT g.id, r.rank, {', '.join(f'r.{name}' for name in DISCOUNT_TERMS)} FROM {STAGED_DISCOUNTS} r"
        f" JOIN {STAGED_SERVICES} g USING (position, part) WHERE g.is_changed"
    )


def _cancel(*, at: datetime, actor: Actor, reason: str) -> None:
    before = list_statuses_before("cancel")
    canceling = f"JOIN {STAGED} g ON g.id = b.id AND g.is_canceled AND b.status = ANY(%s)"
    _record_events("cancel", canceling, [before], to_status="canceled", at=at, actor=actor, reason=reason)
    run_sql(
        f"UPDATE {SUBSCRIPTIONS} b SET status = 'canceled' FROM {STAGED} g"
        " WHERE g.id = b.id AND g.is_canceled AND b.status = ANY(%s)",
        [before],
    )
    run_sql(
        f"UPDATE {SERVICES} s SET status = 'ended', ends_on = greatest(s.starts_on, least(s.ends_on, g.ends_on))"
        f" FROM {STAGED} g WHERE g.id = s.subscription_id AND g.is_canceled AND s.status = ANY(%s)",
        [list_service_statuses_before("end")],
    )


def _record_events(
    event: str,
    join: str,
    parameters: Sequence[object] = (),
    *,
    to_status: str = "",
    at: datetime,
    actor: Actor,
    reason: str,
) -> None:
    from_status = "''" if event == "create" else "b.status"
    run_sql(
        f"INSERT INTO {EVENTS} (subscription_id, event, from_status, to_status, at,"
        " actor_kind, actor_id, actor_label, reason)"
        f" SELECT b.id, %s, {from_status}, coalesce(nullif(%s, ''), b.status), %s, %s, %s, %s, %s"
        f" FROM {SUBSCRIPTIONS} b {join} ORDER BY b.id",
        [event, to_status, at, actor.kind, actor.id, actor.label, reason, *parameters],
    )
