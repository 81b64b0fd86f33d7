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


class ServiceUnknown(NotFound):
    """There is no subscription service {service}."""

    code = "subscription_service_unknown"
    field = "subscription_service"


class ActionNotPossible(Conflict):
    """{action} is not possible: {reason}."""

    code = "action_not_possible"


class ServiceRequired(Conflict):
    """{service} can't end: {reason}."""

    code = "service_required"
    field = "subscription_service"


class ActionInvalid(InvalidInput):
    """This action can't be done: {problems}."""

    code = "action_invalid"


class WrongCandidacy(Conflict):
    """This candidate for deactivation is {status}: {event} is not possible."""

    code = "wrong_candidacy"


class DeactivationRunUnknown(NotFound):
    """There is no deactivation run {run}."""

    code = "deactivation_run_unknown"
    field = "run_id"


class DeactivationRunOver(Conflict):
    """Deactivation run {number} is {status}: only one that was not executed can be deleted."""

    code = "deactivation_run_over"


class PauseNotPossible(InvalidInput):
    """The service can't pause: {reason}."""

    code = "pause_not_possible"
    field = "until_on"


class SubscriptionDiscountInvalid(InvalidInput):
    """This discount can't be given: {problems}."""

    code = "subscription_discount_invalid"


class SubscriptionDiscountUnknown(NotFound):
    """There is no such discount of a subscription."""

    code = "subscription_discount_unknown"


class NoTermToRenew(InvalidInput):
    """Only a term can be renewed: this subscription has no end, or no number of months."""

    code = "no_term_to_renew"
    field = "is_auto_renewed"


class ScheduledActionUnknown(NotFound):
    """There is no scheduled action {action}."""

    code = "scheduled_action_unknown"
    field = "action"


class ScheduledActionOver(Conflict):
    """This scheduled action is {status}: only one that still waits for its day can {event}."""

    code = "scheduled_action_over"
    field = "action"


class NotCanceling(Conflict):
    """Subscription {subscription} has no cancellation that could be taken back."""

    code = "not_canceling"


class CardSubscriptionLive(Conflict):
    """{account} is charged by itself: subscription {subscription} is paid with {method}. Let the customer cancel it
    first, or end the automatic charges in the same act by confirming that."""

    code = "card_subscription_live"
    field = "ends_card_subscription"


class NotManaged(InvalidInput):
    """{account} is not managed, so there is nothing to leave."""

    code = "not_managed"


class EndDateMissing(InvalidInput):
    """Say until when they keep what they have: nobody keeps a paid plan without an end or a way to pay for it."""

    code = "end_date_missing"
    field = "ends_on"


class NoOneSubscription(Conflict):
    """The account has {many} running subscriptions; change them on their own pages, for only one can be meant here."""

    code = "no_one_subscription"


class SeatHoldersInvalid(InvalidInput):
    """The seats can't be told so: {problems}."""

    code = "seat_holders_invalid"
