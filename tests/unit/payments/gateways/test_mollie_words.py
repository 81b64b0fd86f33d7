"""Every status and failure reason that Mollie has, in our words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from mollie import models

from tallystick.money.amount import Money
from tallystick.payments.core.answers import DisputeStatus, GatewayStatus, NotSent, RefundStatus, Refused, Unknown
from tallystick.payments.core.bank_reasons import BANK_REASONS, explain_bank_reason
from tallystick.payments.core.failures import FAILURES, Advice
from tallystick.payments.gateways.mollie.failures import (
    CARD_REASONS,
    ErrorAnswer,
    explain_failed_payment,
    judge_error,
)
from tallystick.payments.gateways.mollie.snapshots import (
    PAYMENT_STATUSES,
    REFUND_STATUSES,
    compose_mandate,
    compose_snapshot,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def payment(**changes: Any) -> dict[str, Any]:
    document = {
        "id": "tr_5B8cwPMGnU6qLbRvo7qEZo",
        "mode": "live",
        "amount": {"currency": "EUR", "value": "121.00"},
        "status": "paid",
        "sequenceType": "recurring",
        "metadata": {"our_id": "our-1"},
        "_links": {"dashboard": {"href": "https://www.mollie.com/dashboard/org_1337/payments/tr_5B8c", "type": ""}},
    }
    return document | changes


def test_every_status_of_a_payment_and_of_a_refund_has_its_word() -> None:
    assert set(PAYMENT_STATUSES) == {each.value for each in models.PaymentResponseStatus}
    assert set(REFUND_STATUSES) == {each.value for each in models.RefundResponseStatus}


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("open", GatewayStatus.ACTION_REQUIRED),
        ("pending", GatewayStatus.PROCESSING),
        ("authorized", GatewayStatus.PROCESSING),
        ("paid", GatewayStatus.SUCCEEDED),
        ("canceled", GatewayStatus.CANCELED),
        ("expired", GatewayStatus.EXPIRED),
        ("failed", GatewayStatus.FAILED),
    ],
)
def test_statuses_of_an_attended_payment(raw: str, status: GatewayStatus) -> None:
    seen = compose_snapshot(payment(status=raw, sequenceType="oneoff"), at=AT)
    assert (seen.status, seen.raw_status, seen.failure is not None) == (status, raw, raw == "failed")


def test_an_unattended_payment_that_is_open_waits_for_nobody() -> None:
    assert compose_snapshot(payment(status="open"), at=AT).status is GatewayStatus.PROCESSING


def test_a_status_that_nobody_knows_is_not_guessed() -> None:
    with pytest.raises(LookupError):
        compose_snapshot(payment(status="refunded"), at=AT)


def test_all_fifteen_card_reasons_have_a_failure_of_ours() -> None:
    assert set(CARD_REASONS) == {each.value for each in models.PaymentDetailsFailureReasonResponse}
    assert len(CARD_REASONS) == 15 and set(CARD_REASONS.values()) <= set(FAILURES)


@pytest.mark.parametrize(
    ("reason", "code", "advice"),
    [
        ("insufficient_funds", "insufficient_funds", Advice.RETRY_LATER),
        ("card_declined", "card_declined", Advice.RETRY_LATER),
        ("unknown_reason", "card_declined", Advice.RETRY_LATER),
        ("refused_by_issuer", "issuer_refused", Advice.RETRY_LATER),
        ("authentication_required", "authentication_required", Advice.CUSTOMER_ACTION),
        ("authentication_failed", "authentication_failed", Advice.CUSTOMER_ACTION),
        ("authentication_abandoned", "authentication_failed", Advice.CUSTOMER_ACTION),
        ("authentication_unavailable_acs", "authentication_failed", Advice.CUSTOMER_ACTION),
        ("invalid_cvv", "incorrect_cvc", Advice.CUSTOMER_ACTION),
        ("card_expired", "expired_card", Advice.NEW_METHOD),
        ("inactive_card", "card_inactive", Advice.NEW_METHOD),
        ("invalid_card_number", "invalid_card", Advice.NEW_METHOD),
        ("invalid_card_type", "invalid_card", Advice.NEW_METHOD),
        ("invalid_card_holder_name", "invalid_card", Advice.NEW_METHOD),
        ("possible_fraud", "suspected_fraud", Advice.STOP),
    ],
)
def test_why_a_card_failed(reason: str, code: str, advice: Advice) -> None:
    failure = explain_failed_payment(card_reason=reason, bank_code="", message="Declined")
    assert (failure.code, failure.advice, failure.raw_code, failure.raw_message) == (code, advice, reason, "Declined")


@pytest.mark.parametrize(
    ("bank_code", "code", "advice"),
    [
        ("AM04", "insufficient_funds", Advice.RETRY_LATER),
        ("MS03", "bank_unspecified", Advice.RETRY_LATER),
        ("AC01", "account_invalid", Advice.NEW_METHOD),
        ("RC01", "account_invalid", Advice.NEW_METHOD),
        ("BE05", "account_invalid", Advice.NEW_METHOD),
        ("FF01", "account_invalid", Advice.NEW_METHOD),
        ("AC04", "account_closed", Advice.NEW_METHOD),
        ("AC06", "account_blocked", Advice.NEW_METHOD),
        ("AC13", "account_blocked", Advice.NEW_METHOD),
        ("AG01", "account_blocked", Advice.NEW_METHOD),
        ("SL01", "account_blocked", Advice.NEW_METHOD),
        ("MD01", "mandate_invalid", Advice.NEW_METHOD),
        ("MD02", "mandate_invalid", Advice.NEW_METHOD),
        ("MD06", "debit_disputed", Advice.STOP),
        ("MD07", "debtor_deceased", Advice.STOP),
        ("MS02", "debit_refused", Advice.STOP),
        ("AG02", "bad_request", Advice.FIX_SETUP),
        ("AM05", "duplicate", Advice.FIX_SETUP),
        ("XX99", "bank_unspecified", Advice.RETRY_LATER),
    ],
)
def test_why_a_direct_debit_came_back(bank_code: str, code: str, advice: Advice) -> None:
    failure = explain_failed_payment(card_reason="", bank_code=bank_code, message="Returned")
    assert (failure.code, failure.advice, failure.raw_code) == (code, advice, bank_code)


def test_every_bank_reason_is_tested_above_and_on_our_list() -> None:
    assert set(BANK_REASONS.values()) <= set(FAILURES) and len(BANK_REASONS) == 18


def test_a_missing_mandate_is_a_protest_once_the_money_was_ours() -> None:
    assert explain_bank_reason("MD01", is_settled=True) == "debit_disputed"
    assert explain_bank_reason("md01") == "mandate_invalid"


def test_a_payment_that_failed_without_a_word_is_unknown() -> None:
    assert explain_failed_payment(card_reason="", bank_code="", message="").code == "unknown"
    assert explain_failed_payment(card_reason="new_reason", bank_code="", message="").code == "unknown"


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(
    ("error", "operation", "answer"),
    [
        (ErrorAnswer(400, detail="The idempotency key was used before"), "collect", "key_reuse"),
        (ErrorAnswer(400, detail="Invalid JSON"), "collect", "bad_request"),
        (ErrorAnswer(404, detail="No customer exists"), "collect", "mandate_invalid"),
        (ErrorAnswer(410, detail="The mandate is no longer available"), "collect", "mandate_revoked"),
        (ErrorAnswer(422, "amount", "The amount is higher than the maximum"), "collect", "amount_out_of_range"),
        (ErrorAnswer(422, "method", "The method is not enabled"), "checkout", "method_not_enabled"),
        (ErrorAnswer(422, "mandateId", "The mandate is invalid"), "collect", "mandate_invalid"),
        (ErrorAnswer(422, "webhookUrl", "The webhook location is invalid"), "collect", "bad_request"),
        (ErrorAnswer(422, detail="No suitable mandates found for customer"), "collect", "mandate_invalid"),
        (ErrorAnswer(422, detail="The card was not found"), "collect", "invalid_card"),
        (ErrorAnswer(422, detail="Something else"), "collect", "unknown"),
        (ErrorAnswer(422, "amount", "The amount is higher than the maximum"), "refund", "amount_out_of_range"),
        (ErrorAnswer(422, detail="The payment cannot be canceled"), "cancel", "bad_request"),
    ],
)
def test_what_a_refusal_means(error: ErrorAnswer, operation: Any, answer: str) -> None:
    judged = judge_error(error, operation=operation)
    assert isinstance(judged, Refused) and judged.failure.code == answer


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(
    ("error", "operation", "kind"),
    [
        (ErrorAnswer(401), "collect", NotSent),
        (ErrorAnswer(403), "collect", NotSent),
        (ErrorAnswer(429), "collect", NotSent),
        (ErrorAnswer(409), "collect", Unknown),
        (ErrorAnswer(500), "collect", Unknown),
        (ErrorAnswer(503), "collect", Unknown),
        (ErrorAnswer(302), "collect", Unknown),
        (ErrorAnswer(503), "refund", NotSent),
        (ErrorAnswer(500), "refund", Unknown),
        (ErrorAnswer(409, detail="Another request with this key is running"), "refund", Unknown),
    ],
)
def test_what_an_error_proves(error: ErrorAnswer, operation: Any, kind: type) -> None:
    assert isinstance(judge_error(error, operation=operation), kind)


def test_a_refund_like_the_last_one_waits_an_hour() -> None:
    judged = judge_error(ErrorAnswer(409, detail="A duplicate refund has been detected"), operation="refund")
    assert isinstance(judged, NotSent) and judged.retry_after == timedelta(hours=1)


def test_a_snapshot_has_refunds_and_chargebacks_beside_its_status() -> None:
    refund = {
        "id": "re_1", "amount": {"currency": "EUR", "value": "21.00"}, "status": "queued",
        "metadata": {"our_id": "refund-1"},
    }  # fmt: skip
    chargeback = {
        "id": "chb_1", "amount": {"currency": "EUR", "value": "100.00"}, "createdAt": "2026-03-01T10:00:00+00:00",
        "reason": {"code": "MD06", "description": "Returned"},
    }  # fmt: skip
    seen = compose_snapshot(payment(method="directdebit"), at=AT, refunds=[refund], chargebacks=[chargeback])
    assert seen.status is GatewayStatus.SUCCEEDED and not seen.is_test and seen.method == "sepa_debit"
    assert [(fact.ref, fact.amount, fact.status, fact.our_id) for fact in seen.refunds] == [
        ("re_1", Money(21_00, "EUR"), RefundStatus.PENDING, "refund-1")
    ]
    (dispute,) = seen.disputes
    assert (dispute.status, dispute.code, dispute.reason) == (DisputeStatus.LOST, "debit_disputed", "MD06")
    again = compose_snapshot(payment(), at=AT, chargebacks=[chargeback | {"reversedAt": "2026-03-02T10:00:00+00:00"}])
    assert again.disputes[0].status is DisputeStatus.WON


def test_a_mandate_that_only_a_present_customer_may_use_is_not_valid_for_us() -> None:
    mandate = {
        "id": "mdt_1", "customerId": "cst_1", "method": "creditcard", "status": "valid", "mandateReference": None,
        "scopes": ["customer-present"],
        "details": {"cardLabel": "Mastercard", "cardNumber": "1234", "cardExpiryDate": "2027-08-31"},
    }  # fmt: skip
    assert compose_mandate(mandate).state == "invalid"
    both = compose_mandate(mandate | {"scopes": ["customer-present", "customer-not-present"]})
    assert (both.state, both.label, both.expires_on) == ("valid", "Mastercard •••• 1234", date(2027, 8, 31))


def test_a_direct_debit_shows_the_ends_of_its_iban() -> None:
    mandate = {
        "id": "mdt_2", "customerId": "cst_1", "method": "directdebit", "status": "pending",
        "mandateReference": "REF-1", "details": {"consumerAccount": "NL91ABNA0417164300"},
    }  # fmt: skip
    composed = compose_mandate(mandate)
    assert (composed.kind, composed.label, composed.reference) == ("sepa_debit", "NL91 •••• 4300", "REF-1")
