"""What a gateway may be asked, and the four answers it may give. No other exception leaves a gateway.

Every call that may move money ends in one of four ways, and the difference between the last two is money: what was
certainly not carried out may be sent again; what may have been carried out is looked up, never sent under a new key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, NamedTuple, Protocol, TypeVar

from tallystick.money.amount import Money
from tallystick.payments.core.failures import Failure

T_co = TypeVar("T_co", covariant=True)


class GatewayStatus(StrEnum):
    """What the gateway says about one payment, in our words."""

    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"


class RefundStatus(StrEnum):
    """What became of one refund. Failed: the money is back with us, which may be days after it was promised."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class DisputeStatus(StrEnum):
    """Who has the disputed money. A reversed direct debit is lost at once; what was given back to us is won."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class RefundFact(NamedTuple):
    """A refund as the gateway knows it; `our_id` is empty where it was made in the gateway's own dashboard."""

    ref: str
    amount: Money
    status: RefundStatus
    our_id: str = ""


class DisputeFact(NamedTuple):
    """Money that the payer's bank took back. `code` is of our list of failures, `reason` the bank's own word."""

    ref: str
    amount: Money
    status: DisputeStatus
    code: str
    reason: str
    opened_at: datetime
    reversed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the gateway knows about one payment at one moment: always a whole, never a change.

    Refunds and disputes are facts beside the status. `action_url` is where a person must go, `mandate_ref` the
    permission that was charged or left behind, `method` how it was paid (card, sepa_debit, ideal), `raw_status` the
    gateway's own word.
    """

    ref: str
    our_id: str
    status: GatewayStatus
    amount: Money
    observed_at: datetime
    is_test: bool
    failure: Failure | None = None
    paid_at: datetime | None = None
    dashboard_url: str = ""
    raw_status: str = ""
    method: str = ""
    customer_ref: str = ""
    mandate_ref: str = ""
    action_url: str = ""
    expires_at: datetime | None = None
    refunds: Sequence[RefundFact] = ()
    disputes: Sequence[DisputeFact] = ()


@dataclass(frozen=True, slots=True)
class Done(Generic[T_co]):
    """It was carried out, with this result. A look-up that is done with None found that there is nothing."""

    value: T_co


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway answered: nothing moved, and this call will never move anything."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certain that nothing was carried out: no connection, rate limit, key not accepted."""

    reason: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been carried out: no answer, a cut line, an error after the fact."""

    reason: str


Answer = Done[T_co] | Refused | NotSent | Unknown


class Mandate(NamedTuple):
    """A permission to charge, kept by the gateway. `label` is what people may see of it.

    `expires_on` is the last day of a card, `reference` the unique mandate reference of a direct debit.
    """

    ref: str
    customer_ref: str
    kind: str
    state: str
    label: str
    fingerprint: str
    expires_on: date | None = None
    reference: str = ""


class MandateToImport(NamedTuple):
    """A mandate that was given elsewhere, by the number of its card or IBAN; only test gateways take numbers."""

    customer_ref: str
    number: str


class Party(NamedTuple):
    """Who pays, as far as a gateway is told. `language` as in nl_NL; all may be empty."""

    name: str = ""
    email: str = ""
    language: str = ""


class Collect(NamedTuple):
    """Nobody is present: charge a stored mandate, once for this key. `notify_url` is where news may be sent."""

    our_id: str
    key: str
    amount: Money
    description: str
    customer_ref: str
    mandate_ref: str
    notify_url: str = ""


class Checkout(NamedTuple):
    """A customer is present: a hosted page on which they pay, and leave a mandate behind if `keeps_mandate`.

    An amount of zero only leaves a mandate (`Abilities.takes_zero_amount`). `methods` narrows what the page offers, in
    our words (card, sepa_debit, ideal); empty offers all. A mandate needs a `customer_ref`.
    """

    our_id: str
    key: str
    amount: Money
    description: str
    return_url: str
    notify_url: str = ""
    customer_ref: str = ""
    methods: tuple[str, ...] = ()
    keeps_mandate: bool = False
    language: str = ""
    expires_at: datetime | None = None


class RefundOrder(NamedTuple):
    """Give back a part or all of a payment, once for this key."""

    our_id: str
    key: str
    payment_ref: str
    amount: Money
    description: str = ""


class Delivery(NamedTuple):
    """What was posted to a notify URL: headers, the raw body, and the part of the path that `notice_token` made."""

    headers: Mapping[str, str]
    body: bytes
    path_token: str = ""


class Notice(NamedTuple):
    """A webhook says only: look at this payment again. `event_ref` is there where the gateway numbers its events.

    `payment_ref` may be asked with `payment`; whose it is, the snapshot says, or `our_id` where the notice proves it.
    With a `customer_ref` it is about no payment, but about the methods of that customer (or of who has that method).
    """

    payment_ref: str = ""
    our_id: str = ""
    event_ref: str = ""
    customer_ref: str = ""


class BadNotice(Exception):
    """The signature or shape of a delivery is wrong: answer 400, count it, keep nothing of it."""


class Abilities(NamedTuple):
    """What a gateway can do, so that nobody asks which gateway it is.

    `charge_kinds` are the mandates that it charges unattended. `pushes` says whether it sends notices at all,
    `is_local` that it is in this house and reaches us without a network. `hook_events` are the notices to choose where
    one address for all of them is entered at the gateway; empty: each order tells the address by itself.
    """

    charge_kinds: frozenset[str]
    takes_zero_amount: bool
    refund_days: int | None
    pushes: bool
    is_local: bool = False
    hook_events: tuple[str, ...] = ()


class Gateway(Protocol):
    """Who moves money for us. Recurrence, links and retries are ours; the gateway keeps mandates and moves money."""

    name: str
    abilities: Abilities
    key_life_seconds: int
    """How long the same key gives the same payment. Afterwards it would make another one."""
    can_prove_notices: bool
    """Whether it has what a notice's signature is checked with; true where nothing is needed for it."""

    def customer(self, our_id: str, *, key: str, party: Party | None = None) -> Answer[str]:
        """Make a customer known; its reference. The same key gives the same customer."""

    def checkout(self, order: Checkout) -> Answer[Snapshot]:
        """Open a hosted page; its address is the snapshot's `action_url`. The same key gives the same page."""

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """Charge a mandate. The same key within its life gives the same payment, and takes no other parameters."""

    def refund(self, order: RefundOrder) -> Answer[RefundFact]:
        """Give money back. What became of an unknown one is among the refunds of `payment`, by our id."""

    def cancel(self, ref: str, *, key: str) -> Answer[Snapshot]:
        """End a payment that nobody has paid yet; refused where it can't be. Done: see what became of it."""

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        """What became of a payment. Done(None) only where the gateway answered that it does not know it."""

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        """The customer's payment that carries our id. Done(None) only where the gateway listed and it was not there."""

    def payments_since(self, since: datetime) -> Answer[Sequence[Snapshot]]:
        """Every payment made since then, ours or not, with its refunds and disputes. Done only with the whole list."""

    def mandates(self, customer_ref: str) -> Answer[Sequence[Mandate]]:
        """The customer's mandates."""

    def revoke(self, mandate_ref: str, *, customer_ref: str) -> Answer[None]:
        """End a mandate. One that the gateway does not know is ended."""

    def import_mandates(self, orders: Sequence[MandateToImport]) -> Sequence[Mandate]:
        """Take over mandates given elsewhere; raises MandateRefused where the gateway can't or the number is none."""

    def notice_token(self, our_id: str) -> str:
        """The last part of the notify URL of that payment, by which a notice proves that we asked for it."""

    def notice(self, delivery: Delivery) -> Sequence[Notice]:
        """Which payments to look at again; raises BadNotice. Never asks the gateway."""
