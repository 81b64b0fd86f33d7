"""Shapes of payment runs and their schedules: whom they take, what they do, when they begin."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions
from tallystick.interfaces.api.resources.run_shapes import TimeOfDay
from tallystick.interfaces.api.schemas import Body, Day, Event, Id, Instant, Reason, Row, Text40, Text80

PaymentRunStatus = Literal["pending", "running", "completed", "failed", "canceled"]
PaymentScheduleStatus = Literal["active", "paused", "finished", "canceled"]
PaymentFrequency = Literal["once", "daily", "weekly", "monthly", "after_run", "after_schedule"]
Hours = Annotated[int, Field(ge=0, le=720)]


SellerCode = Annotated[Text40, Field(description="code; may be left out while there is only one")]


class CollectionChoices(Body):
    """Whom a run collects from, and how. Empty filters mean everyone; several narrow each other."""

    accounts: list[Text80] = Field(default_factory=list, max_length=1000, description="only these, by external id")
    segments: list[Text40] = Field(default_factory=list, max_length=100, description="only accounts of these segments")
    anchor_days: list[Annotated[int, Field(ge=1, le=31)]] = Field(
        default_factory=list, max_length=31, description="only accounts with these anchor days (bill cycle days)"
    )
    currencies: list[Annotated[str, Field(pattern=r"^[A-Z]{3}$")]] = Field(default_factory=list, max_length=50)
    gateways: list[Text40] = Field(
        default_factory=list, max_length=20, description="only accounts whose default method is at one of these"
    )
    applies_credits: bool = Field(True, description="use free customer credit before charging")
    charges_methods: bool = Field(True, description="false: apply credits only")
    joins_payments: bool = Field(False, description="one payment an account for all that is due, not one an invoice")

    def as_filters(self) -> CollectionFilters:
        """The filters as an operation takes them."""
        return CollectionFilters(
            tuple(self.accounts),
            tuple(self.segments),
            tuple(self.anchor_days),
            tuple(self.currencies),
            tuple(self.gateways),
        )

    def as_options(self) -> CollectOptions:
        """The options as an operation takes them."""
        return CollectOptions(self.applies_credits, self.charges_methods, self.joins_payments)


class WaitingChoices(CollectionChoices):
    """The same of what may wait for a bill run's posting."""

    only_bill_run: bool = Field(
        False,
        description="after a posting: only invoices of that bill run. Else also earlier ones that runs before left"
        " open, as soon as they may be tried again",
    )

    def as_options(self) -> CollectOptions:
        """The options as an operation takes them."""
        return super().as_options()._replace(only_bill_run=self.only_bill_run)


class NewPaymentRun(CollectionChoices):
    """What a payment run shall collect now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"target_on": "2026-03-01"}]})

    seller: SellerCode = ""
    target_on: Day = Field(description="collect what is due up to and including this day")
    bill_run_id: Id | None = Field(None, description="only invoices of this bill run")


class PaymentRunChange(Body):
    """What becomes new of a run that waits; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"starts_at": "2030-03-01T11:00:00Z"}]})

    starts_at: Instant | None = Field(None, description="of a run with a time; minutes are ignored")
    after_hours: Hours | None = Field(None, description="of a run that waits for its bill run's posting")
    choices: WaitingChoices | None = Field(None, description="whom and how, all of it anew")


