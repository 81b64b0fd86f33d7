"""Set how monthly list prices are made of yearly ones (DEM-36)."""

from decimal import Decimal

from tallystick.catalog.core.list_price import ListPriceRule as RuleValues
from tallystick.catalog.core.list_price import compute_monthly_price
from tallystick.catalog.models import ListPriceRule
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.sellers.models import Seller


def set_list_price_rule(seller: Seller, *, rule: RuleValues, actor: Actor) -> ListPriceRule:
    """Replace the seller's rule. Prices that were made by the one before stay. Refuses InvalidListPrice."""
    actor.require(CATALOG_WRITE)
    compute_monthly_price(Decimal(0), rule=rule)  # refuses a rule that makes no sense
    saved, _ = ListPriceRule.objects.update_or_create(seller=seller, defaults=rule._asdict())
    return saved
