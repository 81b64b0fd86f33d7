"""What trying again would charge: asked before it is done, so that the question names what will happen (ZUO-43)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from tallystick.collection.core.eligibility import find_refusal
from tallystick.collection.core.item_lifecycle import FAILED, OPEN
from tallystick.collection.models import PaymentRun, PaymentRunItem
from tallystick.collection.queries.charging import get_retry_rules, list_items_to_charge


class RetryPlan(NamedTuple):
    """The items that would be charged, with what each currency comes to in minor units, and how many would not."""

    item_ids: frozenset[int]
    totals: tuple[tuple[str, int], ...]
    refused: int


def plan_retry(run: PaymentRun, *, at: datetime, item_ids: Collection[int] = ()) -> RetryPlan:
    """What charging these failures again, or all open ones of the run, would do now."""
    failures = PaymentRunItem.objects.filter(run=run, status=FAILED, follow_up=OPEN)
    if item_ids:
        failures = failures.filter(pk__in=list(item_ids))
    ids = list(failures.values_list("pk", flat=True))
    rules = get_retry_rules(run.seller_id)
    totals: dict[str, int] = defaultdict(int)
    charged = []
    for case in list_items_to_charge(ids, at=at):
        if not find_refusal(case.case, rules=rules):
            charged.append(case.item_id)
            totals[case.currency] += case.case.open_minor
    return RetryPlan(frozenset(charged), tuple(sorted(totals.items())), len(ids) - len(charged))
