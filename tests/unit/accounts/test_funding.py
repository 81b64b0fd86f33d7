"""What belongs to a funding policy, and that two postpaid modes are never on together."""

import pytest

from tallystick.accounts.core.funding import FundingTerms, find_clash, find_funding_problems

LIMIT = FundingTerms("credit_limit", None, 100_00, 14, 0)
POSTPAID = FundingTerms("postpaid")
PREPAID = FundingTerms("prepaid")
INVOICED = FundingTerms()


@pytest.mark.parametrize("terms", [LIMIT, POSTPAID, PREPAID, INVOICED, FundingTerms("invoiced", 50_00)])
def test_a_policy_with_what_belongs_to_it_is_sound(terms: FundingTerms) -> None:
    assert list(find_funding_problems(terms)) == []


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        (FundingTerms("overdraft"), {"funding_policy"}),
        (FundingTerms("credit_limit"), {"credit_limit_minor", "credit_term_days", "credit_grace_days"}),
        (LIMIT._replace(credit_limit_minor=-1), {"credit_limit_minor"}),
        (LIMIT._replace(credit_term_days=181), {"credit_term_days"}),
        (POSTPAID._replace(credit_limit_minor=1), {"credit_limit_minor"}),
        (PREPAID._replace(receivable_limit_minor=1), {"receivable_limit_minor"}),
        (INVOICED._replace(receivable_limit_minor=-1), {"receivable_limit_minor"}),
    ],
)
def test_what_belongs_to_another_policy_or_is_missing_is_told(terms: FundingTerms, fields: set[str]) -> None:
    assert {problem.field for problem in find_funding_problems(terms)} == fields


@pytest.mark.rule("BIL-2")
def test_one_postpaid_mode_is_switched_off_before_the_other_is_switched_on() -> None:
    assert find_clash(POSTPAID, after=LIMIT) == "it is postpaid; switch that off first"
    assert find_clash(LIMIT, after=POSTPAID) == "it is with a credit limit; switch that off first"
    assert find_clash(POSTPAID, after=PREPAID) is None
    assert find_clash(PREPAID, after=LIMIT) is None
    assert find_clash(LIMIT, after=LIMIT._replace(credit_limit_minor=5_00)) is None


def test_a_receivable_limit_is_not_dropped_in_silence() -> None:
    limited = FundingTerms("invoiced", 50_00)
    assert "remove that first" in (find_clash(limited, after=PREPAID) or "")
    assert find_clash(limited, after=INVOICED) is None
