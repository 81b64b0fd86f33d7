"""What bill runs, schedules and previews are asked for in forms, besides whom and when."""

from __future__ import annotations

from typing import Any

from django import forms

from tallystick.interfaces.console.pages.run_forms import RunFiltersForm, WordsField
from tallystick.interfaces.console.reads.calendar import now
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.sellers.models import BillingRule

_MODES = (("self_serve", "Self-serve"), ("managed", "Managed"))
_KINDS = (("one_off", "One-off"), ("recurring", "Recurring"), ("usage", "Usage"))
_FAILURES = (("account", "All invoices of its account"), ("invoice", "Only the invoice that it is in"))
_BY_RULE = (("", "As the billing rule says"), ("yes", "Yes"), ("no", "No"))
_ANSWERS = {"yes": True, "no": False}


class BillingFiltersForm(RunFiltersForm):
    """Whom, and what of them is billed."""

    billing_modes = forms.MultipleChoiceField(
        label="Only this billing mode", required=False, choices=_MODES, widget=forms.CheckboxSelectMultiple
    )
    plans = WordsField(label="Only these plans", required=False, help_text="Codes, separated by commas. Empty: all.")
    subscriptions = WordsField(
        label="Only these subscriptions", required=False, help_text="Ids, separated by commas. Empty: all."
    )
    excluded_kinds = forms.MultipleChoiceField(
        label="Leave out charges of this type",
        required=False,
        choices=_KINDS,
        widget=forms.CheckboxSelectMultiple,
        help_text="At most two; a later run bills them.",
    )

    def read_filters(self) -> RunFilters:
        """The filters that were asked for."""
        given = self.cleaned_data
        return RunFilters(
            account_external_ids=given["accounts"],
            segments=given["segments"],
            anchor_days=given["anchor_days"],
            billing_modes=tuple(given["billing_modes"]),
            plans=given["plans"],
            subscriptions=given["subscriptions"],
        )


class RunChoicesForm(BillingFiltersForm):
    """The options too. Posting and mailing by themselves are offered where a billing rule supports them."""

    keeps_terms = forms.BooleanField(
        label="Don't renew terms", required=False, help_text="Else terms that are due for renewal are renewed first."
    )
    failure_rule = forms.ChoiceField(label="A failure leaves out", choices=_FAILURES, required=False)
    auto_posts = forms.ChoiceField(label="Post it without a review", choices=_BY_RULE, required=False)
    auto_emails = forms.ChoiceField(
        label="E-mail it when it is posted", choices=(("", "No"), ("yes", "Yes")), required=False
    )
    mails_zero = forms.ChoiceField(label="E-mail invoices of zero too", choices=_BY_RULE, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = BillingRule.objects.filter(supports_auto_post=True).select_related("seller").order_by("seller__code")
        self.warnings = [
            f"{rule.seller.code}: {warning}"
            for rule in rules
            for warning in list_warnings(rule.seller, auto_posts=True, auto_emails=True, at=now())
        ]

    def read_options(self) -> RunOptions:
        """The options that were asked for; what was left open is not sent."""
        given = self.cleaned_data
        return RunOptions(
            excluded_kinds=tuple(given["excluded_kinds"]),
            renews_terms=not given["keeps_terms"],
            failure_rule=given["failure_rule"] or "account",
            auto_posts=_ANSWERS.get(given["auto_posts"]),
            auto_emails=_ANSWERS.get(given["auto_emails"]),
            mails_zero=_ANSWERS.get(given["mails_zero"]),
        )
