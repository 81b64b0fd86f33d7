"""Every status and decline code that Stripe has for us, in our words."""

import time
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
import stripe
from stripe.checkout import Session

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    BadNotice,
    DisputeStatus,
    GatewayStatus,
    Notice,
    NotSent,
    Refused,
    Unknown,
)
from tallystick.payments.core.failures import FAILURES, Advice
from tallystick.payments.gateways.decimals import AmountUnwritable
from tallystick.payments.gateways.stripe.amounts import read_amount, write_amount
from tallystick.payments.gateways.stripe.failures import (
    DECLINES,
    DISPUTE_REASONS,
    REQUEST_CODES,
    ErrorAnswer,
    explain_decline,
    explain_dispute,
    judge_error,
)
from tallystick.payments.gateways.stripe.gateway import StripeGateway
from tallystick.payments.gateways.stripe.snapshots import (
    DISPUTE_STATUSES,
    INTENT_STATUSES,
    REFUND_STATUSES,
    compose_intent,
    compose_mandate,
    compose_session,
)
from tests.support.fakes.stripe_bench import sign

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "whsec_1"


def list_words(annotation: Any) -> set[str]:
    """The words of a type such as `Literal["a", "b"] | str | None`."""
    return {word for part in get_args(annotation) for word in get_args(part) if isinstance(word, str)}


def intent(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 12100, "currency": "eur",
        "livemode": True, "metadata": {"our_id": "our-1"}, "customer": "cus_1", "payment_method": "pm_1",
        "latest_charge": {
            "id": "ch_1", "created": 1772442000,
            "payment_method_details": {"type": "ideal", "ideal": {"generated_sepa_debit": "pm_9"}},
        },
        "last_payment_error": None, "setup_future_usage": "off_session",
    }  # fmt: skip
    return document | changes


def session(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": "cs_1", "object": "checkout.session", "status": "open", "payment_status": "unpaid",
        "amount_total": 12100, "currency": "eur", "livemode": False, "metadata": {"our_id": "our-1"},
        "customer": "cus_1", "payment_intent": None, "setup_intent": None, "expires_at": 1772445600,
        "url": "https://checkout.stripe.com/c/pay/cs_1",
    }  # fmt: skip
    return document | changes


def test_every_status_that_stripes_own_types_name_has_its_word() -> None:
    assert set(INTENT_STATUSES) == list_words(stripe.PaymentIntent.__annotations__["status"])
    disputes = list_words(stripe.Dispute.__annotations__["status"])
    assert set(DISPUTE_STATUSES) == {each for each in disputes if not each.startswith("warning_")}
    assert set(REFUND_STATUSES) == {"pending", "requires_action", "succeeded", "failed", "canceled"}
    assert list_words(Session.__annotations__["status"]) == {"open", "complete", "expired"}


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("succeeded", GatewayStatus.SUCCEEDED),
        ("processing", GatewayStatus.PROCESSING),
        ("requires_capture", GatewayStatus.PROCESSING),
        ("requires_confirmation", GatewayStatus.PROCESSING),
        ("requires_action", GatewayStatus.ACTION_REQUIRED),
        ("requires_payment_method", GatewayStatus.FAILED),
        ("canceled", GatewayStatus.CANCELED),
    ],
)
def test_statuses_of_an_unattended_charge(raw: str, status: GatewayStatus) -> None:
    seen = compose_intent(intent(status=raw), at=AT)
    assert (seen.status, seen.raw_status) == (status, raw)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, GatewayStatus.ACTION_REQUIRED),
        ({"payment_intent": intent(status="requires_payment_method")}, GatewayStatus.ACTION_REQUIRED),
        ({"status": "expired"}, GatewayStatus.EXPIRED),
        ({"status": "complete", "payment_status": "paid", "payment_intent": intent()}, GatewayStatus.SUCCEEDED),
        ({"status": "complete", "payment_status": "no_payment_required"}, GatewayStatus.SUCCEEDED),
        ({"status": "complete", "payment_intent": intent(status="processing")}, GatewayStatus.PROCESSING),
        ({"status": "complete", "payment_intent": intent(status="requires_payment_method")}, GatewayStatus.FAILED),
    ],
)
def test_statuses_of_a_page(changes: dict[str, Any], status: GatewayStatus) -> None:
    assert compose_session(session(**changes), at=AT).status is status


