"""The funds test of an action: that of its billing model and that of the account's funding policy, worked by hand."""

import pytest

from tallystick.invoicing.core.action_funds import FundsBefore, require_action_funds
from tallystick.invoicing.errors import ActionNotFunded

BEFORE, AFTER, POSTBILL = "prebill_pay_before", "prebill_pay_after", "postbill_pay_after"


def funds(
    policy: str = "invoiced", *, debt: int = 0, limit: int | None = None, purchasable: int | None = None
) -> FundsBefore:
    return FundsBefore(policy, debt, limit, purchasable, "EUR")


@pytest.mark.rule("CRM-25")
@pytest.mark.parametrize(
    ("model", "cost_minor", "open_minor", "had"),
    [
        (BEFORE, 30_00, 0, funds()),  # all of it settled by credit
        (BEFORE, 30_00, 0, funds("postpaid", debt=-30_00)),  # drawn on own money
        (AFTER, 30_00, 30_00, funds(debt=70_00, limit=100_00)),  # exactly to the limit
        (POSTBILL, 900_00, 900_00, funds(debt=99_99, limit=100_00)),  # not yet reached, whatever comes
        (AFTER, 0, 0, funds(debt=200_00, limit=100_00)),  # nothing to pay is always accepted
        (BEFORE, -5_00, 0, funds("credit_limit", debt=200_00, limit=100_00, purchasable=0)),
        (AFTER, 30_00, 30_00, funds("credit_limit", debt=70_00, limit=100_00, purchasable=30_00)),
    ],
)
def test_what_is_funded_passes(model: str, cost_minor: int, open_minor: int, had: FundsBefore) -> None:
    require_action_funds(model, cost_minor=cost_minor, open_minor=open_minor, funds=had)


@pytest.mark.rule("CRM-25", "BIL-5")
@pytest.mark.parametrize(
    ("model", "cost_minor", "open_minor", "had", "reason"),
    [
        (BEFORE, 30_00, 10_00, funds(), "10.00 of it is not covered by credit"),
        (BEFORE, 30_00, 0, funds("postpaid", debt=-29_99), "0.01 of it is not covered by credit"),
        (BEFORE, 30_00, 0, funds("credit_limit", debt=5_00, limit=100_00), "30.00 of it is not covered by credit"),
        (AFTER, 30_01, 30_01, funds(debt=70_00, limit=100_00), "70.00 of a limit of 100.00 is used"),
        (POSTBILL, 1, 1, funds(debt=100_00, limit=100_00), "100.00 of a limit of 100.00 is used"),
        (AFTER, 30_00, 0, funds("postpaid", purchasable=0), "0.00 may be spent on this account"),
        (AFTER, 30_01, 0, funds("prepaid", debt=-30_00, purchasable=30_00), "30.00 may be spent on this account"),
    ],
)
def test_what_is_not_funded_is_refused_with_what_is_missing(
    model: str, cost_minor: int, open_minor: int, had: FundsBefore, reason: str
) -> None:
    with pytest.raises(ActionNotFunded, match=reason.replace(".", r"\.")):
        require_action_funds(model, cost_minor=cost_minor, open_minor=open_minor, funds=had)


@pytest.mark.rule("CRM-38", "CRM-40")
def test_what_begins_or_comes_back_is_tested_though_nothing_is_to_pay_yet() -> None:
    had = funds(debt=100_00, limit=100_00)
    require_action_funds(POSTBILL, cost_minor=0, open_minor=0, funds=had)
    with pytest.raises(ActionNotFunded, match=r"100\.00 of a limit of 100\.00 is used"):
        require_action_funds(POSTBILL, cost_minor=0, open_minor=0, funds=had, is_tested_in_full=True)
