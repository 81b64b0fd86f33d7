"""How the subscriptions of an account are paid for: which run, and which a payment run collects for."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max, Q

from tallystick.subscriptions.core.lifecycle import FINAL_STATUSES
from tallystick.subscriptions.models import Subscription, SubscriptionService

#: There is nothing to pay for these.
_NOT_RUNNING = ("draft", *FINAL_STATUSES)


def list_running(account_id: int) -> Sequence[Subscription]:
    """Subscriptions of an account that are in force or were, and have not ended, in the order of their making."""
    found = Subscription.objects.filter(account_id=account_id).exclude(status__in=_NOT_RUNNING)
    return list(found.select_related("account__seller", "plan").order_by("pk"))


def find_charged(account_id: int, *, is_self_serve: bool) -> Subscription | None:
    """The first running subscription that is collected automatically: those of a self-serve account unless they say
    otherwise, of a managed one only those that say so."""
    automatic = Q(collection_method="automatic") | (Q(collection_method="") if is_self_serve else Q(pk__in=[]))
    found = Subscription.objects.filter(automatic, account_id=account_id).exclude(status__in=_NOT_RUNNING)
    return found.order_by("pk").first()


def find_paid_until(subscription_id: int) -> date | None:
    """The first day that no bill covers yet, of what recurs in a subscription and has not ended; None for nothing."""
    services = SubscriptionService.objects.filter(subscription_id=subscription_id).exclude(status="ended")
    recurring = services.exclude(service__kind="one_off")
    until: date | None = recurring.aggregate(until=Max("billed_through"))["until"]
    return until


#: What a customer agrees by themselves is called so, and numbered.
SELF_SERVE_ID = "self-serve"


def find_unfinished(account_id: int) -> Subscription | None:
    """The latest draft that a customer of the account began and did not pay for yet."""
    drafts = Subscription.objects.filter(account_id=account_id, status="draft", external_id__startswith=SELF_SERVE_ID)
    return drafts.select_related("account__seller", "plan").order_by("-pk").first()


def make_self_serve_id(account_id: int) -> str:
    """A free id for what a customer agrees by themselves: self-serve, self-serve-2, and so on."""
    begun = Subscription.objects.filter(account_id=account_id, external_id__startswith=SELF_SERVE_ID).count()
    return f"{SELF_SERVE_ID}-{begun + 1}" if begun else SELF_SERVE_ID
