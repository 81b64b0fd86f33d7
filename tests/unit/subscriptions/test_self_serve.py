"""One word for where an account stands, row by row as the table of states has it."""

import pytest

from tallystick.subscriptions.core.self_serve import (
    ACTIVE,
    CANCELED,
    NONE,
    PAST_DUE,
    PENDING,
    STANDINGS,
    WITH_ACCESS,
    Agreed,
    tell_standing,
)

pytestmark = pytest.mark.rule("DEM-49", "DEM-50", "DEM-51")


@pytest.mark.parametrize(
    ("agreed", "is_managed", "is_checking_out", "standing"),
    [
        ([], False, False, NONE),
        ([Agreed("draft")], False, False, NONE),
        ([Agreed("draft")], False, True, PENDING),
        ([Agreed("canceled"), Agreed("expired")], False, False, NONE),
        ([Agreed("active")], False, False, ACTIVE),
        ([Agreed("trialing")], False, False, ACTIVE),
        ([Agreed("past_due")], False, False, PAST_DUE),
        ([Agreed("unpaid"), Agreed("active")], False, False, PAST_DUE),
        ([Agreed("active", True)], False, False, CANCELED),
        ([Agreed("past_due", True)], False, False, CANCELED),
        ([Agreed("active", True), Agreed("active")], False, False, ACTIVE),
        ([], True, False, ACTIVE),
        ([Agreed("past_due")], True, False, ACTIVE),
    ],
)
def test_where_an_account_stands(agreed: list[Agreed], is_managed: bool, is_checking_out: bool, standing: str) -> None:
    assert tell_standing(agreed, is_managed=is_managed, is_checking_out=is_checking_out) == standing


def test_access_is_kept_by_who_is_past_due_or_has_canceled() -> None:
    assert set(STANDINGS) - WITH_ACCESS == {NONE, PENDING}
