"""Create one subscription with its services and discounts."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.errors import AccountClosed
from tallystick.accounts.models import Account
from tallystick.accounts.queries import get_account
from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.plumbing.upsert import RowProblem
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.agreement import settle_cycle, settle_status, settle_trial
from tallystick.subscriptions.core.new_subscription import NewSubscription
from tallystick.subscriptions.errors import SubscriptionExists, SubscriptionInvalid
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.operations.save_service import save_service
from tallystick.subscriptions.queries import AgreementContext, list_subscription_problems, load_agreement_context


def create_subscription(seller: Seller, *, subscription: NewSubscription, at: datetime, actor: Actor) -> Subscription:
    """Make an active subscription, or one on trial: what is due from its start on is billed by the next run. A draft is
    billed when it becomes effective.

    Its cycles start from the first anchor day on or after the start, by the account's anchor day unless it names one.
    It is active even if it starts later: dates say from when it costs, the status whether anything stands in the way.
    Refuses AccountUnknown, AccountClosed, SubscriptionExists, SubscriptionInvalid.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        account = get_account(seller.pk, external_id=subscription.account)
        # Two at once for one account wait for each other, so that the second is told that it is there.
        if Account.objects.select_for_update(no_key=True).get(pk=account.pk).is_closed:
            raise AccountClosed(account=subscription.account)
        context = load_agreement_context(seller.pk, subscriptions=[subscription])
        if (subscription.account, subscription.external_id) in context.known:
            raise SubscriptionExists(subscription=subscription.external_id)
        problems = [_name_place(each) for each in list_subscription_problems([subscription], context=context)]
        if subscription.is_canceled:
            problems.append(Problem("status", "a new subscription can't be canceled before it began"))
        refuse_problems(SubscriptionInvalid, problems)
        return _save(seller, subscription, context, at=at, actor=actor)


def _name_place(found: RowProblem) -> Problem:
    """Of several services the one at fault is named: services.0.quantity."""
    if found.part is None:
        return found.problem
    return Problem(f"services.{found.part}.{found.problem.field}", found.problem.reason)


def _save(
    seller: Seller, new: NewSubscription, context: AgreementContext, *, at: datetime, actor: Actor
) -> Subscription:
    subscriber = context.subscribers[new.account]
    cycle = settle_cycle(new, offer=context.offer, subscriber=subscriber, known=None)
    trial_until_on, trial_converts = settle_trial(new, offer=context.offer)
    today = at.astimezone(ZoneInfo(seller.time_zone)).date()
    saved = Subscription.objects.create(
        account_id=subscriber.account_id,
        plan_id=context.offer.plan_ids[new.plan],
        external_id=new.external_id,
        status="draft" if new.is_draft else settle_status(trial_until_on, converts=trial_converts, today=today),
        collection_method=new.collection_method,
        interval_months=cycle.interval_months,
        interval_days=cycle.interval_days,
        trial_until_on=trial_until_on,
        trial_converts=trial_converts,
        anchor_day=cycle.anchor_day,
        cycle_origin_on=cycle.origin_on,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        commitment_months=new.commitment_months,
        is_auto_renewed=bool(new.is_auto_renewed),
        is_invoiced_separately=new.is_invoiced_separately,
        first_active_on=None if new.is_draft else new.starts_on,
        created_at=at,
    )
    for service in new.services:
        save_service(saved, service=service, ends_on=new.ends_on, offer=context.offer, at=at)
    record_event(saved, event="create", from_status="", at=at, actor=actor)
    return saved
