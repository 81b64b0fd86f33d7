"""The refusals of payments."""

from tallystick.errors import Conflict, InvalidInput, NotFound, Refusal


class WrongAttemptState(Refusal):
    """The payment attempt is {status}: {event} is not possible any more."""

    code = "wrong_attempt_state"


class AttemptMissing(NotFound):
    """There is no payment attempt {attempt}."""

    code = "attempt_missing"


class AttemptNotHeld(Conflict):
    """Payment attempt {attempt} is not held for a person to look at."""

    code = "attempt_not_held"


class AlreadyBeingPaid(Conflict):
    """A payment for {purpose} is under way; wait for its outcome."""

    code = "already_being_paid"
    can_retry = True


class MandateRefused(InvalidInput):
    """The payment method can't be saved: {reason}."""

    code = "mandate_refused"


class MethodUnknown(NotFound):
    """There is no payment method {method}."""

    code = "method_unknown"


class MethodGone(Conflict):
    """{label} can't be charged any more ({state}): ask the customer for another payment method."""

    code = "method_gone"


class GatewayMissing(NotFound):
    """There is no gateway {kind}; the project's wiring names: {known}."""

    code = "gateway_missing"


class GatewayAccountUnknown(NotFound):
    """{seller} has no {mode} account at the gateway {kind}."""

    code = "gateway_account_unknown"


class GatewayKeyMissing(GatewayMissing):
    """There is no {mode} key of the gateway {kind} for {seller}; TALLYSTICK_GATEWAY_KEYS holds the keys."""

    code = "gateway_key_missing"


class SetupNotOpened(Conflict):
    """No payment method can be left now: {reason}."""

    code = "setup_not_opened"


class RevocationNotTaken(Conflict):
    """The gateway did not answer, so {label} is still there; nothing was changed. Try again."""

    code = "revocation_not_taken"
    can_retry = True


class FindingMissing(NotFound):
    """There is no difference {finding} between a gateway and us."""

    code = "finding_missing"


class FindingSettled(Conflict):
    """Difference {finding} is explained already: {explanation}."""

    code = "finding_settled"


class RefundTooLarge(Conflict):
    """Payment {payment} has {left} left to give back, less than {asked}."""

    code = "refund_too_large"


class RefundDisputed(Conflict):
    """Payment {payment} is disputed: the payer's bank has the money. Nothing is refunded until that is settled."""

    code = "refund_disputed"


class RefundNeedsPlace(InvalidInput):
    """Payment {payment} came by transfer: say to which IBAN it goes back."""

    code = "refund_needs_place"


class WrongRefundState(Conflict):
    """The refund is {status}: {event} refused."""

    code = "wrong_refund_state"


class RefundUnknown(NotFound):
    """There is no refund {refund_id}."""

    code = "refund_unknown"


class RefundAtGateway(Conflict):
    """Refund {refund_id} goes through a gateway, which says itself what became of it."""

    code = "refund_at_gateway"


class LinkMissing(NotFound):
    """There is no payment link {link}."""

    code = "link_missing"


class LinkNotOpen(Conflict):
    """The payment link is {state}: only an open one can be paid or canceled."""

    code = "link_not_open"


class PageNotOpened(Conflict):
    """The gateway's payment page could not be opened now: {reason}. Nothing was charged; try again."""

    code = "page_not_opened"
    can_retry = True


class LinkRefused(InvalidInput):
    """The payment link can't be issued: {reason}."""

    code = "link_refused"


class GatewayConnected(Conflict):
    """The seller is connected to {kind} ({mode}) already; switch it on if it is off."""

    code = "gateway_connected"
    field = "kind"
