"""What the sandbox does with a charge, decided by the number of the card or IBAN alone. Pure and deterministic."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """How the sandbox's answer goes wrong on its way."""

    NONE = "none"
    ANSWER_LOST = "answer_lost"
    REQUEST_LOST = "request_lost"
    ERROR_AFTER = "error_after_execution"
    RATE_LIMITED_TWICE = "rate_limited_twice"
    KEY_BUSY_ONCE = "key_busy_on_first_replay"
    NO_CONNECTION = "no_connection"
    OTHER_AMOUNT = "other_amount"


class Post(StrEnum):
    """How the sandbox tells of a payment."""

    AS_USUAL = "as_usual"
    NEVER = "never"
    EARLY_TWICE = "twice_before_the_answer"
    OUT_OF_ORDER = "a_failed_try_told_after_it_was_paid"


class Outcome(NamedTuple):
    """How a charge ends: a failure code ("" for success) with the bank's own word, a fault, bank days until known.

    A refused charge makes no payment at all, where any other failure is a payment that failed. What was paid may be
    disputed some days later, for the bank's reason; a refund may take days, and fail at the end of them.
    """

    failure_code: str = ""
    raw_code: str = ""
    fault: Fault = Fault.NONE
    bank_days: int = 0
    succeeds_on_charge: int = 0
    is_refused: bool = False
    disputed_after_days: int = 0
    dispute_reason: str = ""
    refund_days: int = 0
    refund_fails: bool = False
    post: Post = Post.AS_USUAL


SEPA_DAYS = 3

CARDS: dict[str, Outcome] = {
    "4242424242424242": Outcome(),
    "4000000000000002": Outcome("card_declined", "do_not_honor"),
    "4000000000009995": Outcome("insufficient_funds", "insufficient_funds", succeeds_on_charge=3),
    "4000000000000069": Outcome("expired_card", "expired_card"),
    "4000000000009987": Outcome("lost_card", "lost_card"),
    "4000000000009979": Outcome("stolen_card", "stolen_card"),
    "4000000000000341": Outcome("card_inactive", "inactive_card"),
    "4000002760003184": Outcome("authentication_required", "authentication_required", is_refused=True),
    "4000002500003155": Outcome(),
    "4000000000000119": Outcome("processing_error", "processing_error", succeeds_on_charge=2),
    "4000000000000259": Outcome(disputed_after_days=10, dispute_reason="fraudulent"),
    "4000000000007726": Outcome(refund_days=3),
    "4000000000005126": Outcome(refund_days=3, refund_fails=True),
    "4000009900000004": Outcome(fault=Fault.ANSWER_LOST),
    "4000009900000012": Outcome(fault=Fault.REQUEST_LOST),
    "4000009900000020": Outcome(fault=Fault.ERROR_AFTER),
    "4000009900000038": Outcome(fault=Fault.RATE_LIMITED_TWICE),
    "4000009900000046": Outcome(post=Post.NEVER),
    "4000009900000053": Outcome(post=Post.EARLY_TWICE),
    "4000009900000061": Outcome(post=Post.OUT_OF_ORDER),
    "4000009900000079": Outcome(fault=Fault.KEY_BUSY_ONCE),
    "4000009900000087": Outcome(fault=Fault.NO_CONNECTION),
    "4000009900000095": Outcome(fault=Fault.OTHER_AMOUNT),
    "4000000000000507": Outcome(),
    "4000000000000515": Outcome(),
}

#: These cards expire so soon after they were saved; the bank renews the second one before, with another number.
CARD_LIFE = timedelta(days=20)
EXPIRING_CARDS: frozenset[str] = frozenset({"4000000000000507", "4000000000000515"})
RENEWED_CARDS: dict[str, str] = {"4000000000000515": "4000000000000523"}
RENEWED_BEFORE, RENEWED_FOR = timedelta(days=10), timedelta(days=1461)

#: What a payment page makes of these amounts, in minor units, with any number; the same as in Mollie's test mode.
AMOUNTS: dict[int, Outcome] = {
    1001_00: Outcome("invalid_card", "invalid_card_number"),
    1002_00: Outcome("incorrect_cvc", "invalid_cvv"),
    1003_00: Outcome("invalid_card", "invalid_card_holder_name"),
    1004_00: Outcome("expired_card", "card_expired"),
    1005_00: Outcome("invalid_card", "invalid_card_type"),
    1006_00: Outcome("issuer_refused", "refused_by_issuer"),
    1007_00: Outcome("insufficient_funds", "insufficient_funds"),
    1008_00: Outcome("card_inactive", "inactive_card"),
    1009_00: Outcome("suspected_fraud", "possible_fraud"),
    1010_00: Outcome("authentication_failed", "authentication_failed"),
    1011_00: Outcome("card_declined", "card_declined"),
    1015_00: Outcome(bank_days=2),
}
#: And these end without money, or wait on.
AMOUNT_ENDS: dict[int, str] = {1012_00: "expired", 1013_00: "canceled", 1014_00: "action_required"}
#: This one is paid, and nobody hears of it before its page, and every link of the usual life, has expired.
AMOUNT_LATE = 1016_00
LATE_BY = timedelta(days=31)

