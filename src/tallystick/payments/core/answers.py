"""What a gateway may be asked, and the four answers it may give. No other exception leaves a gateway.

Every call that may move money ends in one of four ways, and the difference between the last two is money: what was
certainly not carried out may be sent again; what may have been carried out is looked up, never sent under a new key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the gateway knows about one payment at one moment: always a whole, never a change."""

    ref: str
    our_id: str
    status: GatewayStatus
    amount: Money
    observed_at: datetime
    is_test: bool
    failure: Failure | None = None
    paid_at: datetime | None = None
    dashboard_url: str = ""


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
    """A permission to charge, kept by the gateway. `label` is what people may see of it."""

    ref: str
    customer_ref: str
    kind: str
    state: str
    label: str
    fingerprint: str


class MandateToImport(NamedTuple):
    """A mandate that was given elsewhere, by the number of its card or IBAN; only test gateways take numbers."""

    customer_ref: str
    number: str


class Collect(NamedTuple):
    """Nobody is present: charge a stored mandate, once for this key."""

    our_id: str
    key: str
    amount: Money
    description: str
    customer_ref: str
    mandate_ref: str


class Gateway(Protocol):
    """Who moves money for us. Recurrence, links and retries are ours; the gateway keeps mandates and moves money."""

    name: str
    key_life_seconds: int
    """How long the same key gives the same payment. Afterwards it would make another one."""

    def customer(self, our_id: str, *, key: str) -> Answer[str]:
        """Make a customer known; its reference. The same key gives the same customer."""

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """Charge a mandate. The same key within its life gives the same payment, and takes no other parameters."""

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        """What became of a payment. Done(None) only where the gateway answered that it does not know it."""

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        """The customer's payment that carries our id. Done(None) only where the gateway listed and it was not there."""

    def mandates(self, customer_ref: str) -> Answer[Sequence[Mandate]]:
        """The customer's mandates."""

    def import_mandates(self, orders: Sequence[MandateToImport]) -> Sequence[Mandate]:
        """Take over mandates given elsewhere; raises MandateRefused where the gateway can't or the number is none."""
