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
    """{count} services were billed further by later documents; cancel those first."""

    code = "billed_further"


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
