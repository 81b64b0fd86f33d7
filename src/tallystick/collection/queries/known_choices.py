"""Whether there is what a payment run's filters name: a misspelled account is refused, not collected as nobody."""

from tallystick.accounts.models import Account
from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.queries.known_filters import require_known_filters
from tallystick.payments.models import GatewayAccount


def require_known_choices(seller_id: int, *, filters: CollectionFilters) -> None:
    """Refuse accounts, segments, currencies and gateways that the seller does not have, naming them (ZUO-36)."""
    population = RunFilters(filters.account_external_ids, filters.segments)
    require_known_filters(seller_id, filters=population)
    currencies = Account.objects.filter(seller_id=seller_id).values_list("currency", flat=True)
    gateways = GatewayAccount.objects.filter(seller_id=seller_id).values_list("kind", flat=True)
    for field, noun, wanted, known in (
        ("currencies", "account in", filters.currencies, currencies),
        ("gateways", "gateway", filters.gateways, gateways),
    ):
        missing = sorted(set(wanted) - set(known.order_by().distinct())) if wanted else []
        if missing:
            raise InvalidInput(f"There is no {noun} {', '.join(missing)}.", field=field)
