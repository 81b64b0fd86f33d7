"""What the subscriptions room refuses."""

from tallystick.errors import Conflict, InvalidInput, NotFound


class SubscriptionUnknown(NotFound):
    """There is no subscription {subscription}."""

    code = "subscription_unknown"
    field = "subscription"


class SubscriptionExists(Conflict):
    """The account has a subscription {subscription} already."""

    code = "subscription_exists"
    field = "external_id"


class SubscriptionInvalid(InvalidInput):
    """This subscription can't be saved: {problems}."""

    code = "subscription_invalid"


class WrongSubscriptionState(Conflict):
    """This subscription is {status}: {event} is not possible."""

    code = "wrong_subscription_state"


class EndNotPossible(InvalidInput):
    """The subscription can't end on {ends_on}: {reason}."""

    code = "end_not_possible"
    field = "ends_on"


class SubscriptionDiscountInvalid(InvalidInput):
    """This discount can't be given: {problems}."""

    code = "subscription_discount_invalid"


class SubscriptionDiscountUnknown(NotFound):
    """There is no such discount of a subscription."""

    code = "subscription_discount_unknown"