def test_a_bank_page_leaves_the_direct_debit_behind_not_itself() -> None:
    paid = session(status="complete", payment_status="paid", payment_intent=intent())
    seen = compose_session(paid, at=AT)
    assert (seen.mandate_ref, seen.method, seen.amount) == ("pm_9", "ideal", Money(121_00, "EUR"))
    assert seen.dashboard_url == "https://dashboard.stripe.com/payments/pi_1"


@pytest.mark.parametrize(("raw", "code"), sorted(DECLINES.items()))
def test_every_decline_code_is_a_failure_of_our_list(raw: str, code: str) -> None:
    assert explain_decline({"code": "card_declined", "decline_code": raw, "message": "No."}).code == code
    assert code in FAILURES


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("insufficient_funds", Advice.RETRY_LATER),
        ("do_not_honor", Advice.RETRY_LATER),
        ("transaction_not_allowed", Advice.RETRY_LATER),
        ("card_velocity_exceeded", Advice.RETRY_LATER),
        ("authentication_required", Advice.CUSTOMER_ACTION),
        ("incorrect_cvc", Advice.CUSTOMER_ACTION),
        ("expired_card", Advice.NEW_METHOD),
        ("pickup_card", Advice.NEW_METHOD),
        ("restricted_card", Advice.NEW_METHOD),
        ("stolen_card", Advice.STOP),
        ("highest_risk_level", Advice.STOP),
        ("revocation_of_all_authorizations", Advice.STOP),
        ("recipient_deceased", Advice.STOP),
        ("duplicate_transaction", Advice.FIX_SETUP),
    ],
)
def test_what_a_decline_code_advises(raw: str, advice: Advice) -> None:
    assert explain_decline({"decline_code": raw}).advice is advice


@pytest.mark.parametrize("advice_code", ["do_not_try_again", "confirm_card_data"])
def test_stripes_advice_against_another_try_wins_over_a_soft_decline(advice_code: str) -> None:
    soft = {"decline_code": "generic_decline", "advice_code": advice_code}
    assert explain_decline(soft).advice is Advice.NEW_METHOD
    hard = {"decline_code": "stolen_card", "advice_code": advice_code}
    assert explain_decline(hard).code == "stolen_card"


def test_advice_to_try_again_changes_nothing() -> None:
    assert (
        explain_decline({"decline_code": "generic_decline", "advice_code": "try_again_later"}).code == "card_declined"
    )


def test_a_code_without_a_decline_code_counts_and_an_unknown_one_is_unknown() -> None:
    assert explain_decline({"code": "expired_card"}).code == "expired_card"
    assert explain_decline({"code": "card_declined", "decline_code": "brand_new"}).code == "card_declined"
    assert explain_decline({"code": "brand_new"}).code == "unknown"


def test_request_codes_and_dispute_reasons_are_on_our_list() -> None:
    assert {*REQUEST_CODES.values(), *DISPUTE_REASONS.values()} <= set(FAILURES)
    assert explain_dispute("product_not_received") == "debit_disputed"


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(
    ("error", "operation", "code"),
    [
        (ErrorAnswer(400, kind="idempotency_error"), "collect", "key_reuse"),
        (ErrorAnswer(400, code="amount_too_small", param="amount"), "collect", "amount_out_of_range"),
        (ErrorAnswer(400, param="payment_method"), "collect", "mandate_invalid"),
        (ErrorAnswer(404, code="resource_missing", param="customer"), "collect", "mandate_invalid"),
        (ErrorAnswer(400, param="currency"), "checkout", "currency_not_supported"),
        (ErrorAnswer(400, code="charge_already_refunded"), "refund", "amount_out_of_range"),
        (ErrorAnswer(400, code="charge_disputed"), "refund", "debit_disputed"),
        (ErrorAnswer(400, code="parameter_unknown", param="colour"), "collect", "bad_request"),
    ],
)
def test_what_a_refusal_means(error: ErrorAnswer, operation: Any, code: str) -> None:
    judged = judge_error(error, operation=operation)
    assert isinstance(judged, Refused) and judged.failure.code == code


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize("status", [401, 403, 429])
def test_not_sent_holds_only_if_no_earlier_send_may_have_been_carried_out(status: int) -> None:
    assert isinstance(judge_error(ErrorAnswer(status), operation="collect"), NotSent)
    assert isinstance(judge_error(ErrorAnswer(status, may_have_run=True), operation="collect"), Unknown)


