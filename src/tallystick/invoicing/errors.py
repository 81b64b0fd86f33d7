"""The refusals of invoicing."""

from tallystick.errors import Conflict, InvalidInput, Refusal


class WrongRunState(Refusal):
    """A bill run is not in a state that allows what was asked."""

    code = "wrong_run_state"

    def __init__(self, *, number: str, status: str, event: str, advice: str, can_retry: bool = False) -> None:
        what = f"Bill run {number}" if number else "The bill run"
        told = f"{what} is {status}: {event} refused" + (f"; {advice}." if advice else ".")
        super().__init__(told, field="status", can_retry=can_retry)


class WrongDocumentState(Refusal):
    """A document is not in a state that allows what was asked."""

    code = "wrong_document_state"

    def __init__(self, *, name: str, status: str, event: str, advice: str) -> None:
        what = f"Document {name}" if name else "The document"
        super().__init__(f"{what} is {status}: {event} refused" + (f"; {advice}." if advice else "."), field="status")


class NegativeDocument(Refusal):
    """The invoice would come out at {amount} minor units, below zero; lower the discounts or issue a credit note."""

    code = "negative_document"


class BilledFurther(Refusal):
    """Services were billed further by later documents; cancel those first."""

    code = "billed_further"

    def __init__(self, *, count: int) -> None:
        services = "1 service was" if count == 1 else f"{count:,} services were"
        super().__init__(f"{services} billed further by later documents; cancel those first.", count=count)


class RunHasPostedDocuments(Refusal):
    """Bill run {number} has {count} posted invoices; correct them by credit notes instead."""

    code = "run_has_posted_documents"


class AccountNotInRun(Refusal):
    """Account {account} has nothing in bill run {number} that could be dropped or drafted again."""

    code = "account_not_in_run"


class NothingToPay(Conflict):
    """Nothing is open on {document}: it is paid, written off or credited in full, or it is a credit note."""

    code = "nothing_to_pay"


class TransferInvalid(InvalidInput):
    """This transfer can't be recorded: {problems}."""

    code = "transfer_invalid"


class NotCorrectable(Refusal):
    """{name} is {what}: {advice}."""

    code = "not_correctable"


class AlreadyReversed(Conflict):
    """{name} was reversed: neither it nor what reversed it can be changed any more."""

    code = "already_reversed"


class CorrectionTooEarly(InvalidInput):
    """A correction of {name} can't be dated {dated_on}: the earliest is {earliest}, the date of what it corrects."""

    code = "correction_too_early"
    field = "dated_on"


class CorrectionTooLate(InvalidInput):
    """A correction can't be dated {dated_on}: the latest is today, {today}."""

    code = "correction_too_late"
    field = "dated_on"


class CorrectionEmpty(InvalidInput):
    """There is nothing to correct: give an amount above zero for a line, or for the whole document."""

    code = "correction_empty"
    field = "lines"


class CorrectionAmbiguous(InvalidInput):
    """Say one of it: amounts of lines, one amount before tax, or one with tax."""

    code = "correction_ambiguous"
    field = "net_minor"


class CreditTooLarge(InvalidInput):
    """{what} has {rest} left to credit, not {asked}."""

    code = "credit_too_large"
    field = "lines"


class AmountNotReachable(InvalidInput):
    """No {asked} with tax comes out of whole cents before tax: the nearest are {nearest}."""

    code = "amount_not_reachable"
    field = "gross_minor"


class LaterCorrections(Conflict):
    """{name} is not the last correction of {corrected}: void {later} first."""

    code = "later_corrections"


class CreditSpentForGood(Conflict):
    """Credit of {name} settled {spent_on}, which was reversed since: it can't be taken back."""

    code = "credit_spent_for_good"


class NotLatestBill(Conflict):
    """Bill {bill} is not the account's latest: cancel the later ones first."""

    code = "not_latest_bill"


class AutoPostNotSupported(Refusal):
    """The billing rule of seller {seller} does not support auto-post ("supports_auto_post" is off), so that auto-post
    and auto-email can't be chosen; switch it on first."""

    code = "auto_post_not_supported"
    field = "auto_posts"


class AutoEmailNeedsAutoPost(Refusal):
    """Invoices are e-mailed after they are posted: auto-email needs auto-post."""

    code = "auto_email_needs_auto_post"
    field = "auto_emails"


class ScheduleInvalid(InvalidInput):
    """This schedule can't be saved: {problems}."""

    code = "schedule_invalid"


class WrongScheduleState(Refusal):
    """Schedule {name} is {status}: {event} is not possible."""

    code = "wrong_schedule_state"
    field = "status"


class RunNotDeletable(Refusal):
    """Bill run {number} is {status}: only canceled and failed runs can be deleted."""

    code = "run_not_deletable"
    field = "status"


class CatchUpHasNoInvoices(Refusal):
    """Bill run {number} is a catch-up run: it made no invoices that could be {event}."""

    code = "catch_up_has_no_invoices"
    field = "status"


class RunHasNoInvoices(Refusal):
    """Bill run {number} has nothing to post: nothing was due. Cancel it, or let it stand."""

    code = "run_has_no_invoices"
    field = "status"


class PreviewRunning(Refusal):
    """Preview {number} is running for the same accounts; wait for it."""

    code = "preview_running"
    can_retry = True


class PreviewNotReady(Refusal):
    """Preview {number} is {status}: it has no file."""

    code = "preview_not_ready"


class AccountBeingBilled(Conflict):
    """Bill run {number} is {status} and has drafts of this account; wait until it is done, then do this again."""

    code = "account_being_billed"
    can_retry = True


class ActionNotFunded(Conflict):
    """The account's funds don't suffice: this comes to {amount} {currency}, and {reason}. Nothing was changed."""

    code = "action_not_funded"


class OnlyLine(Conflict):
    """{name} would be empty without this line; drop the account from its run, or reject the draft instead."""

    code = "only_line"


class DrawStated(Conflict):
    """{count} of these charges stand on a statement already; credit or reverse that instead."""

    code = "draw_stated"


class RunHasDraws(Conflict):
    """Bill run {number} has drawn on accounts; the draws and their reversals stay, and it with them."""

    code = "run_has_draws"


class CreditHeld(Conflict):
    """Drafts under review hold {held} of this credit. Post them or drop the account from its run, then give it back."""

    code = "credit_held"


class RunIsHeld(Conflict):
    """A payment run or its schedule names bill run {number}: delete that payment run first."""

    code = "run_is_held"


class StatementStands(Conflict):
    """Statement {name} is not voided: its charges were drawn before it. Reverse it, or credit what is wrong."""

    code = "statement_stands"


class MonthNotOver(Conflict):
    """{month} is not over where {seller} is; its statements are made from {first} on."""

    code = "month_not_over"


class NotEnoughFunds(Conflict):
    """A prepaid account pays from what it has, and {missing} {currency} are missing; post again when they are there."""

    code = "not_enough_funds"
