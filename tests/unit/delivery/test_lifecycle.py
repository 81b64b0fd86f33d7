"""Every pair of state and event of a delivery."""

import pytest

from tallystick.delivery.core.lifecycle import DELIVERY_STATUSES, TRANSITIONS, apply_delivery_event
from tallystick.delivery.errors import WrongDeliveryState

EVENTS = ("queue", "skip", "send", "fail", "bounce", "retry")


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("status", ["", *DELIVERY_STATUSES])
def test_it_moves_as_the_table_says_and_refuses_all_else(status: str, event: str) -> None:
    allowed = {
        ("", "queue"): "queued",
        ("", "skip"): "skipped",
        ("", "fail"): "failed",
        ("queued", "send"): "sent",
        ("queued", "fail"): "failed",
        ("sent", "bounce"): "bounced",
        ("failed", "retry"): "queued",
        ("bounced", "retry"): "queued",
    }
    assert allowed == TRANSITIONS
    if (status, event) in allowed:
        assert apply_delivery_event(status, event=event) == allowed[status, event]
    else:
        with pytest.raises(WrongDeliveryState):
            apply_delivery_event(status, event=event)


def test_what_went_out_is_sent_again_by_asking_for_it_again() -> None:
    with pytest.raises(
        WrongDeliveryState, match="Delivery 7 is sent: retry refused; it went out; ask for the document"
    ):
        apply_delivery_event("sent", event="retry", delivery_id=7)
