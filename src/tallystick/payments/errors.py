"""The refusals of payments."""

from tallystick.errors import Conflict, InvalidInput, NotFound, Refusal


class WrongAttemptState(Refusal):
    """The attempt is {status}: {event} refused."""

    code = "wrong_attempt_state"


class MandateRefused(InvalidInput):
    """The payment method can't be saved: {reason}."""

    code = "mandate_refused"


class GatewayMissing(NotFound):
    """There is no gateway {kind}; the project's wiring names: {known}."""

    code = "gateway_missing"


class AlreadyBeingPaid(Conflict):
    """A payment for {purpose} is under way; wait for its outcome."""

    code = "already_being_paid"
    can_retry = True


class MethodMissing(NotFound):
    """Account {account} has no payment method that can be charged."""

    code = "method_missing"
