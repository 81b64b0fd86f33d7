"""What is filled in to correct a document: amounts by line or for the whole, why, and from which day."""

from __future__ import annotations

from typing import Any

from django import forms

from tallystick.errors import InvalidInput
from tallystick.interfaces.console.filling import PlainForm
from tallystick.interfaces.console.formats import write_money
from tallystick.invoicing.core.correction import CREDIT_NOTE, CorrectionAsk
from tallystick.invoicing.core.crediting import Correctable
from tallystick.invoicing.models import Document, DocumentLine
from tallystick.money.amount import parse_minor
from tallystick.sellers.queries import list_reason_codes

WITH_TAX, BEFORE_TAX = "gross", "net"


class ReasonForm(PlainForm):
    """Why, and the date of the document that is posted for it."""

    reason = forms.CharField(label="Why", max_length=200, help_text="Stays in the history of what is corrected.")
    reason_code = forms.ChoiceField(label="Reason code", required=False)
    dated_on = forms.DateField(label="Date", required=False, help_text="Empty: today. Never before what is corrected.")

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = list_reason_codes(document.seller_id, only_active=True)
        self.fields["reason_code"].choices = [  # type: ignore[attr-defined]
            ("", "None"),
            *((reason.code, reason.name) for reason in reasons),
        ]


class VoidForm(ReasonForm):
    """A void may leave the periods billed or free them."""

    frees_periods = forms.BooleanField(
        label="What it billed is due again",
        required=False,
        help_text="Otherwise nobody bills these days a second time.",
    )


class CorrectionForm(ReasonForm):
    """Amounts by line, before tax, or one for the whole document; the first that is filled in counts."""

    amount = forms.CharField(label="For the whole document", required=False)
    basis = forms.ChoiceField(
        label="That is", required=False, choices=((WITH_TAX, "with tax"), (BEFORE_TAX, "before tax"))
    )

    def __init__(self, *args: Any, document: Document, kind: str, of: Correctable, **kwargs: Any) -> None:
        super().__init__(*args, document=document, **kwargs)
        self._currency = document.currency
        rests = {line.position: line.rest_minor for line in of.lines}
        self._positions = sorted(rests)
        for line in DocumentLine.objects.filter(document=document).order_by("position"):
            left = write_money(rests[line.position], currency=document.currency)
            told = f"{left} of it can be credited." if kind == CREDIT_NOTE else "Above zero."
            self.fields[f"line_{line.position}"] = forms.CharField(
                label=f"{line.position}. {line.description}", required=False, help_text=told
            )
        whole = write_money(of.rest_gross_minor, currency=document.currency)
        if kind == CREDIT_NOTE:
            self.fields["amount"].help_text = f"Spread over its lines. With no amount at all: everything, {whole}."
        else:
            self.fields["amount"].help_text = "Spread over its lines."
        lines = [f"line_{position}" for position in self._positions]
        self.sections = (
            ("By line, before tax", lines),
            ("Or for the whole", ["amount", "basis"]),
            ("Why", ["reason", "reason_code", "dated_on"]),
        )

    def read_ask(self) -> CorrectionAsk:
        """What is asked for; raises InvalidInput for what is no amount."""
        given = self.cleaned_data
        lines = {
            position: self._read(given[f"line_{position}"]) for position in self._positions if given[f"line_{position}"]
        }
        if lines or not given["amount"]:
            return CorrectionAsk(lines=lines)
        amount = self._read(given["amount"])
        if given["basis"] == BEFORE_TAX:
            return CorrectionAsk(net_minor=amount)
        return CorrectionAsk(gross_minor=amount)

    def _read(self, text: str) -> int:
        try:
            return parse_minor(text.strip(), self._currency)
        except InvalidInput as refusal:
            raise InvalidInput(f"{text!r} is no amount in {self._currency}.", field="amount") from refusal
