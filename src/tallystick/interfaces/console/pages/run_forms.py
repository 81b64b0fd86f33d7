"""What bill runs and payment runs are both asked for: whose, until when, and for which accounts."""

from __future__ import annotations

from typing import Any

from django import forms

from tallystick.accounts.models import Account
from tallystick.sellers.models import Seller

_HIGHEST_DAY = 31


class WordsField(forms.CharField):
    """Several words in one input, separated by commas or spaces."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """The words, each once, in the order given."""
        text = super().clean(value)
        return tuple(dict.fromkeys(text.replace(",", " ").split()))


class DaysField(WordsField):
    """Several days of the month in one input."""

    def clean(self, value: Any) -> tuple[int, ...]:  # type: ignore[override]
        """The days; refuses what is not one."""
        days = []
        for word in super().clean(value):
            if not word.isdecimal() or not 1 <= int(word) <= _HIGHEST_DAY:
                raise forms.ValidationError(f"{word} is no day of the month; give days from 1 to {_HIGHEST_DAY}.")
            days.append(int(word))
        return tuple(days)


class RunFiltersForm(forms.Form):
    """Seller, target date, and filters that narrow each other; empty means all."""

    seller = forms.ModelChoiceField(label="Seller", queryset=Seller.objects.none(), empty_label=None)
    target_on = forms.DateField(
        label="Target date", help_text="Everything unbilled that falls due up to and including this day."
    )
    accounts = WordsField(
        label="Only these accounts",
        required=False,
        help_text="Ids as in the accounts list, separated by commas. Empty: all.",
    )
    segments = forms.MultipleChoiceField(
        label="Only these segments", required=False, widget=forms.CheckboxSelectMultiple
    )
    anchor_days = DaysField(
        label="Only these anchor days",
        required=False,
        help_text="Days of the month on which cycles start, such as 1, 15. Empty: all.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sellers = Seller.objects.order_by("code")
        self.fields["seller"].queryset = sellers  # type: ignore[attr-defined]
        self.fields["seller"].initial = sellers.first()
        names = Account.objects.exclude(segment="").order_by("segment").values_list("segment", flat=True).distinct()
        self.fields["segments"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean_segments(self) -> tuple[str, ...]:
        """As the filters take them."""
        return tuple(self.cleaned_data["segments"])
