"""What rating refuses."""

from tallystick.errors import Conflict, InvalidInput


class NoPrice(Conflict):
    """There is no price for {service} on {on}."""

    code = "no_price"
    field = "prices"


class UnknownPriceModel(InvalidInput):
    """There is no price model {model!r}; there are {known}."""

    code = "unknown_price_model"
    field = "model"


class OneOffPriceRecurring(Conflict):
    """{service} recurs, but its price on {on} is a one-off price: it would be charged again every period."""

    code = "one_off_price_recurring"
    field = "prices"


class UsageNotMeasured(Conflict):
    """{service} is paid by what is used, and its use has not been measured."""

    code = "usage_not_measured"
    field = "prices"


class PercentageAlone(Conflict):
    """{percent} percent of other services can only be told with them: rate the whole subscription."""

    code = "percentage_alone"
    field = "prices"


class InvalidDiscount(InvalidInput):
    """A discount can't be {value}: {reason}."""

    code = "invalid_discount"
    field = "value"
