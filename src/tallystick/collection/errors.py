"""The refusals of collection."""

from tallystick.errors import Conflict, InvalidInput, NotFound


class WrongPaymentRunState(Conflict):
    """Payment run {number} is {status}: {event} refused; {advice}."""

    code = "wrong_payment_run_state"


class TargetAfterRun(InvalidInput):
    """The target date {target_on} is after the day of the run, {run_on}: credit would go to invoices not due yet.

    Leave credits out or choose an earlier target date (ZUO-38).
    """

    code = "target_after_run"


class PaymentRunUnknown(NotFound):
    """There is no payment run {number}; `payment-run list` names them."""

    code = "payment_run_unknown"


class BillRunOfAnotherSeller(InvalidInput):
    """Bill run {number} is of another seller."""

    code = "bill_run_of_another_seller"


class BillRunNotPosted(Conflict):
    """Bill run {number} is {status}: its invoices are drafts, which nobody owes yet. Post it, then collect it."""

    code = "bill_run_not_posted"
    field = "bill_run"


class ItemNotFailed(Conflict):
    """Invoice {document} of this run is {status}; only a failed payment is followed up."""

    code = "item_not_failed"


class FollowUpClosed(Conflict):
    """The failure of invoice {document} is {follow_up} already."""

    code = "follow_up_closed"


class RetryRefused(Conflict):
    """Invoice {document} can't be charged again now: {reason} {next_step}"""

    code = "retry_refused"


class MethodNotCharged(Conflict):
    """{method} is not charged now: {reason} {next_step}"""

    code = "method_not_charged"


class NothingToRetry(Conflict):
    """Payment run {number} has no open failure that could be charged again."""

    code = "nothing_to_retry"


class ItemUnknown(NotFound):
    """Payment run {number} has no such item."""

    code = "payment_run_item_unknown"


class ChoiceInvalid(InvalidInput):
    """The payment run can't be made so: {problems}."""

    code = "payment_run_choice_invalid"


class PaymentScheduleInvalid(InvalidInput):
    """The schedule can't be saved: {problems}."""

    code = "payment_schedule_invalid"


class WrongPaymentScheduleState(Conflict):
    """Schedule {name} is {status} and can't {event}."""

    code = "wrong_payment_schedule_state"


class BillRunWontBePosted(Conflict):
    """Bill run {number} is {status}: no posting lies ahead that a payment run could wait for."""

    code = "bill_run_wont_be_posted"
    field = "bill_run"


class PaymentRunHasBegun(Conflict):
    """Payment run {number} is {status} and no more waiting; only a waiting run can be changed."""

    code = "payment_run_has_begun"


class StartHasPassed(InvalidInput):
    """{starts_at} has passed; give a time to come, or run at once."""

    code = "start_has_passed"


class PaymentRunNotDeletable(Conflict):
    """Payment run {number} is {status}; only one that was canceled or has failed before it began is deleted."""

    code = "payment_run_not_deletable"


class PaymentRunNotFollowedUp(Conflict):
    """Payment run {number} is {status} with {open} failures open; follow them up, then its invoices are sent."""

    code = "payment_run_not_followed_up"
    field = "status"


class RetryRuleInvalid(InvalidInput):
    """The retry rule can't be saved: {problems}."""

    code = "retry_rule_invalid"


class FirstBillNotCovered(Conflict):
    """The first bill over {bill} is not covered by the {left} that are left: what arrives pays what is owed first."""

    code = "first_bill_not_covered"


class AlreadySubscribed(Conflict):
    """{account} has subscription {subscription} already; change that one."""

    code = "already_subscribed"


class ManagedIsInvoiced(Conflict):
    """{account} is managed: it is invoiced, and begins nothing by paying."""

    code = "managed_is_invoiced"


class NoMethodToCharge(Conflict):
    """There is no valid payment method to go on with; save one first."""

    code = "no_method_to_charge"


class AmountHasChanged(Conflict):
    """What is to be paid has changed since it was shown; look again before paying."""

    code = "amount_has_changed"