IBANS: dict[str, Outcome] = {
    "NL77SAND0000000001": Outcome(bank_days=SEPA_DAYS),
    "NL50SAND0000000002": Outcome("insufficient_funds", "AM04", bank_days=SEPA_DAYS, succeeds_on_charge=2),
    "NL23SAND0000000003": Outcome("account_closed", "AC04", bank_days=SEPA_DAYS),
    "NL93SAND0000000004": Outcome("account_blocked", "AC06", bank_days=SEPA_DAYS),
    "NL66SAND0000000005": Outcome("mandate_invalid", "MD01", bank_days=SEPA_DAYS),
    "NL39SAND0000000006": Outcome("bank_unspecified", "MS03", bank_days=SEPA_DAYS),
    "NL12SAND0000000007": Outcome("debit_refused", "MS02", bank_days=SEPA_DAYS),
    "NL82SAND0000000008": Outcome("debtor_deceased", "MD07", bank_days=SEPA_DAYS),
    "NL55SAND0000000009": Outcome("account_blocked", "SL01", bank_days=SEPA_DAYS),
    "NL28SAND0000000010": Outcome("account_invalid", "AC01", bank_days=SEPA_DAYS),
    "NL98SAND0000000011": Outcome(bank_days=SEPA_DAYS, disputed_after_days=30, dispute_reason="MD06"),
    "NL71SAND0000000012": Outcome(bank_days=SEPA_DAYS, disputed_after_days=200, dispute_reason="MD01"),
    "NL44SAND0000000013": Outcome(bank_days=20),
}

CARD_LABELS: dict[str, str] = {"4": "Visa", "5": "Mastercard"}


def normalize_number(number: str) -> str:
    """The number without spaces, in capitals."""
    return "".join(number.split()).upper()


def is_magic_number(number: str) -> bool:
    """Whether the sandbox knows this card or IBAN."""
    return number in CARDS or number in IBANS


def kind_of(number: str) -> str:
    """card or sepa_debit."""
    return "card" if number in CARDS else "sepa_debit"


def label_of(number: str) -> str:
    """What people may see of it, such as "Visa •••• 4242"."""
    is_card = number in CARDS or number in RENEWED_CARDS.values()
    brand = CARD_LABELS.get(number[0], "Card") if is_card else number[:4]
    return f"{brand} •••• {number[-4:]}"


def decide_outcome(number: str, *, charge: int) -> Outcome:
    """How the n-th charge (from 1) of a number ends; some numbers work after a while."""
    outcome = CARDS.get(number) or IBANS[number]
    if outcome.succeeds_on_charge and charge >= outcome.succeeds_on_charge:
        return outcome._replace(failure_code="", raw_code="")
    return outcome


def find_fault_before(fault: Fault, *, is_replay: bool, tries: int) -> Fault:
    """The fault that keeps this try, the n-th under its key (from 1), from being carried out or answered; or NONE."""
    strikes = {
        Fault.NO_CONNECTION: True,
        Fault.REQUEST_LOST: tries == 1,
        Fault.RATE_LIMITED_TWICE: tries <= 2,
        Fault.KEY_BUSY_ONCE: is_replay and tries == 2,
    }
    return fault if strikes.get(fault, False) else Fault.NONE


class ShownCard(NamedTuple):
    """What the sandbox shows of a card or IBAN on a day: the number, whose last digits are seen, and its last day."""

    number: str
    expires_on: date | None


def show_card(number: str, *, saved_on: date | None, on: date) -> ShownCard:
    """How a saved number stands on a day; most never expire."""
    if saved_on is None or number not in EXPIRING_CARDS:
        return ShownCard(number, None)
    expires_on = saved_on + CARD_LIFE
    if number in RENEWED_CARDS and on >= expires_on - RENEWED_BEFORE:
        return ShownCard(RENEWED_CARDS[number], expires_on + RENEWED_FOR)
    return ShownCard(number, expires_on)
