"""The closed list of failures: each has an advice, one sentence that staff can read, and what to do next."""

import pytest

from tallystick.errors import InvariantBroken
from tallystick.payments.core.failures import (
    FAILURES,
    NEXT_STEPS,
    Advice,
    Failure,
    advise_next_step,
    explain_failure,
    is_hard,
)

BY_ADVICE = {
    Advice.RETRY_LATER: {
        "insufficient_funds", "card_declined", "issuer_refused", "issuer_unavailable", "processing_error",
        "velocity_exceeded", "bank_unspecified", "unknown",
    },
    Advice.CUSTOMER_ACTION: {"authentication_required", "authentication_failed", "incorrect_cvc"},
    Advice.NEW_METHOD: {
        "expired_card", "card_inactive", "invalid_card", "lost_card", "account_closed", "account_blocked",
        "account_invalid", "mandate_invalid", "mandate_revoked", "method_not_supported", "currency_not_supported",
    },
    Advice.STOP: {
        "stolen_card", "suspected_fraud", "debtor_deceased", "authorization_revoked", "debit_disputed", "debit_refused",
    },
    Advice.FIX_SETUP: {
        "key_reuse", "amount_out_of_range", "method_not_enabled", "account_suspended", "duplicate", "bad_request",
    },
}  # fmt: skip


def test_every_failure_has_the_advice_that_the_table_gives_it() -> None:
    assert {code: words.advice for code, words in FAILURES.items()} == {
        code: advice for advice, codes in BY_ADVICE.items() for code in codes
    }


@pytest.mark.parametrize("code", sorted(FAILURES))
def test_every_failure_is_told_in_one_sentence_with_a_next_step(code: str) -> None:
    for sentence in (explain_failure(code), advise_next_step(code)):
        assert sentence[0].isupper() and sentence.endswith(".") and sentence.count(".") == 1
        assert len(sentence) < 110
        assert "_" not in sentence and code not in sentence


def test_no_two_failures_read_the_same() -> None:
    assert len({words.reason for words in FAILURES.values()}) == len(FAILURES)


def test_every_advice_says_what_to_do_next() -> None:
    assert set(NEXT_STEPS) == set(Advice)


def test_what_did_not_fail_needs_no_words() -> None:
    assert (explain_failure(""), advise_next_step("")) == ("", "")


@pytest.mark.rule("ZUO-43")
def test_hard_declines_are_those_after_which_the_method_must_rest() -> None:
    assert {code for code in FAILURES if is_hard(code)} == BY_ADVICE[Advice.NEW_METHOD] | BY_ADVICE[Advice.STOP]


def test_a_gateway_can_only_name_failures_of_the_list() -> None:
    with pytest.raises(InvariantBroken, match="do_not_honor"):
        Failure("do_not_honor")
