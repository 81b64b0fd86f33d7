"""The form of a schedule: when, which dates, whom, and what happens by itself."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms

from tallystick.interfaces.console.pages.run_choices import RunChoicesForm
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.schedule import DateRule, Recurrence
from tallystick.invoicing.models import BillRunSchedule
from tallystick.invoicing.operations.create_schedule import NewSchedule

_FREQUENCIES = (("monthly", "Every month"), ("weekly", "Every week"), ("daily", "Every day"), ("once", "Once"))
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS = [("", "–"), *((str(number), day) for number, day in enumerate(_DAYS, 1))]


class ScheduleForm(RunChoicesForm):
    """A schedule. Days and times are the seller's."""

    target_on = None  # type: ignore[assignment]  # follows the day of each run
    name = forms.CharField(label="Name", max_length=80)
    frequency = forms.ChoiceField(label="Runs", choices=_FREQUENCIES)
    weekday = forms.TypedChoiceField(label="On", choices=_WEEKDAYS, coerce=int, empty_value=None, required=False)
    month_day = forms.IntegerField(
        label="On day", min_value=1, max_value=31, required=False, help_text="31: the last day of the month."
    )
    run_time = forms.TimeField(
        label="At", required=False, widget=forms.TimeInput(attrs={"type": "time"}), help_text="Empty: at midnight."
    )
    starts_on = forms.DateField(label="Starts on")
    ends_until = forms.DateField(label="First day without it", required=False, help_text="Empty: until canceled.")
    target_days = forms.IntegerField(label="Days later", min_value=0, required=False)
    target_months = forms.IntegerField(label="or months later", min_value=0, required=False)
    target_month_day = forms.IntegerField(label="on day of the month", min_value=1, max_value=31, required=False)
    invoice_days = forms.IntegerField(label="Days later", min_value=0, required=False)
    invoice_months = forms.IntegerField(label="or months later", min_value=0, required=False)
    invoice_month_day = forms.IntegerField(label="on day of the month", min_value=1, max_value=31, required=False)
    takes_run_day_anchors = forms.BooleanField(
        label="Only accounts whose anchor day is the run's day",
        required=False,
        help_text="On the last day of a month also those whose day that month does not have.",
    )
    field_order = ("seller", "name", "frequency", "weekday", "month_day", "run_time", "starts_on", "ends_until")

    def read_schedule(self) -> NewSchedule:
        """What was asked for; a day that the frequency does not need is left out."""
        given = self.cleaned_data
        frequency = given["frequency"]
        return NewSchedule(
            name=given["name"],
            recurrence=Recurrence(
                frequency,
                given["starts_on"],
                given["ends_until"],
                given["weekday"] if frequency == "weekly" else None,
                given["month_day"] if frequency == "monthly" else None,
            ),
            run_time=given["run_time"] or time(0, 0),
            target=self._read_rule("target"),
            invoice=self._read_rule("invoice"),
            filters=self.read_filters(),
            takes_run_day_anchors=given["takes_run_day_anchors"],
            options=self.read_options(),
        )

    def _read_rule(self, name: str) -> DateRule:
        given = self.cleaned_data
        return DateRule(given[f"{name}_days"] or 0, given[f"{name}_months"] or 0, given[f"{name}_month_day"])


class ChangedScheduleForm(ScheduleForm):
    """The same of one that there is: its seller stays, and why it is changed is asked."""

    reason = forms.CharField(label="Why", max_length=200, help_text="Stays in its history.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["seller"]


def read_present(schedule: BillRunSchedule) -> dict[str, Any]:
    """What the form begins with."""
    filters = RunFilters.from_json(schedule.filters)
    same = (
        *("name", "frequency", "weekday", "month_day", "run_time", "starts_on", "ends_until", "failure_rule"),
        *(f"{which}_{part}" for which in ("target", "invoice") for part in ("days", "months", "month_day")),
        *("takes_run_day_anchors", "excluded_kinds"),
    )
    return {
        **{name: getattr(schedule, name) for name in same},
        "accounts": ", ".join(filters.account_external_ids),
        "segments": list(filters.segments),
        "anchor_days": ", ".join(str(day) for day in filters.anchor_days),
        "billing_modes": list(filters.billing_modes),
        "plans": ", ".join(filters.plans),
        "subscriptions": ", ".join(filters.subscriptions),
        "keeps_terms": not schedule.renews_terms,
        "auto_posts": "yes" if schedule.auto_posts else "no",
        "auto_emails": "yes" if schedule.auto_emails else "",
        "mails_zero": "" if schedule.mails_zero is None else "yes" if schedule.mails_zero else "no",
    }
