"""Shapes of actions on subscriptions, of whichever kinds there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from tallystick.errors import Problem
from tallystick.interfaces.api.resources.services import Code
from tallystick.interfaces.api.resources.subscription_shapes import Quantity
from tallystick.interfaces.api.schemas import (
    FIRST_DAY,
    Body,
    Currency,
    Day,
    GivenNumber,
    Id,
    Number,
    Reason,
    Row,
    Text80,
    Text200,
)
from tallystick.invoicing.queries.action_bill import ActionBill
from tallystick.journeys.take_action import Taken
from tallystick.subscriptions.core.action_kinds import KINDS, MOST_AT_ONCE
from tallystick.subscriptions.core.actions import Action, AmendedTerms, Placement, find_action_problems
from tallystick.subscriptions.core.new_subscription import NewService


def _require_kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"must be one of {', '.join(KINDS)}")
    return kind


Kind = Annotated[str, AfterValidator(_require_kind), WithJsonSchema({"type": "string", "enum": sorted(KINDS)})]
SCHEDULED_STATUSES = Literal["scheduled", "done", "refused", "canceled"]
_EXAMPLE: Final[dict[str, Any]] = {
    "kind": "change_quantity",
    "services": [{"service": "seat", "quantity": "6"}],
    "service_ids": [1],
}


class AddedService(Body):
    """A service that an action adds, or puts in the place of another."""

    service: Code = Field(description="code of a service of the plan")
    quantity: Quantity = Decimal(1)
    unit_price: GivenNumber | None = Field(None, ge=0, description="instead of the catalog's price")
    description: Text200 = Field("", max_length=160, description="on the invoice; empty: the service's name")
    external_id: Text80 = Field("", description="tells it from others in the subscription; empty: the service's code")


class NewTerms(Body):
    """Billing terms from the day on; what is null stays as it is."""

    scheme: Text80 | None = Field(None, description="how it is billed")
    plan: Code | None = Field(None, description="code of a plan")
    interval_months: int | None = Field(None, ge=1, le=1200)
    anchor_day: int | None = Field(None, ge=1, le=31)


class PlacedQuantity(Body):
    """So many of a subscription service are on an installed item, or at a location."""

    service_id: Id = Field(description="id of the subscription service")
    item: Text80 = Field(min_length=1, description="serial number of the item, or the location")
    quantity: Quantity


class ActionAsk(Body):
    """An action. Each kind says what it needs: services to add, the ids of those that it is about, and other fields."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    kind: Kind
    on: Day | None = Field(
        None, description="from which day; null: today where the seller is; to come: it is scheduled"
    )
    services: list[AddedService] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    service_ids: list[Id] = Field(
        default_factory=list, max_length=MOST_AT_ONCE, description="ids of the subscription services that it is about"
    )
    until_on: Day | None = Field(None, description="the first day after what lasts only a while")
    terms: NewTerms | None = None
    components: list[Code] = Field(
        default_factory=list, max_length=MOST_AT_ONCE, description="codes of the services that a bundle covers"
    )
    placements: list[PlacedQuantity] = Field(default_factory=list, max_length=MOST_AT_ONCE)

    def as_action(self, today: date) -> Action:
        """As the journeys take it; without a day of its own it is for today."""
        on = self.on or today
        return Action(
            self.kind,
            on,
            tuple(_read_service(each, on) for each in self.services),
            tuple(self.service_ids),
            until_on=self.until_on,
            terms=AmendedTerms(**self.terms.model_dump()) if self.terms else None,
            components=tuple(self.components),
            placements=tuple(Placement(each.service_id, each.item, each.quantity) for each in self.placements),
        )

    def find_problems(self) -> Sequence[Problem]:
        """What actions have against it, seen alone."""
        return list(find_action_problems(self.as_action(FIRST_DAY)))


class NewAction(ActionAsk):
    """An action, and why it is done."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "reason": "one more colleague"}]})

    reason: Reason


class ActionCancellation(Body):
    """Why a scheduled action is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "they changed their mind"}]})

    reason: Reason


class ActionLine(Schema):
    """A line of an action's bill, and how it came to its amount."""

    description: str
    period_start_on: date | None
    period_end_on: date | None = Field(description="the first day after it")
    quantity: Number
    unit_price: Number
    part_days: int
    full_days: int
    net_minor: int
    why: str


class ActionDocument(Schema):
    """A document of an action's bill. A preview's has neither id nor number.

    Nor has what is `drawn` on the account, for which the month's statement asks.
    """

    id: int | None
    number: str
    kind: Literal["invoice", "credit_note", "debit_note", "drawn"]
    corrects: str = Field(description="number of the document that a note corrects")
    net_minor: int
    tax_minor: int
    gross_minor: int
    open_minor: int
    lines: list[ActionLine]


class KeptService(Schema):
    """A service that a scheduled action adds."""

    service: str
    quantity: Number
    unit_price: Number | None
    description: str
    external_id: str


class ScheduledAction(Row):
    """An action that waits for its day, and what became of it."""

    id: int
    kind: str
    on: date
    services: list[KeptService]
    service_ids: list[int]
    until_on: date | None
    terms: dict[str, str | int | None] | None
    components: list[str]
    placements: list[dict[str, str | int]]
    status: SCHEDULED_STATUSES
    reason: str
    scheduled_at: datetime
    scheduled_by: str
    settled_at: datetime | None = Field(description="when it was done, refused or canceled")
    told: str = Field(description="why it was refused or canceled")
    document_ids: list[int] = Field(description="the invoices and notes that it was billed by")


class ActionOutcome(Schema):
    """What an action did, or would do: `scheduled` is billed on its day, with the prices of that day."""

    status: Literal["done", "scheduled"]
    scheduled: ScheduledAction | None = Field(description="what waits for its day; null in a preview")
    currency: Currency
    total_minor: int | None = Field(description="with tax; credit notes lower it; null while it waits")
    documents: list[ActionDocument]


def _read_service(given: AddedService, on: date) -> NewService:
    return NewService(
        given.service,
        on,
        quantity=given.quantity,
        unit_price_override=given.unit_price,
        description=given.description,
        external_id=given.external_id,
    )


def show_scheduled(row: Any) -> dict[str, Any]:
    """A scheduled action as the API shows it."""
    names = ("status", "reason", "scheduled_at", "scheduled_by", "settled_at", "told")
    return {
        **row.action,
        "id": row.pk,
        "document_ids": row.documents,
        **{name: getattr(row, name) for name in names},
    }


def show_outcome(taken: Taken, *, currency: str, scheduled: Any = None) -> dict[str, Any]:
    """What came of an action, as the API shows it."""
    if taken.bill is None:
        waits = show_scheduled(scheduled) if scheduled else None
        return {
            "status": "scheduled",
            "scheduled": waits,
            "currency": currency,
            "total_minor": None,
            "documents": [],
        }
    total = taken.bill.total_minor
    documents = _show_documents(taken.bill)
    return {"status": "done", "scheduled": None, "currency": currency, "total_minor": total, "documents": documents}


def _show_documents(bill: ActionBill) -> list[dict[str, Any]]:
    return [
        {
            **document._asdict(),
            "id": document.document_id or None,
            "lines": [line._asdict() for line in document.lines],
        }
        for document in bill.documents
    ]
