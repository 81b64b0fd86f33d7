"""The words of the e-mail that carries a document. Bank details are named in the words of the document itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from tallystick.delivery.core.charging import Charge
from tallystick.documents.core.paying import Paying


@dataclass(frozen=True, slots=True)
class MailSubjects:
    """Subjects of one language, by what the reader is to do. They take {title}, {number}, {amount} and {date}."""

    due: str
    collected: str
    collecting: str
    settled: str
    nothing_to_pay: str
    credited: str
    withdrawn: str


@dataclass(frozen=True, slots=True)
class CollectionSentences:
    """What is said about a collection that is no longer ahead on its day. They take {method}."""

    soon: str
    under_way: str
    to_confirm: str
    failed: str


@dataclass(frozen=True, slots=True)
class MailWords:
    """One language. What asks for money takes {date} and stands before `colon` and the amount.

    `attached` and `corrects` (which names what a note corrects, by its kind) take {number} and {date}, `greeting`
    takes {name}.
    """

    code: str
    subjects: MailSubjects
    greeting: str
    attached: Mapping[str, str]
    corrects: Mapping[str, str]
    transfer: str
    transfer_overdue: str
    pay: str
    pay_overdue: str
    amount: str
    colon: str
    collection: CollectionSentences
    see_online: str
    questions: str

    def get_subject(self, paying: Paying, *, is_on_its_day: bool = True) -> str:
        """The subject's pattern for what the reader is to do: always with number and amount.

        `is_on_its_day`: whether what is collected will be on its due date.
        """
        subjects = self.subjects
        return {
            Paying.COLLECTED: subjects.collected if is_on_its_day else subjects.collecting,
            Paying.SETTLED: subjects.settled,
            Paying.NOTHING_TO_PAY: subjects.nothing_to_pay,
            Paying.CREDITED: subjects.credited,
            Paying.WITHDRAWN: subjects.withdrawn,
        }.get(paying, subjects.due)

    def get_request(self, paying: Paying, *, is_overdue: bool) -> str:
        """The one pattern that asks for the money; "" where nothing is asked of the reader."""
        if paying is Paying.TRANSFER:
            return self.transfer_overdue if is_overdue else self.transfer
        if paying in (Paying.ONLINE, Paying.ASK_US):
            return self.pay_overdue if is_overdue else self.pay
        return ""

    def get_collection(self, charge: Charge) -> str:
        """The sentence about a collection, for those that are not simply ahead on their day."""
        return {
            Charge.UNDER_WAY: self.collection.under_way,
            Charge.TO_CONFIRM: self.collection.to_confirm,
            Charge.FAILED: self.collection.failed,
        }.get(charge, self.collection.soon)
