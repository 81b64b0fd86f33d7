"""Forms of payment runs and their schedules: whom, how, and when."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms

from tallystick.accounts.models import Account
from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions
from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.models import PaymentRunSchedule
from tallystick.collection.operations.change_schedule import ScheduleChange
from tallystick.collection.operations.create_schedule import NewPaymentSchedule
from tallystick.interfaces.console.pages.run_forms import RunFiltersForm
from tallystick.invoicing.core.schedule import Recurrence
from tallystick.invoicing.models import BillRun, BillRunSchedule
from tallystick.payments.models import GatewayAccount

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS = [("", "–"), *((str(number), day) for number, day in enumerate(_DAYS, 1))]
_FREQUENCIES = (
    ("after_schedule", "After each run of a bill run schedule is posted"),
    ("after_run", "After one bill run is posted"),
    ("daily", "Every day"),
    ("weekly", "Every week"),
    ("monthly", "Every month"),
    ("once", "Once"),
)
_HOURS = [(str(hour), f"{hour:02d}:00") for hour in range(24)]
LONGEST_WAIT_HOURS = 720
_ONLY_HELP = "Else it also takes earlier ones that runs left open, as soon as they may be tried again."


class CollectionForm(RunFiltersForm):
    """Whom a payment run collects from, and how."""

    currencies = forms.MultipleChoiceField(
        label="Only this currency", required=False, widget=forms.CheckboxSelectMultiple
    )
    gateways = forms.MultipleChoiceField(
        label="Only methods at this gateway", required=False, widget=forms.CheckboxSelectMultiple
    )
    applies_credits = forms.BooleanField(label="Use customer credit before charging", required=False, initial=True)
    applies_only = forms.BooleanField(label="Apply credits only, charge nobody", required=False)
    joins_payments = forms.BooleanField(
        label="One payment an account for everything due", required=False, help_text="Else one payment an invoice."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Account.objects.order_by("currency").values_list("currency", flat=True).distinct()
        kinds = GatewayAccount.objects.order_by("kind").values_list("kind", flat=True).distinct()
        self.fields["currencies"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
        self.fields["gateways"].choices = [(kind, kind) for kind in kinds]  # type: ignore[attr-defined]

    def read_filters(self) -> CollectionFilters:
        """The filters that were asked for."""
        given = self.cleaned_data
        return CollectionFilters(
            account_external_ids=given["accounts"],
            segments=given["segments"],
            anchor_days=given["anchor_days"],
            currencies=tuple(given["currencies"]),
            gateways=tuple(given["gateways"]),
        )

    def read_options(self) -> CollectOptions:
        """The options that were asked for."""
        given = self.cleaned_data
        return CollectOptions(given["applies_credits"], not given["applies_only"], given["joins_payments"])


class NewPaymentRunForm(CollectionForm):
    """What a payment run is asked for."""

    bill_run = forms.ModelChoiceField(
        label="Only invoices of this bill run", queryset=BillRun.objects.none(), required=False, empty_label="Any"
    )
    field_order = ("seller", "target_on", "bill_run", "accounts", "segments", "anchor_days", "applies_credits")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target_on"].label = "Due up to"
        self.fields["target_on"].help_text = "Takes posted invoices that are due up to and including this day."
        posted = BillRun.objects.filter(status="posted").order_by("-pk")
        self.fields["bill_run"].queryset = posted  # type: ignore[attr-defined]


class PaymentScheduleForm(CollectionForm):
    """A schedule of payment runs. Days and times are the seller's."""

    target_on = None  # type: ignore[assignment]  # follows the day of each run
    name = forms.CharField(label="Name", max_length=80)
    frequency = forms.ChoiceField(label="Runs", choices=_FREQUENCIES)
    bill_run_schedule = forms.ModelChoiceField(
        label="Bill run schedule", queryset=BillRunSchedule.objects.none(), required=False, empty_label="–"
    )
    bill_run = forms.ModelChoiceField(
        label="Bill run",
        queryset=BillRun.objects.none(),
        required=False,
        empty_label="–",
        help_text="To wait for, or, on days, whose invoices alone are collected.",
    )
    after_hours = forms.IntegerField(
        label="Hours after the posting", min_value=0, max_value=LONGEST_WAIT_HOURS, required=False
    )
    only_bill_run = forms.BooleanField(
        label="After a posting: only invoices of that bill run", required=False, help_text=_ONLY_HELP
    )
    weekday = forms.TypedChoiceField(
        label="On (weekly)", choices=_WEEKDAYS, coerce=int, empty_value=None, required=False
    )
    month_day = forms.IntegerField(
        label="On day (monthly)", min_value=1, max_value=31, required=False, help_text="31: the last day of the month."
    )
    run_hour = forms.TypedChoiceField(label="At", choices=_HOURS, coerce=int, empty_value=None, required=False)
    starts_on = forms.DateField(label="Starts on", required=False)
    ends_until = forms.DateField(label="First day without it", required=False, help_text="Empty: until canceled.")
    target_days = forms.IntegerField(
        label="Due up to days after the run", min_value=0, max_value=365, required=False, help_text="Usually 0."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = BillRunSchedule.objects.filter(status="active").order_by("name")
        self.fields["bill_run_schedule"].queryset = active  # type: ignore[attr-defined]
        runs = BillRun.objects.exclude(status__in=["canceled", "canceling", "failed"]).order_by("-pk")
        self.fields["bill_run"].queryset = runs  # type: ignore[attr-defined]

    def read_schedule(self) -> NewPaymentSchedule:
        """What was asked for; what the frequency does not need is left out."""
        given = self.cleaned_data
        frequency = given["frequency"]
        waits = frequency.startswith("after_")
        return NewPaymentSchedule(
            name=given["name"],
            recurrence=None if waits else self._read_recurrence(frequency),
            after=self._read_after(frequency) if waits else None,
            run_time=time(given["run_hour"] or 0, 0),
            target_days=given["target_days"] or 0,
            filters=self.read_filters(),
            bill_run=None if waits else given["bill_run"],
            options=self.read_options()._replace(only_bill_run=waits and given["only_bill_run"]),
        )

    def clean(self) -> dict[str, Any]:
        """Days need a day to begin with."""
        given = super().clean() or self.cleaned_data
        if not str(given.get("frequency", "")).startswith("after_") and not given.get("starts_on"):
            self.add_error("starts_on", "Say on which day it begins.")
        return given

    def _read_recurrence(self, frequency: str) -> Recurrence:
        given = self.cleaned_data
        return Recurrence(
            frequency,
            given["starts_on"],
            given["ends_until"],
            given["weekday"] if frequency == "weekly" else None,
            given["month_day"] if frequency == "monthly" else None,
        )

    def _read_after(self, frequency: str) -> AfterPosting:
        given = self.cleaned_data
        run, schedule = given["bill_run"], given["bill_run_schedule"]
        if frequency == "after_run":
            return AfterPosting(given["after_hours"] or 0, bill_run_id=run.pk if run else None)
        return AfterPosting(given["after_hours"] or 0, bill_run_schedule_id=schedule.pk if schedule else None)


class ChangedPaymentScheduleForm(CollectionForm):
    """What may change of a schedule that there is; on which days it runs, or for what it waits, stays."""

    target_on = None  # type: ignore[assignment]
    name = forms.CharField(label="Name", max_length=80)
    run_hour = forms.TypedChoiceField(label="At", choices=_HOURS, coerce=int)
    after_hours = forms.IntegerField(label="Hours after the posting", min_value=0, max_value=LONGEST_WAIT_HOURS)
    only_bill_run = forms.BooleanField(
        label="Only invoices of the bill run that it waits for", required=False, help_text=_ONLY_HELP
    )
    target_days = forms.IntegerField(label="Due up to days after the run", min_value=0, max_value=365)
    reason = forms.CharField(label="Why", max_length=200, help_text="Stays in its history.")

    def __init__(self, *args: Any, schedule: PaymentRunSchedule, **kwargs: Any) -> None:
        super().__init__(*args, initial=_read_present(schedule), **kwargs)
        del self.fields["seller"]
        for name in ("run_hour",) if schedule.after_hours is not None else ("after_hours", "only_bill_run"):
            del self.fields[name]

    def read_change(self) -> ScheduleChange:
        """What was asked for."""
        given = self.cleaned_data
        return ScheduleChange(
            given["name"],
            time(given["run_hour"], 0) if "run_hour" in given else None,
            given.get("after_hours"),
            given["target_days"],
            self.read_filters(),
            self.read_options()._replace(only_bill_run=given.get("only_bill_run", False)),
        )


def _read_present(schedule: PaymentRunSchedule) -> dict[str, Any]:
    filters = CollectionFilters.from_json(schedule.filters)
    same = ("name", "after_hours", "target_days", "applies_credits", "joins_payments", "only_bill_run")
    return {
        **{name: getattr(schedule, name) for name in same},
        "run_hour": str(schedule.run_time.hour),
        "applies_only": not schedule.charges_methods,
        "accounts": ", ".join(filters.account_external_ids),
        "segments": list(filters.segments),
        "anchor_days": ", ".join(str(day) for day in filters.anchor_days),
        "currencies": list(filters.currencies),
        "gateways": list(filters.gateways),
    }
