"""The form of a seller's retry rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.collection.core.retry_terms import RetryTerms
from tallystick.collection.core.retry_texts import LABELS, read_terms, tell_allowed, write_terms
from tallystick.collection.errors import RetryRuleInvalid
from tallystick.collection.models import RetryRule
from tallystick.collection.operations.set_retry_rule import set_retry_rule
from tallystick.collection.queries.retries import get_retry_terms
from tallystick.errors import NotFound, refuse_problems
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.reads.calendar import now
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.models import Seller

INTRO = (
    "When payment runs charge again what failed. Days fall on the morning of the next working day. No number may "
    "exceed what banks and card networks allow. It holds for failures from now on."
)


class RetryRuleForm(PlainForm):
    """A text for each setting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            self.fields[name] = forms.CharField(label=label, required=name != "holidays", help_text=tell_allowed(name))


@needs(SELLERS_WRITE)
def change_retry_rule(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Set a seller's schedule of charging again."""
    seller = Seller.objects.filter(pk=seller_id).first()
    if seller is None:
        raise NotFound(f"There is no seller {seller_id}.")
    old = get_retry_terms(seller.pk)
    filling = Filling[RetryRuleForm, RetryRule](
        title=f"How {seller.code} charges again",
        intro=INTRO,
        button="Save the rule",
        crumbs=[crumb("Sellers", name="sellers"), Crumb(seller.code, reverse("admin:seller", args=[seller.pk]))],
        act=lambda form: set_retry_rule(seller, terms=_read(form, old), at=now(), actor=get_actor(request)),
        done=lambda _: f"{seller.code} charges again by the new rule.",
        go=lambda _: reverse("admin:seller", args=[seller.pk]),
    )
    return fill(request, form=RetryRuleForm(request.POST or None, initial=write_terms(old)), filling=filling)


def _read(form: RetryRuleForm, old: RetryTerms) -> RetryTerms:
    terms, problems = read_terms(form.cleaned_data, old=old)
    refuse_problems(RetryRuleInvalid, problems)
    return terms
