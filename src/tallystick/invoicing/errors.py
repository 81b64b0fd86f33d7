"""The refusals of invoicing."""

from tallystick.errors import InvalidInput, Refusal


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
    """{count} services were billed further by later documents; cancel those first."""

    code = "billed_further"


class RunHasPostedDocuments(Refusal):
    """Bill run {number} has {count} posted invoices; correct them by credit notes instead."""

    code = "run_has_posted_documents"


class AccountNotInRun(Refusal):
    """Account {account} has nothing in bill run {number} that could be dropped or drafted again."""

    code = "account_not_in_run"


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


class PreviewRunning(Refusal):
    """Preview {number} is running for the same accounts; wait for it."""

    code = "preview_running"
    can_retry = True


class PreviewNotReady(Refusal):
    """Preview {number} is {status}: it has no file."""

    code = "preview_not_ready"
