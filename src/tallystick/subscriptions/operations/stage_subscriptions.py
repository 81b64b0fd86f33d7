"""Stage many subscriptions beside the tables, and find out which of them are there already and differ."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from tallystick.plumbing.statements import run_sql
from tallystick.plumbing.upsert import stage_rows
from tallystick.subscriptions.core.agreement import (
    settle_cycle,
    settle_end,
    settle_renewal,
    settle_status,
    settle_trial,
)
from tallystick.subscriptions.core.lifecycle import list_statuses_before
from tallystick.subscriptions.core.new_subscription import NewSubscription
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionService
from tallystick.subscriptions.queries import AgreementContext

SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table
DISCOUNTS = ServiceDiscount._meta.db_table
STAGED = "staged_subscriptions"
STAGED_SERVICES = "staged_subscription_services"
STAGED_DISCOUNTS = "staged_service_discounts"

#: What a row says about a subscription, and what stays ours: its status follows events.
TERMS = {
    "plan_id": "bigint",
    "interval_months": "int",
    "interval_days": "int",
    "anchor_day": "int",
    "cycle_origin_on": "date",
    "starts_on": "date",
    "ends_on": "date",
    "commitment_months": "int",
    "collection_method": "text",
    "is_invoiced_separately": "boolean",
    "is_auto_renewed": "boolean",
}
#: What is settled when a subscription begins: it is not said again by a later row.
TRIAL = {"status": "text", "trial_until_on": "date", "trial_converts": "boolean"}
#: What a row says about a service. Where billing starts moves apart from these, and only before anything is billed.
SERVICE_TERMS = {
    "service_id": "bigint",
    "quantity": "numeric",
    "unit_price_override": "numeric",
    "description": "text",
    "is_mandatory": "boolean",
    "starts_on": "date",
    "ends_on": "date",
    "billed_elsewhere_until": "date",
}
DISCOUNT_TERMS = {"kind": "text", "value": "numeric", "label": "text", "from_on": "date", "until_on": "date"}


def stage_subscriptions(subscriptions: Sequence[NewSubscription], *, context: AgreementContext, today: date) -> None:
    """Put sound subscriptions into temporary tables, and note there which ones exist already and differ."""
    own = {"position": "int", "account_id": "bigint", "external_id": "text", **TERMS, **TRIAL}
    own |= {"is_canceled": "boolean", "is_draft": "boolean"}
    stage_rows(STAGED, {**own, "id": "bigint", "is_changed": "boolean"}, _list_rows(subscriptions, context, today))
    owner = {"position": "int", "part": "int"}
    services = {**owner, "external_id": "text", **SERVICE_TERMS, "billed_from": "date"}
    services |= {"account_id": "bigint", "subscription_id": "bigint", "id": "bigint", "is_changed": "boolean"}
    stage_rows(STAGED_SERVICES, services, _list_service_rows(subscriptions, context))
    stage_rows(STAGED_DISCOUNTS, {**owner, "rank": "int", **DISCOUNT_TERMS}, _list_discount_rows(subscriptions))
    _compare_subscriptions()
    _compare_services()
    _compare_discounts()
    _leave_ended()


def _list_rows(
    subscriptions: Sequence[NewSubscription], context: AgreementContext, today: date
) -> Iterator[tuple[Any, ...]]:
    offer, subscribers = context.offer, context.subscribers
    for position, new in enumerate(subscriptions):
        subscriber, known = subscribers[new.account], context.known.get((new.account, new.external_id))
        cycle = settle_cycle(new, offer=offer, subscriber=subscriber, known=known)
        trial = settle_trial(new, offer=offer)
        yield (
            position,
            subscriber.account_id,
            new.external_id,
            offer.plan_ids[new.plan],
            cycle.interval_months,
            cycle.interval_days,
            cycle.anchor_day,
            cycle.origin_on,
            new.starts_on,
            new.ends_on,
            new.commitment_months,
            new.collection_method,
            new.is_invoiced_separately,
            settle_renewal(new, known=known),
            "draft" if new.is_draft else settle_status(trial[0], converts=trial[1], today=today),
            *trial,
            new.is_canceled,
            new.is_draft,
            None,
            False,
        )


def _list_service_rows(
    subscriptions: Sequence[NewSubscription], context: AgreementContext
) -> Iterator[tuple[Any, ...]]:
    price_list, service_ids = context.offer.price_list, context.offer.service_ids
    for position, new in enumerate(subscriptions):
        plan_id, account_id = context.offer.plan_ids[new.plan], context.subscribers[new.account].account_id
        for part, service in enumerate(new.services):
            service_id = service_ids[service.service]
            is_one_off = price_list.services[service_id].is_one_off
            yield (
                position,
                part,
                service.key,
                service_id,
                service.quantity,
                service.unit_price_override,
                service.description,
                price_list.plan_services[plan_id, service_id].is_mandatory,
                service.starts_on,
                settle_end(service, subscription_ends_on=new.ends_on, is_one_off=is_one_off),
                service.billed_elsewhere_until,
                service.billed_elsewhere_until or service.starts_on,
                account_id,
                None,
                None,
                False,
            )


def _list_discount_rows(subscriptions: Sequence[NewSubscription]) -> Iterator[tuple[Any, ...]]:
    for position, new in enumerate(subscriptions):
        for part, service in enumerate(new.services):
            for rank, each in enumerate(service.discounts, 1):
                yield position, part, rank, each.kind, each.value, each.label, each.from_on, each.until_on


def _compare_subscriptions() -> None:
    run_sql(
        f"UPDATE {STAGED} g SET id = b.id, is_changed = ROW({_of('b', TERMS)}) IS DISTINCT FROM ROW({_of('g', TERMS)})"
        f" OR (g.is_canceled AND b.status = ANY(%s)) FROM {SUBSCRIPTIONS} b"
        " WHERE b.account_id = g.account_id AND b.external_id = g.external_id",
        [list_statuses_before("cancel")],
    )


def _compare_services() -> None:
    differs = f"ROW({_of('s', SERVICE_TERMS)}) IS DISTINCT FROM ROW({_of('g', SERVICE_TERMS)})"
    run_sql(
        f"UPDATE {STAGED_SERVICES} g SET subscription_id = b.id, id = s.id, is_changed = b.is_changed OR {differs}"
        f" FROM {STAGED} b JOIN {SERVICES} s ON s.subscription_id = b.id"
        " WHERE b.position = g.position AND s.external_id = g.external_id"
    )


def _compare_discounts() -> None:
    """A service also differs where its discounts do: one more, one less, another value."""
    run_sql(
        f"UPDATE {STAGED_SERVICES} s SET is_changed = true FROM ("
        f" SELECT coalesce(d.subscription_service_id, n.id) AS id FROM"
        f" (SELECT d.* FROM {DISCOUNTS} d JOIN {STAGED_SERVICES} g ON g.id = d.subscription_service_id) d"
        f" FULL JOIN (SELECT g.id, r.* FROM {STAGED_DISCOUNTS} r JOIN {STAGED_SERVICES} g USING (position, part)"
        " WHERE g.id IS NOT NULL) n ON n.id = d.subscription_service_id AND n.rank = d.position"
        f" WHERE ROW({_of('d', DISCOUNT_TERMS)}) IS DISTINCT FROM ROW({_of('n', DISCOUNT_TERMS)})"
        ") differing WHERE differing.id = s.id"
    )


def _leave_ended() -> None:
    """What ended here, such as a service that another took the place of, does not come back by a row that has no end
    for it or a later one."""
    run_sql(
        f"UPDATE {STAGED_SERVICES} g SET is_changed = false FROM {STAGED} b, {SERVICES} s"
        " WHERE b.position = g.position AND s.id = g.id AND g.is_changed AND s.status = 'ended' AND NOT b.is_canceled"
        " AND s.ends_on < coalesce(g.ends_on, 'infinity')"
    )


def _of(alias: str, names: dict[str, str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
