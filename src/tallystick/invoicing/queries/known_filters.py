"""Whether there is what a run's filters name: a misspelled account is refused, not billed as nobody (ZUO-4)."""

from typing import Any

from django.db.models import QuerySet

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.filters import RunFilters
from tallystick.subscriptions.models import Subscription


def require_known_filters(seller_id: int, *, filters: RunFilters) -> None:
    """Refuse accounts, segments, plans and subscriptions that the seller does not have, naming them."""
    accounts = Account.objects.filter(seller_id=seller_id)
    plans = Plan.objects.filter(seller_id=seller_id)
    subscriptions = Subscription.objects.filter(account__seller_id=seller_id)
    _require("account", "accounts", filters.account_external_ids, accounts.values_list("external_id", flat=True))
    _require("segment", "segments", filters.segments, accounts.values_list("segment", flat=True))
    _require("plan", "plans", filters.plans, plans.values_list("code", flat=True))
    _require(
        "subscription", "subscriptions", filters.subscriptions, subscriptions.values_list("external_id", flat=True)
    )


def _require(noun: str, field: str, wanted: tuple[str, ...], known: QuerySet[Any, str]) -> None:
    if not wanted:
        return
    column = known.query.values_select[0]
    found = set(known.filter(**{f"{column}__in": wanted}).order_by().distinct())
    missing = [each for each in wanted if each not in found]
    if missing:
        raise InvalidInput(f"There is no {noun} {', '.join(missing)}.", field=field)
