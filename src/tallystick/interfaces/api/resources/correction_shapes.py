"""What corrections are asked for by, and what they say before they are issued."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.resources.invoices import LARGEST_MINOR
from tallystick.interfaces.api.schemas import Body, Day, Number, Reason, Text40
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.queries.correctable import CorrectionPreview

CorrectionKind = Literal["credit_note", "debit_note"]
Amount = Annotated[int, Field(ge=-LARGEST_MINOR, le=LARGEST_MINOR)]
MOST_LINES = 1_000
LARGEST_POSITION = 32_767


class CorrectedLine(Body):
    """How much of one line, before tax."""

    position: int = Field(ge=1, le=LARGEST_POSITION, description="of the line on the corrected document")
    net_minor: Amount = Field(description="above zero, but for a discount line below")


class NewCorrection(Body):
    """A credit note or debit note: by line, or one amount for the whole; a credit note without any takes all that is
    left.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "credit_note", "gross_minor": 121, "reason": "agreed by phone", "posts": False}]
        }
    )

    kind: CorrectionKind
    lines: list[CorrectedLine] = Field(default_factory=list, max_length=MOST_LINES)
    net_minor: Amount | None = Field(None, description="for the whole document, before tax; spread over its lines")
    gross_minor: Amount | None = Field(None, description="for the whole document, with tax")
    reason: Reason
    reason_code: Text40 = Field("", description="one of the seller's reason codes")
    dated_on: Day | None = Field(None, description="null: today; never before what it corrects")
    posts: bool = Field(True, description="false: leave it as a draft")

    def as_ask(self) -> CorrectionAsk:
        """As the operations take it."""
        lines = {line.position: line.net_minor for line in self.lines}
        return CorrectionAsk(lines=lines, net_minor=self.net_minor, gross_minor=self.gross_minor)


class Reversal(Body):
    """Why a document is reversed, and the date of what reverses it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "billed at the old price"}]})

    reason: Reason
    reason_code: Text40 = Field("", description="one of the seller's reason codes")
    dated_on: Day | None = Field(None, description="null: today; never before what it reverses")


class Voiding(Reversal):
    """Why a document is voided."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "never ordered"}]})

    frees_periods: bool = Field(False, description="true: what it billed is due again")


class Rejection(Body):
    """Why a draft is rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the customer withdrew"}]})

    reason: Reason


class PreviewQuery(Schema):
    """What would be corrected."""

    kind: Literal["credit_note", "debit_note", "reversal"] = "reversal"
    net_minor: Amount | None = None
    gross_minor: Amount | None = None


class PreviewTaxLine(Schema):
    """The tax of all lines of one treatment and rate."""

    registration: str
    treatment: str
    tax_rate: Number
    net_minor: int
    tax_minor: int


class Preview(Schema):
    """What a correction would say, and where its credit would go."""

    lines: list[CorrectedLine]
    tax_lines: list[PreviewTaxLine]
    net_minor: int
    tax_minor: int
    gross_minor: int
    allocated_minor: int = Field(description="of it, settles the corrected document")
    left_as_credit_minor: int = Field(description="of it, stays with the customer for other documents")


def show_preview(preview: CorrectionPreview) -> dict[str, object]:
    """As the API shows it."""
    plan = preview.plan
    return {
        "lines": [{"position": position, "net_minor": net} for position, net in sorted(plan.amounts.items())],
        "tax_lines": [line._asdict() for line in plan.tax_lines],
        "net_minor": plan.net_minor,
        "tax_minor": plan.tax_minor,
        "gross_minor": plan.gross_minor,
        "allocated_minor": preview.allocated_minor,
        "left_as_credit_minor": preview.left_as_credit_minor,
    }
