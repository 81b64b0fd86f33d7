"""Why payments fail: our closed list, with what staff are told and what to do next (`payments` README)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tallystick.errors import InvariantBroken


class Advice(StrEnum):
    """What a failure means for the next try."""

    RETRY_LATER = "retry_later"
    CUSTOMER_ACTION = "customer_action"
    NEW_METHOD = "new_method"
    STOP = "stop"
    FIX_SETUP = "fix_setup"


class FailureWords(NamedTuple):
    """One failure: its advice and one sentence for staff."""

    advice: Advice
    reason: str


NEXT_STEPS: dict[Advice, str] = {
    Advice.RETRY_LATER: "Try again later; the same method may work another day.",
    Advice.CUSTOMER_ACTION: "Ask the customer to pay and confirm it themselves.",
    Advice.NEW_METHOD: "Ask the customer for another payment method; this one will not work again.",
    Advice.STOP: "Do not charge this method again before somebody has spoken with the customer.",
    Advice.FIX_SETUP: "Our set-up is at fault: tell an admin; the customer did nothing wrong.",
}

RETRY, ACT, NEW, STOP, FIX = Advice

FAILURES: dict[str, FailureWords] = {
    "insufficient_funds": FailureWords(RETRY, "There was not enough money on the account."),
    "card_declined": FailureWords(RETRY, "The bank declined the card without saying why."),
    "issuer_refused": FailureWords(RETRY, "The bank that issued the card refused the charge."),
    "issuer_unavailable": FailureWords(RETRY, "The bank that issued the card could not be reached."),
    "processing_error": FailureWords(RETRY, "The charge broke down on its way; nothing was taken."),
    "velocity_exceeded": FailureWords(RETRY, "The card was used too often in a short time."),
    "bank_unspecified": FailureWords(RETRY, "The bank returned the debit without a reason, often for lack of money."),
    "unknown": FailureWords(RETRY, "The payment failed for a reason that the gateway did not name."),
    "authentication_required": FailureWords(ACT, "The bank wants the customer to confirm the charge."),
    "authentication_failed": FailureWords(ACT, "The customer did not confirm the charge with their bank."),
    "incorrect_cvc": FailureWords(ACT, "The security code of the card was wrong."),
    "expired_card": FailureWords(NEW, "The card has expired."),
    "card_inactive": FailureWords(NEW, "The card is not active."),
    "invalid_card": FailureWords(NEW, "The card does not exist or is not accepted."),
    "lost_card": FailureWords(NEW, "The card was reported lost."),
    "account_closed": FailureWords(NEW, "The bank account is closed."),
    "account_blocked": FailureWords(NEW, "The bank account is blocked for direct debits."),
    "account_invalid": FailureWords(NEW, "The IBAN does not exist."),
    "mandate_invalid": FailureWords(NEW, "There is no valid mandate for this account."),
    "mandate_revoked": FailureWords(NEW, "The customer took back the mandate."),
    "method_not_supported": FailureWords(NEW, "The payment method can't be charged automatically."),
    "currency_not_supported": FailureWords(NEW, "The payment method does not take this currency."),
    "stolen_card": FailureWords(STOP, "The card was reported stolen."),
    "suspected_fraud": FailureWords(STOP, "The charge was stopped for suspected fraud."),
    "debtor_deceased": FailureWords(STOP, "The account holder has died."),
    "authorization_revoked": FailureWords(STOP, "The customer told their bank to stop these charges."),
    "debit_disputed": FailureWords(STOP, "The customer had the debit reversed."),
    "debit_refused": FailureWords(STOP, "The customer had told their bank to refuse this debit."),
    "key_reuse": FailureWords(FIX, "The gateway saw our key with other data; nothing was charged."),
    "amount_out_of_range": FailureWords(FIX, "The amount is outside what the gateway accepts."),
    "method_not_enabled": FailureWords(FIX, "This kind of payment is not switched on at the gateway."),
    "account_suspended": FailureWords(FIX, "The gateway has suspended our account."),
    "duplicate": FailureWords(FIX, "The bank took it for a second charge of the same; look for the first one."),
    "bad_request": FailureWords(FIX, "The gateway did not understand the request."),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a payment failed: a code of the closed list, and the gateway's own words for staff."""

    code: str
    raw_code: str = ""
    raw_message: str = ""

    def __post_init__(self) -> None:
        if self.code not in FAILURES:
            raise InvariantBroken(f"a gateway named the failure {self.code!r}, which is not on our list")

    @property
    def advice(self) -> Advice:
        """What it means for the next try."""
        return FAILURES[self.code].advice


def explain_failure(code: str) -> str:
    """Why, in plain words; "" for no failure."""
    return FAILURES[code].reason if code else ""


def advise_next_step(code: str) -> str:
    """What to do next, in plain words; "" for no failure."""
    return NEXT_STEPS[FAILURES[code].advice] if code else ""


def is_hard(code: str) -> bool:
    """Whether the same method must not be charged again (ZUO-43: staff retries obey this too)."""
    return FAILURES[code].advice in (Advice.NEW_METHOD, Advice.STOP)
