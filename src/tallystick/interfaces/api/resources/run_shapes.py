"""Shapes of bill runs, schedules and previews: whom they take, and what they are asked for."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

from tallystick.interfaces.api.schemas import Body, Day, Event, Reason, Row, Text40, Text80
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.core.schedule import DateRule

RunStatus = Literal["pending", "paused", "running", "completed", "failed", "posting", "posted", "canceling", "canceled"]
ScheduleStatus = Literal["active", "paused", "finished", "canceled"]
Frequency = Literal["once", "daily", "weekly", "monthly"]
ChargeKind = Literal["one_off", "recurring", "usage"]
BillingMode = Literal["self_serve", "managed"]
Renewal = Literal["none", "all", "automatic"]

_NULL_RULE = "; null: as the billing rule says. Refused while the rule does not support auto-post"


class PopulationFilters(Body):
    """Which accounts a run takes. Empty means all; several values of one filter widen it, several filters narrow."""

    accounts: list[Text80] = Field(default_factory=list, max_length=1000, description="only these, by external id")
    segments: list[Text40] = Field(default_factory=list, max_length=100, description="only accounts of these segments")
    anchor_days: list[Annotated[int, Field(ge=1, le=31)]] = Field(
        default_factory=list, max_length=31, description="only accounts with these anchor days"
    )

    def as_filters(self) -> RunFilters:
        """The filters as an operation takes them."""
        return RunFilters(tuple(self.accounts), tuple(self.segments), tuple(self.anchor_days))


class BillingFilters(PopulationFilters):
    """Which accounts, and what of them is billed."""

    billing_modes: list[BillingMode] = Field(default_factory=list, max_length=2)
    plans: list[Text80] = Field(default_factory=list, max_length=100, description="only subscriptions to these plans")
    subscriptions: list[Text80] = Field(default_factory=list, max_length=1000, description="only these subscriptions")
    excluded_kinds: list[ChargeKind] = Field(default_factory=list, description="charge types left out; at most two")

    def as_filters(self) -> RunFilters:
        """The filters as an operation takes them."""
        return (
            super()
            .as_filters()
            ._replace(
                billing_modes=tuple(self.billing_modes),
                plans=tuple(self.plans),
                subscriptions=tuple(self.subscriptions),
            )
        )


class RunChoices(BillingFilters):
    """What a run or a schedule is asked for."""

    renews_terms: bool = Field(True, description="first renew terms that are due for renewal")
    failure_rule: Literal["account", "invoice"] = Field(
        "account", description="a failure leaves out all invoices of its account, or only its own invoice"
    )
    auto_posts: bool | None = Field(None, description=f"post when drafted, without a review{_NULL_RULE}")
    auto_emails: bool | None = Field(None, description=f"e-mail when posted; needs auto_posts{_NULL_RULE}")
    mails_zero: bool | None = Field(None, description="e-mail invoices of zero too; null: as the billing rule says")

    def as_options(self) -> RunOptions:
        """The options as an operation takes them."""
        return RunOptions(
            tuple(self.excluded_kinds),
            self.renews_terms,
            self.failure_rule,
            self.auto_posts,
            self.auto_emails,
            self.mails_zero,
        )


class DateOffset(Body):
    """How a date follows the day of the run: `days` later, or on `month_day` (31: the last) some `months` later."""

    days: int = Field(0, ge=0, le=3650)
    months: int = Field(0, ge=0, le=120)
    month_day: int | None = Field(None, ge=1, le=31)

    def as_rule(self) -> DateRule:
        """The rule as an operation takes it."""
        return DateRule(self.days, self.months, self.month_day)


_RUN_DAY = DateOffset.model_validate({})


class RunTerms(Row):
    """What runs and schedules say of what they were asked for."""

    filters: dict[str, list[str | int]]
    excluded_kinds: list[ChargeKind]
    renews_terms: bool
    failure_rule: str
    auto_posts: bool
    auto_emails: bool
    mails_zero: bool | None


class BillRunSummary(RunTerms):
    """A bill run."""

    id: int
    number: str = Field(examples=["BR-000001"])
    seller: str = Field(validation_alias="seller.code")
    kind: Literal["bill", "catch_up"]
    status: RunStatus
    target_on: date
    invoice_on: date
    schedule_id: int | None
    starts_at: datetime | None = Field(description="of a schedule: when it begins")
    created_at: datetime
    created_by: str
    started_at: datetime | None
    completed_at: datetime | None
    posted_at: datetime | None


class Totals(Schema):
    """Sums in one currency, in minor units."""

    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int


class RunFigures(Schema):
    """What a run came to (ZUO-14)."""

    documents: int
    posted_percent: int
    invoices: int
    credit_notes: int
    zero_totals: int
    accounts: int = Field(description="looked at")
    drafting_seconds: int | None
    posting_seconds: int | None
    emails_sent: int


class BillRun(BillRunSummary):
    """A bill run and where it stands. A chunk is the part of its accounts that one job works on."""

    chunks_total: int
    chunks_done: int = Field(description="of the phase under way: drafting, posting or canceling")
    accounts_total: int
    accounts_done: int
    documents: int
    posted_documents: int
    failed_accounts: int
    totals: list[Totals]
    drawn: list[Totals] = Field(description="of what was drawn on accounts instead of drafted")
    summary: RunFigures
    warnings: list[str] = Field(description="advice where it posts or mails by itself")
    events: list[Event]


class PlannedRun(Row):
    """A day on which a schedule will run, and the dates that its run will carry."""

    run_on: date
    target_on: date
    invoice_on: date


def _write_time(given: object) -> object:
    return f"{given:%H:%M}" if isinstance(given, time) else given


TimeOfDay = Annotated[str, BeforeValidator(_write_time), Field(examples=["06:00"])]
"""A time of day where the seller is; JSON Schema's own type would ask for an offset."""


