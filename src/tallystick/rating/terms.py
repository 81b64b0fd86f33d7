"""The terms of one subscription service: all that rating has to know about it."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.periods.anchor import Cycle
from tallystick.rating.discount import Discount
from tallystick.rating.errors import NoPrice
from tallystick.rating.price import Price, find_price
from tallystick.rating.trial import Trial


class ServiceTerms(NamedTuple):
    """What was agreed about one service, and how far it was billed. Fill it by keyword.

    Dates are days in the seller's billing time zone. ``ends_on`` and ``billed_through`` are exclusive: the first day
    after. ``override_price`` goes before ``prices`` while it is in force. ``bills_partial_first`` False leaves the
    days before the first anchor day unbilled (ZUO-32); the last partial period is always billed. ``is_first_whole``
    charges them as a whole period (CRM-28). ``service`` is the name used in refusals.

    What services of one bill share is said of each of them: ``service_id`` (what is sold) and ``subscription_id`` tell
    of which others a percentage is, which ``is_percentage`` services need; the discounts of subscription and account
    are the same on all their services. ``subscription_starts_on`` None means that it starts with the service.
    """

    subscription_service_id: int
    quantity: Decimal | int
    cycle: Cycle
    prices: tuple[Price, ...]
    override_price: Price | None
    discounts: tuple[Discount, ...]
    starts_on: date
    ends_on: date | None = None
    billed_through: date | None = None
    bills_in_advance: bool = True
    is_one_off: bool = False
    proration_method: str = "actual"
    bills_partial_first: bool = True
    is_first_whole: bool = False
    service: str = ""
    trial: Trial | None = None
    service_id: int = 0
    subscription_id: int = 0
    subscription_starts_on: date | None = None
    subscription_discounts: tuple[Discount, ...] = ()
    account_discounts: tuple[Discount, ...] = ()
    is_percentage: bool = False

    def price_on(self, on: date) -> Price:
        """The price in force on a day, the override first; refuses with ``NoPrice``, naming service and day."""
        override = self.override_price
        if override is not None and override.is_in_force(on):
            return override
        price = find_price(self.prices, on)
        if price is None:
            raise NoPrice(service=self.service_name, on=on)
        return price

    def is_on_trial(self, on: date) -> bool:
        """Whether a day belongs to the trial."""
        return self.trial is not None and on < self.trial.until_on

    @property
    def service_name(self) -> str:
        """The service in words, for a message."""
        return self.service or f"subscription service {self.subscription_service_id}"
