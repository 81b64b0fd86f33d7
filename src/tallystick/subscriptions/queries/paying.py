"""How the subscriptions of an account are paid for: which run, and which a payment run collects for."""

from collections.abc import Sequence

from django.db.models import Q

from tallystick.subscriptions.core.lifecycle import FINAL_STATUSES
from tallystick.subscriptions.models import Subscription

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
