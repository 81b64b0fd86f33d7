"""What plans contain, for tests that create subscriptions by their operations."""

from collections.abc import Sequence

from tallystick.catalog.core.items import NewPlanService
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR


def fill_plan(seller: Seller, plan: str, *, mandatory: Sequence[str] = (), optional: Sequence[str] = ()) -> None:
    """Put services into a plan by their codes."""
    places = [NewPlanService(plan, code) for code in mandatory]
    places += [NewPlanService(plan, code, is_mandatory=False) for code in optional]
    outcome = upsert_catalog(seller, items=places, actor=ACTOR)
    assert list(outcome.problems) == []
