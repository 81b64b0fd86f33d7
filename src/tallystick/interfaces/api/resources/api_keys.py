"""API keys, and who the caller is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.access.operations.issue_api_key import issue_api_key as issue_key
from tallystick.access.operations.revoke_api_key import revoke_api_key as revoke_key
from tallystick.access.queries import get_key, list_keys
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Instant, Text40, Text80
from tallystick.plumbing.permissions import ACCESS_ADMIN

router = Router(tags=["API keys"])
LIST = "api-keys"


class Caller(Schema):
    """Who calls, and what they may do."""

    kind: str = Field(examples=["api_key"])
    id: str
    label: str = Field(examples=["nightly export"])
    permissions: list[str] = Field(examples=[["records.read"]])


class NewApiKey(Body):
    """What a key is for and what it may do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "nightly export", "scopes": ["records.read", "rollups.read"], "is_test": True}]
        }
    )

    name: Text80 = Field(min_length=1, description="what it is for")
    scopes: list[Text40] = Field(min_length=1, max_length=100, description="permissions that you have yourself")
    expires_at: Instant | None = Field(None, description="the first instant at which it works no longer; null: never")
    is_test: bool = Field(False, description="marks the key as one for rehearsals: it begins with tally_test_")


class ApiKey(Schema):
    """A key, without its text."""

    id: int
    name: str
    prefix: str = Field(description="how the key begins", examples=["tally_live_3kPq"])
    scopes: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="to the minute")


class IssuedApiKey(ApiKey):
    """A new key with its text, which is shown this once."""

    key: str = Field(description="send it as `Authorization: Bearer ...`; it can't be shown again")


@router.get("/caller", response=Caller, auth=Needs(None))
def get_caller(request: HttpRequest) -> dict[str, Any]:
    """Who you are to us, and what you may do: a good first call with a new key."""
    actor = get_actor(request)
    return {"kind": actor.kind, "id": actor.id, "label": actor.label, "permissions": sorted(actor.permissions)}


@router.get("/api-keys", response=Page[ApiKey], auth=Needs(ACCESS_ADMIN))
def list_api_keys(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """All keys, revoked and expired ones too."""
    rows = list_keys(after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda key: key.pk)


@router.post("/api-keys", response={201: IssuedApiKey}, auth=Needs(ACCESS_ADMIN))
def issue_api_key(request: HttpRequest, body: NewApiKey, response: HttpResponse) -> dict[str, Any]:
    """Issue a key. Its text is shown in this answer only; therefore an Idempotency-Key has no effect here."""
    # Remembering the answer for repetition would store the text of the key.
    response.is_secret = True  # type: ignore[attr-defined]
    issued = issue_key(
        body.name,
        scopes=body.scopes,
        at=timezone.now(),
        actor=get_actor(request),
        expires_at=body.expires_at,
        is_test=body.is_test,
    )
    return {**ApiKey.from_orm(issued.key).model_dump(), "key": issued.text}


@router.get("/api-keys/{key_id}", response=ApiKey, auth=Needs(ACCESS_ADMIN))
def get_api_key(request: HttpRequest, key_id: Path[Id]) -> object:
    """One key."""
    return get_key(key_id)


@router.post("/api-keys/{key_id}/revoke", response=ApiKey, auth=Needs(ACCESS_ADMIN))
def revoke_api_key(request: HttpRequest, key_id: Path[Id]) -> object:
    """Let a key work no longer. There is no way back; revoking again changes nothing."""
    return revoke_key(key_id, at=timezone.now(), actor=get_actor(request))
