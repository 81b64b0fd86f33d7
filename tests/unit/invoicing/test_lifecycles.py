"""Every pair of state and event of runs and documents is either in the table or refused with advice."""

from itertools import product

import pytest

from tallystick.invoicing.core import document_lifecycle, run_lifecycle
from tallystick.invoicing.core.document_lifecycle import DOCUMENT_STATUSES, apply_document_event
from tallystick.invoicing.core.run_lifecycle import RUN_STATUSES, apply_run_event, require_under_review
from tallystick.invoicing.errors import WrongDocumentState, WrongRunState

RUN_EVENTS = sorted({event for _, event in run_lifecycle.TRANSITIONS})
DOCUMENT_EVENTS = sorted({event for _, event in document_lifecycle.TRANSITIONS})


@pytest.mark.rule("ZUO-10", "ZUO-11")
@pytest.mark.parametrize(("status", "event"), list(product(RUN_STATUSES, RUN_EVENTS)))
def test_a_run_follows_the_table_or_refuses(status: str, event: str) -> None:
    expected = run_lifecycle.TRANSITIONS.get((status, event))
    if expected is None:
        with pytest.raises(WrongRunState) as refused:
            apply_run_event(status, event=event, number="BR-000001")
        assert "BR-000001" in refused.value.message and status in refused.value.message
    else:
        assert apply_run_event(status, event=event) == expected
        assert expected in RUN_STATUSES


@pytest.mark.rule("ZUO-10")
def test_only_a_completed_run_can_be_posted() -> None:
    assert [status for status in RUN_STATUSES if (status, "post") in run_lifecycle.TRANSITIONS] == ["completed"]


@pytest.mark.parametrize(("status", "event"), list(product(("", *DOCUMENT_STATUSES), DOCUMENT_EVENTS)))
def test_a_document_follows_the_table_or_refuses(status: str, event: str) -> None:
    expected = document_lifecycle.TRANSITIONS.get((status, event))
    if expected is None:
        with pytest.raises(WrongDocumentState):
            apply_document_event(status, event=event)
    else:
        assert apply_document_event(status, event=event) == expected


@pytest.mark.rule("DEM-26", "ZUO-23")
def test_a_posted_document_is_corrected_by_credit_note_never_edited() -> None:
    with pytest.raises(WrongDocumentState, match="credit note"):
        apply_document_event("posted", event="change", name="INV-000001")


@pytest.mark.parametrize("status", [status for status in RUN_STATUSES if status != "completed"])
def test_drafts_of_a_run_are_changed_only_while_it_is_under_review(status: str) -> None:
    require_under_review("completed", event="drop")
    with pytest.raises(WrongRunState, match="only a completed run"):
        require_under_review(status, event="drop", number="BR-000001")
