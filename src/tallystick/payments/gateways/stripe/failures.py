"""What Stripe's words mean in ours: decline codes, bank codes, advice, and the codes of its error answers."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from tallystick.payments.core.answers import NotSent, Refused, Unknown
from tallystick.payments.core.failures import FAILURES, Advice, Failure

Operation = Literal["customer", "checkout", "collect", "refund", "cancel", "revoke", "read"]
MAX_WORDS = 200

_BY_OURS: dict[str, tuple[str, ...]] = {
    "insufficient_funds": ("insufficient_funds", "withdrawal_count_limit_exceeded"),
    "card_declined": (
        "card_declined", "generic_decline", "do_not_honor", "call_issuer", "no_action_taken", "approve_with_id",
    ),
    "issuer_refused": ("transaction_not_allowed", "not_permitted", "service_not_allowed", "security_violation"),
    "issuer_unavailable": ("issuer_not_available",),
    "processing_error": ("processing_error", "reenter_transaction", "try_again_later"),
    "velocity_exceeded": ("card_velocity_exceeded", "charge_exceeds_source_limit", "charge_exceeds_weekly_limit"),
    "authentication_required": ("authentication_required",),
    "authentication_failed": (
        "authentication_not_handled", "payment_intent_authentication_failure", "setup_intent_authentication_failure",
    ),
    "incorrect_cvc": ("incorrect_cvc", "invalid_cvc", "incorrect_zip"),
    "expired_card": ("expired_card",),
    "card_inactive": ("new_account_information_available", "restricted_card"),
    "invalid_card": (
        "incorrect_number", "invalid_number", "invalid_account", "card_not_supported", "invalid_expiry_month",
        "invalid_expiry_year",
    ),
    "currency_not_supported": ("currency_not_supported", "invalid_currency"),
    "lost_card": ("lost_card", "pickup_card"),
    "stolen_card": ("stolen_card",),
    "suspected_fraud": ("fraudulent", "merchant_blacklist", "highest_risk_level"),
    "authorization_revoked": (
        "revocation_of_authorization", "revocation_of_all_authorizations", "stop_payment_order", "do_not_try_again",
    ),
    "duplicate": ("duplicate_transaction",),
    # direct debits
    "account_closed": ("account_closed", "bank_ownership_changed"),
    "account_blocked": ("bank_account_restricted",),
    "account_invalid": ("no_account", "invalid_account_number", "incorrect_account_holder_name"),
    "mandate_invalid": ("debit_not_authorized", "payment_method_unactivated"),
    "debtor_deceased": ("recipient_deceased",),
    "bank_unspecified": ("generic_could_not_process", "could_not_process", "refer_to_customer", "declined"),
}  # fmt: skip

DECLINES: dict[str, str] = {theirs: ours for ours, words in _BY_OURS.items() for theirs in words}

#: Codes of refused requests (400, 404), by what they say about a charge or refund.
REQUEST_CODES: dict[str, str] = {
    "amount_too_small": "amount_out_of_range",
    "amount_too_large": "amount_out_of_range",
    "charge_already_refunded": "amount_out_of_range",
    "charge_disputed": "debit_disputed",
    "charge_exceeds_transaction_limit": "amount_out_of_range",
    "payment_intent_mandate_invalid": "mandate_invalid",
    "payment_method_currency_mismatch": "currency_not_supported",
    "payment_method_not_available": "method_not_enabled",
    "payment_method_unactivated": "method_not_enabled",
    "payment_method_unexpected_state": "mandate_invalid",
    "account_closed": "account_suspended",
    "account_invalid": "account_suspended",
}

#: What a bank gives as the reason of a dispute; everything else is the customer's protest.
DISPUTE_REASONS: dict[str, str] = {
    "insufficient_funds": "insufficient_funds",
    "incorrect_account_details": "account_invalid",
    "bank_cannot_process": "bank_unspecified",
    "fraudulent": "suspected_fraud",
    "duplicate": "duplicate",
}


class ErrorAnswer(NamedTuple):
    """An error as Stripe tells it. `may_have_run` is set where any send of the call may have been carried out."""

    status: int
    kind: str = ""
    code: str = ""
    param: str = ""
    message: str = ""
    may_have_run: bool = False


def explain_decline(error: Mapping[str, Any]) -> Failure:
    """Why a card or bank said no. Where Stripe advises against another try, a soft decline is a hard one."""
    raw = str(error.get("decline_code") or error.get("code") or "")
    code = DECLINES.get(raw) or DECLINES.get(str(error.get("code") or "")) or "unknown"
    advice = error.get("advice_code")
    if advice in ("do_not_try_again", "confirm_card_data") and FAILURES[code].advice is Advice.RETRY_LATER:
        code = "invalid_card"
    return Failure(code, raw, str(error.get("message") or "")[:MAX_WORDS])


def explain_dispute(reason: str) -> str:
    """Our failure for the reason of a dispute."""
    return DISPUTE_REASONS.get(reason, "debit_disputed")


def judge_error(error: ErrorAnswer, *, operation: Operation) -> Refused | NotSent | Unknown:
    """Which of the answers an error is. "Not sent" holds only if that is true of every send of the call."""
    words = f"{error.status or ''} {error.code or error.kind} {error.message}".strip()[:MAX_WORDS]
    if error.status in (401, 403, 429):
        return Unknown(words) if error.may_have_run else NotSent(words)
    if error.status in (400, 402, 404):
        raw = f"{error.status} {error.code}".strip()
        return Refused(Failure(_explain_refusal(error, operation), raw, error.message[:MAX_WORDS]))
    return Unknown(words)


def _explain_refusal(error: ErrorAnswer, operation: Operation) -> str:
    if error.kind == "idempotency_error":
        return "key_reuse"
    if error.code in REQUEST_CODES:
        return REQUEST_CODES[error.code]
    if error.param.startswith("amount"):
        return "amount_out_of_range"
    if error.param == "currency":
        return "currency_not_supported"
    is_about_mandate = error.param in ("customer", "payment_method") or "PaymentMethod" in error.message
    return "mandate_invalid" if operation == "collect" and is_about_mandate else "bad_request"
