"""The rule that lets bill runs post and mail themselves, with what to think of it (ZUO-16, ZUO-51)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.errors import NotFound
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.reads.calendar import now
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.models import BillingRule
from tallystick.sellers.operations.set_auto_post import set_auto_post


class AutoPostForm(PlainForm):
    """The two rules."""

    is_supported = forms.BooleanField(
        label="Runs may post and mail themselves", required=False, help_text="Each run and schedule asks for it."
    )
    is_default = forms.BooleanField(
        label="Runs post themselves unless told otherwise", required=False, help_text="Mailing is always asked for."
    )


@needs(SELLERS_WRITE)
def change_auto_post(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Switch it on or off for a seller."""
    rule = BillingRule.objects.filter(seller_id=seller_id).select_related("seller").first()
    if rule is None:
        raise NotFound(f"There is no seller {seller_id}.")
    given = {"is_supported": rule.supports_auto_post, "is_default": rule.auto_posts_by_default}
    filling = Filling[AutoPostForm, BillingRule](
        title=f"Runs of {rule.seller.code} that post themselves",
        intro=" ".join(list_warnings(rule.seller, auto_posts=True, auto_emails=True, at=now())),
        button="Save the rule",
        crumbs=[crumb("Billing rules", name="billing_rules")],
        act=lambda form: set_auto_post(
            rule.seller,
            is_supported=form.cleaned_data["is_supported"],
            is_default=form.cleaned_data["is_default"],
            actor=get_actor(request),
        ),
        done=lambda saved: (
            f"Runs of {rule.seller.code} {'may' if saved.supports_auto_post else 'may not'} post and mail themselves."
        ),
        go=lambda _: reverse("admin:billing_rules"),
        aliases={"auto_posts_by_default": "is_default"},
    )
    return fill(request, form=AutoPostForm(request.POST or None, initial=given), filling=filling)