class ScheduleSummary(RunTerms):
    """A schedule of bill runs."""

    id: int
    name: str
    seller: str = Field(validation_alias="seller.code")
    status: ScheduleStatus
    frequency: Frequency
    starts_on: date
    ends_until: date | None = Field(description="first day on which it runs no more")
    weekday: int | None
    month_day: int | None
    run_time: TimeOfDay
    target_days: int
    target_months: int
    target_month_day: int | None
    invoice_days: int
    invoice_months: int
    invoice_month_day: int | None
    takes_run_day_anchors: bool
    created_at: datetime
    created_by: str


class Schedule(ScheduleSummary):
    """A schedule with what lies ahead and what it made."""

    planned: list[PlannedRun] = Field(description="the next days, with their dates")
    runs: list[BillRunSummary] = Field(description="newest first")
    warnings: list[str]
    events: list[Event]


class ScheduleTerms(RunChoices):
    """When runs are made by themselves, and what they bill. Times and days are the seller's."""

    name: Text80 = Field(min_length=1)
    frequency: Frequency
    starts_on: Day
    ends_until: Day | None = Field(None, description="first day on which it runs no more")
    weekday: int | None = Field(None, ge=1, le=7, description="weekly: 1 Monday to 7 Sunday")
    month_day: int | None = Field(None, ge=1, le=31, description="monthly: 31 is the last day of the month")
    run_time: str = Field("00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    target: DateOffset = Field(_RUN_DAY, description="the target date of each run")
    invoice: DateOffset = Field(_RUN_DAY, description="the invoice date of each run")
    takes_run_day_anchors: bool = Field(False, description="anchor day same as run day; at a month's end all later too")


class NewSchedule(ScheduleTerms):
    """A schedule of a seller."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "month end",
                    "frequency": "monthly",
                    "month_day": 31,
                    "starts_on": "2026-06-01",
                    "run_time": "06:00",
                    "target": {"months": 1, "month_day": 1},
                    "invoice": {"months": 1, "month_day": 1},
                }
            ]
        }
    )

    seller: Annotated[Text40, Field(description="code; may be left out while there is only one")] = ""


class ScheduleChange(ScheduleTerms):
    """All terms of a schedule anew, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reason": "agreed with customer",
                    "name": "month end",
                    "frequency": "monthly",
                    "month_day": 31,
                    "starts_on": "2026-06-01",
                    "run_time": "06:00",
                    "target": {"months": 1, "month_day": 1},
                    "invoice": {"months": 1, "month_day": 1},
                }
            ]
        }
    )

    reason: Reason
