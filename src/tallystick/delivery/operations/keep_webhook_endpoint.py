"""Say where a program hears of what happens, change that, switch it off and on, replace its secret, and remove it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tallystick.delivery.core.webhook_addresses import check_address
from tallystick.delivery.core.webhook_types import read_event_types
from tallystick.delivery.errors import RecipientNotValid, WebhookEndpointUnknown
from tallystick.delivery.models import WebhookEndpoint, WebhookEndpointEvent, WebhookMessage
from tallystick.delivery.queries.webhooks import tell_secret
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.outbox import start_reading, stop_reading
from tallystick.plumbing.permissions import WEBHOOKS_ADMIN
from tallystick.sellers.queries import get_seller

READER = "webhooks"
FORMER_SECRET_LIVES = timedelta(hours=24)
LONGEST_DESCRIPTION = 120


class EndpointTerms(NamedTuple):
    """Where to, of what, and who is told when nothing gets through. `seller` is a code; "" means all sellers.

    No event types means everything, what is added later too.
    """

    url: str
    event_types: Sequence[str] = ()
    description: str = ""
    seller: str = ""
    owner_email: str = ""


class KeptEndpoint(NamedTuple):
    """An endpoint, and its secret in the text that the receiver needs: shown when it is made or replaced."""

    endpoint: WebhookEndpoint
    secret: str


def create_webhook_endpoint(terms: EndpointTerms, *, at: datetime, actor: Actor) -> KeptEndpoint:
    """Tell an address of what happens from now on. Instants of webhooks are real.

    Refuses WebhookAddressRefused, WebhookTypeUnknown, RecipientNotValid, and a seller that there is not.
    """
    actor.require(WEBHOOKS_ADMIN)
    values = _check(terms)
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.create(
            **values, secret_salt=token_hex(24), created_by=actor.label, created_at=at
        )
        record_endpoint_event(endpoint.pk, event="create", at=at, actor=actor)
        start_reading(READER)
    return KeptEndpoint(endpoint, tell_secret(endpoint))


def change_webhook_endpoint(endpoint_id: int, *, terms: EndpointTerms, at: datetime, actor: Actor) -> WebhookEndpoint:
    """Replace its address and what it hears of; messages that wait go to the new address. Refuses as creating does."""
    actor.require(WEBHOOKS_ADMIN)
    values = _check(terms)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        for name, value in values.items():
            setattr(endpoint, name, value)
        endpoint.save(update_fields=list(values))
        record_endpoint_event(endpoint.pk, event="change", at=at, actor=actor)
    return endpoint


def switch_webhook_endpoint(
    endpoint_id: int, *, is_enabled: bool, at: datetime, actor: Actor, reason: str = ""
) -> WebhookEndpoint:
    """Switch it on or off; off, what waits for it is dropped, and can be sent again later. Again changes nothing."""
    actor.require(WEBHOOKS_ADMIN)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        if endpoint.is_enabled != is_enabled:
            _switch(endpoint, is_enabled=is_enabled, because=reason or "switched off by hand", at=at, actor=actor)
    return endpoint


def disable_failing_endpoint(endpoint_id: int, *, because: str, at: datetime, actor: Actor) -> bool:
    """Switch off what does not take its messages; return whether it was on. A step of sending, which has its actor."""
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        was_on = endpoint.is_enabled
        if was_on:
            _switch(endpoint, is_enabled=False, because=because, at=at, actor=actor)
    return was_on


def rotate_webhook_secret(endpoint_id: int, *, at: datetime, actor: Actor) -> KeptEndpoint:
    """Give it a new secret; for a day messages are signed with both, so that the receiver can change over."""
    actor.require(WEBHOOKS_ADMIN)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        endpoint.former_salt, endpoint.secret_salt = endpoint.secret_salt, token_hex(24)
        endpoint.former_until = at + FORMER_SECRET_LIVES
        endpoint.save(update_fields=["former_salt", "secret_salt", "former_until"])
        record_endpoint_event(endpoint.pk, event="rotate_secret", at=at, actor=actor)
    return KeptEndpoint(endpoint, tell_secret(endpoint))


def remove_webhook_endpoint(endpoint_id: int, *, at: datetime, actor: Actor) -> WebhookEndpoint:
    """Tell it nothing any more. What it was told stays on record; there is no way back."""
    actor.require(WEBHOOKS_ADMIN)
    with transaction.atomic():
        endpoint = _lock(endpoint_id)
        if endpoint.is_enabled:
            _switch(endpoint, is_enabled=False, because="removed", at=at, actor=actor)
        endpoint.removed_at = at
        endpoint.save(update_fields=["removed_at"])
        record_endpoint_event(endpoint.pk, event="remove", at=at, actor=actor)
        if not WebhookEndpoint.objects.filter(removed_at__isnull=True).exists():
            stop_reading(READER)
    return endpoint


def record_endpoint_event(endpoint_id: int, *, event: str, at: datetime, actor: Actor, reason: str = "") -> None:
    """Append what was done to an endpoint, in the transaction that did it."""
    WebhookEndpointEvent.objects.create(
        endpoint_id=endpoint_id,
        event=event,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )


def _lock(endpoint_id: int) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.select_for_update(no_key=True)
    endpoint = found.filter(pk=endpoint_id, removed_at__isnull=True).first()
    if endpoint is None:
        raise WebhookEndpointUnknown(endpoint_id=endpoint_id)
    return endpoint


def _switch(endpoint: WebhookEndpoint, *, is_enabled: bool, because: str, at: datetime, actor: Actor) -> None:
    endpoint.is_enabled = is_enabled
    endpoint.disabled_because = "" if is_enabled else because[:200]
    endpoint.failing_since = endpoint.owner_told_at = None
    endpoint.save(update_fields=["is_enabled", "disabled_because", "failing_since", "owner_told_at"])
    if not is_enabled:
        WebhookMessage.objects.filter(endpoint=endpoint, status="waiting").update(status="dropped", try_at=None)
    record_endpoint_event(
        endpoint.pk,
        event="switch_on" if is_enabled else "switch_off",
        at=at,
        actor=actor,
        reason=endpoint.disabled_because,
    )


def _check(terms: EndpointTerms) -> dict[str, object]:
    description, owner = terms.description.strip(), terms.owner_email.strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise InvalidInput(f"At most {LONGEST_DESCRIPTION} characters.", field="description")
    if owner:
        try:
            validate_email(owner)
        except ValidationError as invalid:
            raise RecipientNotValid(recipient=owner, field="owner_email") from invalid
    return {
        "url": check_address(terms.url, may_be_private=settings.WEBHOOKS_MAY_BE_PRIVATE),
        "event_types": list(read_event_types(terms.event_types)),
        "description": description,
        "seller": get_seller(terms.seller) if terms.seller else None,
        "owner_email": owner,
    }
