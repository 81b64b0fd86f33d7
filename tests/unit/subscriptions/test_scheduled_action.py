"""An action that waits leaves that state once, and for good."""

from itertools import product

import pytest

from tallystick.subscriptions.core.scheduled_action import SCHEDULED_ACTION_STATUSES, apply_scheduled_event
from tallystick.subscriptions.errors import ScheduledActionOver

FOLLOWS = {"do": "done", "refuse": "refused", "cancel": "canceled"}


@pytest.mark.rule("CRM-26")
@pytest.mark.parametrize(("status", "event"), list(product(SCHEDULED_ACTION_STATUSES, FOLLOWS)))
def test_every_pair_of_state_and_event_leads_on_or_is_refused(status: str, event: str) -> None:
    if status == "scheduled":
        assert apply_scheduled_event(status, event=event) == FOLLOWS[event]
    else:
        with pytest.raises(ScheduledActionOver, match=f"is {status}"):
            apply_scheduled_event(status, event=event)
