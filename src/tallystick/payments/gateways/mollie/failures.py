"""What Mollie's words mean in ours: why a payment failed, and what an error answer says about what was carried out."""

from datetime import timedelta
from typing import Literal, NamedTuple

from tallystick.payments.core.answers import NotSent, Refused, Unknown
from tallystick.payments.core.bank_reasons import explain_bank_reason
from tallystick.payments.core.failures import Failure

#: `details.failureReason` of card payments, all fifteen.
CARD_REASONS: dict[str, str] = {
    "authentication_abandoned": "authentication_failed",
    "authentication_failed": "authentication_failed",
    "authentication_required": "authentication_required",
    "authentication_unavailable_acs": "authentication_failed",
    "card_declined": "card_declined",
    "card_expired": "expired_card",
    "inactive_card": "card_inactive",
    "insufficient_funds": "insufficient_funds",
    "invalid_cvv": "incorrect_cvc",
    "invalid_card_holder_name": "invalid_card",
    "invalid_card_number": "invalid_card",
    "invalid_card_type": "invalid_card",
    "possible_fraud": "suspected_fraud",
    "refused_by_issuer": "issuer_refused",
    "unknown_reason": "card_declined",
}

#: Of a refused charge (422), by the field that Mollie names. Without one only the English sentence tells.
FIELDS: dict[str, str] = {
    "amount": "amount_out_of_range",
    "amount.currency": "currency_not_supported",
    "amount.value": "amount_out_of_range",
    "customerId": "mandate_invalid",
    "mandateId": "mandate_invalid",
    "method": "method_not_enabled",
}

Operation = Literal["customer", "checkout", "collect", "refund", "cancel", "revoke", "read"]

#: "A duplicate refund has been detected": the same amount on the same payment must be an hour apart.
REFUND_PAUSE = timedelta(hours=1)
MAX_WORDS = 200


class ErrorAnswer(NamedTuple):
    """An error as Mollie tells it. There is no code, only HTTP status, sometimes a field, and an English sentence."""

    status: int
    field: str = ""
    detail: str = ""
    retry_after: timedelta | None = None


def explain_failed_payment(*, card_reason: str, bank_code: str, message: str) -> Failure:
    """Why a payment with the status `failed` failed; where Mollie says nothing, `unknown`."""
    if card_reason:
        return Failure(CARD_REASONS.get(card_reason, "unknown"), card_reason, message[:MAX_WORDS])
    if bank_code:
        return Failure(explain_bank_reason(bank_code), bank_code, message[:MAX_WORDS])
    return Failure("unknown", "", message[:MAX_WORDS])


def judge_error(error: ErrorAnswer, *, operation: Operation) -> Refused | NotSent | Unknown:
    """Which of the answers an error is. What may have been carried out is unknown, never refused."""
    words = f"{error.status} {error.detail}".strip()[:MAX_WORDS]
    if error.status in (401, 403):
        return NotSent(words)
    if error.status == 429:
        return NotSent(words, error.retry_after)
    if error.status == 503 and operation == "refund":
        return NotSent(words)  # the manual: certainly not carried out
    if error.status == 409:
        is_twin = operation == "refund" and "duplicate" in error.detail.lower()
        return NotSent(words, REFUND_PAUSE) if is_twin else Unknown(words)
    if error.status in (400, 404, 410, 422):
        return Refused(_explain_refusal(error, operation))
    return Unknown(words)


def _explain_refusal(error: ErrorAnswer, operation: Operation) -> Failure:
    raw = f"{error.status} {error.field}".strip()
    code = "bad_request"
    if error.status == 400:
        code = "key_reuse" if "idempotency" in error.detail.lower() else "bad_request"
    elif operation == "refund":
        code = "amount_out_of_range" if error.field.startswith("amount") else "bad_request"
    elif operation in ("collect", "checkout"):
        code = _explain_refused_charge(error)
    return Failure(code, raw, error.detail[:MAX_WORDS])


def _explain_refused_charge(error: ErrorAnswer) -> str:
    if error.status == 410:
        return "mandate_revoked"
    if error.status == 404:
        return "mandate_invalid"
    if error.field:
        return FIELDS.get(error.field, "bad_request")
    detail = error.detail.lower()
    if "mandate" in detail:
        return "mandate_invalid"
    if "card" in detail:
        return "invalid_card"
    return "unknown"  # refused, cause unclear: whoever reads it looks at the mandate
