"""What an e-mail says about the money: once, and as things stand when it is written.

The PDF keeps the words of the day on which it was posted. That a collection failed since, or is under way, is said
here only.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from tallystick.delivery.core.charging import Charge
from tallystick.delivery.core.languages import LANGUAGES
from tallystick.delivery.core.mail_words import MailWords
from tallystick.documents.core.languages.chosen import get_words
from tallystick.documents.core.paying import Paying, decide_paying
from tallystick.documents.core.view import DocumentView
from tallystick.documents.core.words import Words
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.documents.rendering.sheet_payment import compose_payment


class Request(NamedTuple):
    """`notice` comes first, then `label` with `amount`, `sentence`, bank `details` and `link`; what is empty is left
    out. The money is asked for by the label or by the sentence, never by both."""

    subject: str
    notice: str
    label: str
    amount: str
    sentence: str
    details: list[tuple[str, str]]
    link_label: str
    link: str


def compose_request(view: DocumentView, *, written_on: date, charge: Charge) -> Request:
    """What a posted document's e-mail of that day asks of its reader, in the account's language."""
    words = get_words(view.language)
    says = LANGUAGES[words.code]
    asked = _as_asked(view, charge)
    paying = decide_paying(asked)
    is_overdue = written_on > view.due_on
    is_on_its_day = charge is Charge.PLANNED and not is_overdue
    payment = compose_payment(asked, words=words)
    due = write_date(view.due_on, locale=words.locale)
    amount = write_money(view.open_minor or view.gross_minor, currency=view.currency, locale=words.locale)
    facts = {"title": words.kinds[view.kind].title, "number": view.number, "amount": amount, "date": due}
    method = view.payment.method_label
    is_collected_otherwise = paying is Paying.COLLECTED and not is_on_its_day
    return Request(
        subject=says.get_subject(paying, is_on_its_day=is_on_its_day).format_map(facts),
        notice=says.collection.failed.format(method=method) if asked is not view else "",
        label=says.get_request(paying, is_overdue=is_overdue).format(date=due) or _label(view, words, says),
        amount=amount,
        sentence=says.get_collection(charge).format(method=method) if is_collected_otherwise else payment["sentence"],
        details=[(label, value) for row in payment["details"] for label, value in row],
        link_label=payment["link_label"] or (says.see_online if view.open_minor > 0 and view.payment.page_url else ""),
        link=view.payment.page_url,
    )


def _as_asked(view: DocumentView, charge: Charge) -> DocumentView:
    """The view with what failed to be collected asked of the reader instead; else the view itself."""
    if charge is Charge.FAILED and decide_paying(view) is Paying.COLLECTED:
        return replace(view, payment=replace(view.payment, collection_method="remittance"))
    return view


def _label(view: DocumentView, words: Words, says: MailWords) -> str:
    """What the amount is called where nothing is asked of the reader."""
    if view.is_credit:
        return words.kinds[view.kind].amount
    return says.amount if view.open_minor > 0 else words.table.total