class PaymentRunWhy(Body):
    """Why a run is canceled or deleted, or a schedule ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "collected by hand this month"}]})

    reason: Reason


class PaymentRunTotal(Schema):
    """A run in one currency, in minor units. Every invoice taken is in exactly one of the states.

    `payments`, `errors` and `pending` count charges; where a run joins payments, one may be for several invoices.
    """

    currency: str
    invoices: int
    invoices_minor: int
    payments: int
    payments_minor: int
    errors: int
    errors_minor: int
    pending: int
    pending_minor: int
    credits_used_minor: int
    unprocessed: int = Field(description="skipped, or not yet begun")
    unprocessed_minor: int


class TimingWarning(Row):
    """It would begin before the bill run it depends on is completed and posted; and what is offered instead."""

    bill_run_id: int
    bill_run: str
    starts_at: datetime
    ready_at: datetime = Field(description="estimated from the number of accounts and the last runs")
    offered_hours: int = Field(description="run it so many hours after the bill run is posted: `after_hours`")
    bill_run_schedule_id: int | None = Field(description="to a series: after each run of this schedule instead")
    bill_run_schedule: str = Field(description="its name")
    words: str


class CollectTerms(Row):
    """What runs and schedules say of what they were asked for."""

    filters: dict[str, list[str | int]]
    applies_credits: bool
    charges_methods: bool
    joins_payments: bool
    only_bill_run: bool = Field(description="its bill run's invoices alone, none that runs before left open")
    bill_run_id: int | None
    after_hours: int | None = Field(description="begins so long after its bill run is posted")


class PaymentRunSummary(CollectTerms):
    """A payment run."""

    id: int
    number: str = Field(examples=["PR-000001"])
    seller: str = Field(validation_alias="seller.code")
    status: PaymentRunStatus
    target_on: date
    run_on: date
    schedule_id: int | None
    starts_at: datetime | None = Field(description="of one that waits: when it begins, once that is known")
    reason: str = Field(description="why it failed or was canceled")
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class PaymentRun(PaymentRunSummary):
    """A payment run and where it stands."""

    items_total: int
    items_done: int
    open_failures: int = Field(description="nobody has retried or closed them, and they are still owed")
    undelivered: int = Field(description="its invoices that were neither e-mailed nor printed yet")
    follow_up: str = Field(description="where following up stands, in words")
    totals: list[PaymentRunTotal]
    warnings: list[TimingWarning]
    events: list[Event]


class DeletedPaymentRun(Row):
    """What stays of a run that was deleted."""

    number: str
    status: PaymentRunStatus
    deleted_at: datetime
    reason: str


class NewPaymentSchedule(WaitingChoices):
    """When payment runs are made by themselves, and what they collect. Times and days are the seller's.

    Either days (`frequency` with what it needs) or a posting: `after_bill_run_id` or `after_bill_run_schedule_id`
    with `after_hours`, so that collection never begins before the review is over.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "each morning",
                    "frequency": "daily",
                    "starts_on": "2026-06-01",
                    "run_time": "11:00",
                }
            ]
        }
    )

    seller: SellerCode = ""
    name: Text80 = Field(min_length=1)
    frequency: Literal["once", "daily", "weekly", "monthly"] | None = None
    starts_on: Day | None = None
    ends_until: Day | None = Field(None, description="first day on which it runs no more")
    weekday: int | None = Field(None, ge=1, le=7, description="weekly: 1 Monday to 7 Sunday")
    month_day: int | None = Field(None, ge=1, le=31, description="monthly: 31 is the last day of the month")
    run_time: str = Field(
        "00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="the hour counts, minutes are ignored"
    )
    after_bill_run_id: Id | None = None
    after_bill_run_schedule_id: Id | None = None
    after_hours: Hours | None = None
    target_days: int = Field(0, ge=0, le=365, description="take due dates up to so long after the day of the run")
    bill_run_id: Id | None = Field(None, description="with days: only invoices of this bill run")


class ChangedPaymentSchedule(Body):
    """What becomes new of a schedule; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"run_time": "14:00", "reason": "the review takes until noon"}]}
    )

    name: Text80 | None = Field(None, min_length=1)
    run_time: str | None = Field(
        None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="of days; the hour counts, minutes are ignored"
    )
    after_hours: Hours | None = Field(None, description="of a schedule that waits for postings")
    target_days: int | None = Field(None, ge=0, le=365)
    choices: WaitingChoices | None = Field(None, description="whom and how, all of it anew")
    reason: Reason


class PlannedPaymentRun(Row):
    """What lies ahead: a day, or the posting that it waits for."""

    run_on: date | None
    starts_at: datetime | None
    waits_for: str = Field(description="number of the bill run")


class PaymentScheduleSummary(CollectTerms):
    """A schedule of payment runs."""

    id: int
    name: str
    seller: str = Field(validation_alias="seller.code")
    status: PaymentScheduleStatus
    frequency: PaymentFrequency
    starts_on: date
    ends_until: date | None = Field(description="first day on which it runs no more")
    weekday: int | None
    month_day: int | None
    run_time: TimeOfDay
    bill_run_schedule_id: int | None
    target_days: int
    created_at: datetime
    created_by: str


class PaymentSchedule(PaymentScheduleSummary):
    """A schedule with what lies ahead and what it made."""

    runs_when: str = Field(examples=["3 hours after each run of monthly is posted"])
    takes: str = Field(
        description="whom and what it collects, in words", examples=["all accounts; only invoices of each run"]
    )
    planned: list[PlannedPaymentRun]
    runs: list[PaymentRunSummary] = Field(description="newest first")
    warnings: list[TimingWarning]
    events: list[Event]


def list_warnings(found: Any) -> list[Any]:
    """A warning as the list that answers carry."""
    return [found] if found is not None else []
