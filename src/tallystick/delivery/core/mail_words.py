"""The words of the e-mail that carries a document. What to pay and how is said in the words of the document itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from tallystick.documents.core.paying import Paying


@dataclass(frozen=True, slots=True)
class MailWords:
    """One language. Subjects take {title}, {number}, {amount} and {date}; `attached` and `corrects` (which
    names what a note corrects, by its kind) take {number} and {date}."""

    code: str
    due: str
    collected: str
    settled: str
    nothing_to_pay: str
    credited: str
    withdrawn: str
    greeting: str
    attached: Mapping[str, str]
    corrects: Mapping[str, str]
    questions: str

    def get_subject(self, paying: Paying) -> str:
        """The subject's pattern for what the reader is to do: always with number and amount."""
        return {
            Paying.COLLECTED: self.collected,
            Paying.SETTLED: self.settled,
            Paying.NOTHING_TO_PAY: self.nothing_to_pay,
            Paying.CREDITED: self.credited,
            Paying.WITHDRAWN: self.withdrawn,
        }.get(paying, self.due)
