"""Reads about installed items, and about how a subscription's services are spread over them (CRM-53)."""

from django.db.models import F, Prefetch

from tallystick.subscriptions.models import InstalledItem, ServicePlacement


def list_installed_items(subscription_id: int) -> list[InstalledItem]:
    """The items of a subscription with their placements, former ones too; those with services come first."""
    placements = ServicePlacement.objects.select_related("subscription_service__service")
    ordered = placements.order_by(F("until_on").desc(nulls_first=True), "pk")
    items = InstalledItem.objects.filter(subscription_id=subscription_id)
    in_order = items.order_by(F("removed_on").desc(nulls_first=True), "name", "pk")
    return list(in_order.prefetch_related(Prefetch("placements", ordered)))
