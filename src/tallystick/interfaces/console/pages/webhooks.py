"""Webhooks: which programs hear of what happens, what they were told, and what came of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.delivery.core.webhook_lifecycle import MESSAGE_STATUSES
from tallystick.delivery.core.webhook_types import EVENT_TYPES
from tallystick.delivery.models import WebhookEndpoint
from tallystick.delivery.operations import keep_webhook_endpoint as keeping
from tallystick.delivery.queries import webhooks as queries
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.showing_once import allow_once, use_once
from tallystick.interfaces.console.reads.moments import Moment
from tallystick.plumbing.permissions import WEBHOOKS_ADMIN
from tallystick.sellers.queries import list_sellers

ON_A_PAGE = 50
DONE = {
    "create": "Added",
    "change": "Changed",
    "switch_on": "Switched on",
    "switch_off": "Switched off",
    "rotate_secret": "New secret; the former one signs for a day more",
    "test": "Test sent",
    "replay": "Sent again",
    "hurry": "Sent before its time",
}


class WebhookForm(PlainForm):
    """Where to, of what, and who is told when nothing gets through."""

    sections = (("", ("url", "description", "seller", "owner_email")), ("It hears of", ("event_types",)))

    url = forms.CharField(label="Address", max_length=500, help_text="HTTPS, such as https://shop.example/hooks")
    description = forms.CharField(label="What it is", max_length=120, required=False)
    seller = forms.ChoiceField(label="Of which seller", required=False)
    owner_email = forms.CharField(
        label="Who is mailed when nothing gets through", max_length=254, required=False, help_text="After a day."
    )
    event_types = forms.MultipleChoiceField(
        label="Nothing chosen means everything",
        required=False,
        choices=[(name, f"{meaning} ({name})") for name, meaning in EVENT_TYPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        sellers = [(seller.code, seller.code) for seller in list_sellers()]
        self.fields["seller"].choices = [("", "All sellers"), *sellers]  # type: ignore[attr-defined]

    def to_terms(self) -> keeping.EndpointTerms:
        """As the operation takes it."""
        return keeping.EndpointTerms(**self.cleaned_data)


@needs(WEBHOOKS_ADMIN)
def list_webhooks(request: HttpRequest) -> HttpResponseBase:
    """All addresses that hear of what happens."""
    context = {"endpoints": queries.list_endpoints(limit=1000)}
    return draw_page(request, template="console/webhooks.html", title="Webhooks", context=context)


@needs(WEBHOOKS_ADMIN)
def create_webhook(request: HttpRequest) -> HttpResponseBase:
    """Tell an address of what happens; its secret is shown once, on the page that follows."""

    def act(form: WebhookForm) -> WebhookEndpoint:
        kept = keeping.create_webhook_endpoint(form.to_terms(), at=datetime.now(UTC), actor=get_actor(request))
        allow_once(request, name=f"webhook:{kept.endpoint.pk}")
        return kept.endpoint

    filling = Filling(
        title="Add a webhook",
        intro="A program of yours that hears of what happens here, as it happens. Each message is signed.",
        button="Add it",
        crumbs=[crumb("Webhooks", name="webhooks")],
        act=act,
        done=lambda made: f"{made} hears from now on.",
        go=lambda made: reverse("admin:webhook", args=[made.pk]),
    )
    return fill(request, form=WebhookForm(request.POST or None), filling=filling)


@needs(WEBHOOKS_ADMIN)
def change_webhook(request: HttpRequest, *, endpoint_id: int) -> HttpResponseBase:
    """Another address, or something else to hear of; the secret stays."""
    endpoint = queries.get_endpoint(endpoint_id)
    filling = Filling[WebhookForm, WebhookEndpoint](
        title=f"Change {endpoint}",
        intro="Messages that wait go to the new address. The secret stays.",
        button="Save",
        crumbs=[crumb("Webhooks", name="webhooks"), _crumb(endpoint)],
        act=lambda form: keeping.change_webhook_endpoint(
            endpoint_id, terms=form.to_terms(), at=datetime.now(UTC), actor=get_actor(request)
        ),
        done=lambda changed: f"{changed} is changed.",
        go=lambda changed: reverse("admin:webhook", args=[changed.pk]),
    )
    initial = {
        "url": endpoint.url,
        "description": endpoint.description,
        "seller": endpoint.seller.code if endpoint.seller else "",
        "owner_email": endpoint.owner_email,
        "event_types": endpoint.event_types,
    }
    return fill(request, form=WebhookForm(request.POST or None, initial=initial), filling=filling)


@needs(WEBHOOKS_ADMIN)
def show_webhook(request: HttpRequest, *, endpoint_id: int) -> HttpResponseBase:
    """An endpoint, what it was told, and what was done to it."""
    endpoint = queries.get_endpoint(endpoint_id)
    status, before = request.GET.get("status", ""), request.GET.get("before", "")
    status = status if status in MESSAGE_STATUSES else ""
    before_id = int(before) if before.isdecimal() and len(before) < 19 else 0
    rows = queries.list_messages(endpoint_id=endpoint_id, status=status, before_id=before_id, limit=ON_A_PAGE + 1)
    context = {
        "endpoint": endpoint,
        "secret": queries.tell_secret(endpoint) if use_once(request, name=f"webhook:{endpoint_id}") else "",
        "rows": rows[:ON_A_PAGE],
        "older": rows[ON_A_PAGE - 1].pk if len(rows) > ON_A_PAGE else None,
        "status": status,
        "statuses": MESSAGE_STATUSES,
        "real_now": datetime.now(UTC),
        "moments": [
            Moment(event.at, DONE.get(event.event, event.event), event.actor_label, event.reason, is_real_time=True)
            for event in queries.list_endpoint_events(endpoint_id)
        ],
    }
    crumbs = [crumb("Webhooks", name="webhooks")]
    return draw_page(request, template="console/webhook.html", title=str(endpoint), crumbs=crumbs, context=context)


@needs(WEBHOOKS_ADMIN)
def show_message(request: HttpRequest, *, message_id: str) -> HttpResponseBase:
    """One message: its text, and each try of the last 30 days."""
    message = queries.get_message(message_id)
    context = {
        "message": message,
        "body": json.dumps(json.loads(message.body), indent=2, ensure_ascii=False),
        "tries": queries.list_tries(message),
    }
    crumbs = [crumb("Webhooks", name="webhooks"), _crumb(message.endpoint)]
    return draw_page(
        request, template="console/webhook_message.html", title=message.event_type, crumbs=crumbs, context=context
    )


def _crumb(endpoint: WebhookEndpoint) -> Crumb:
    return Crumb(str(endpoint), reverse("admin:webhook", args=[endpoint.pk]))
