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


class NoTermToRenew(InvalidInput):
    """Only a term can be renewed: this subscription has no end, or no number of months."""

    code = "no_term_to_renew"
    field = "is_auto_renewed"