@pytest.mark.parametrize("status", [0, 200, 409, 500, 502, 503])
def test_what_may_have_been_carried_out_is_unknown(status: int) -> None:
    assert isinstance(judge_error(ErrorAnswer(status), operation="collect"), Unknown)


@pytest.mark.parametrize(
    ("amount", "theirs"),
    [
        (Money(12_34, "EUR"), 1234),
        (Money(500, "JPY"), 500),
        (Money(1_234, "KWD"), 1234),
        (Money(500, "ISK"), 50000),
        (Money(500, "UGX"), 50000),
        (Money(1200, "MGA"), 12),
    ],
)
def test_amounts_are_counted_as_stripe_does(amount: Money, theirs: int) -> None:
    assert write_amount(amount) == theirs
    assert read_amount(theirs, currency=amount.currency.lower()) == amount


def test_an_amount_that_stripe_has_no_unit_for_is_not_rounded() -> None:
    with pytest.raises(AmountUnwritable):
        write_amount(Money(1201, "MGA"))


def test_an_inquiry_is_no_dispute_since_no_money_has_moved() -> None:
    dispute = {
        "id": "du_1", "amount": 12100, "currency": "eur", "reason": "fraudulent", "created": 1772442000,
        "status": "needs_response", "balance_transactions": [{"amount": -12100, "created": 1772442000}],
    }  # fmt: skip
    inquiry = dispute | {"id": "du_2", "status": "warning_needs_response"}
    seen = compose_intent(intent(), at=AT, disputes=[dispute, inquiry])
    assert [(fact.ref, fact.status, fact.code) for fact in seen.disputes] == [
        ("du_1", DisputeStatus.OPEN, "suspected_fraud")
    ]


def test_a_card_is_good_until_the_last_day_of_its_month() -> None:
    card = {"brand": "mastercard", "last4": "4444", "exp_month": 2, "exp_year": 2028, "fingerprint": "fp1"}
    mandate = compose_mandate({"id": "pm_1", "type": "card", "card": card}, customer_ref="cus_1")
    assert (mandate.label, mandate.expires_on) == ("Mastercard •••• 4444", date(2028, 2, 29))


def test_a_refunds_notice_leads_to_its_payment_and_not_to_what_its_metadata_names() -> None:
    refund = {"id": "re_1", "object": "refund", "payment_intent": "pi_1", "metadata": {"our_id": "refund-1"}}
    gateway = StripeGateway("sk_test_1", webhook_secrets=(SECRET,))
    assert gateway.notice(sign(refund, secret=SECRET)) == [Notice("pi_1", "", "evt_00000001")]
    customer = {"id": "cus_1", "object": "customer"}
    assert gateway.notice(sign(customer, secret=SECRET)) == []


@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "t=x,v1=abc", "nonsense"])
def test_a_signature_that_is_none_is_a_bad_notice(header: str) -> None:
    gateway = StripeGateway("sk_test_1", webhook_secrets=(SECRET,))
    with pytest.raises(BadNotice):
        gateway.notice(sign(intent(), secret=SECRET)._replace(headers={"Stripe-Signature": header}))


def test_a_notice_of_ten_minutes_ago_and_one_without_any_secret_of_ours_are_bad() -> None:
    with pytest.raises(BadNotice):
        StripeGateway("sk_test_1", webhook_secrets=(SECRET,)).notice(
            sign(intent(), secret=SECRET, at=time.time() - 600)
        )
    with pytest.raises(BadNotice):
        StripeGateway("sk_test_1").notice(sign(intent(), secret=SECRET))
