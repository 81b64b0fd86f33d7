"""A caller of the API, for tests: real requests through Django's test client, with a key of chosen scopes."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any, TypeAlias

from django.test import Client

from tallystick.access.operations.issue_api_key import issue_api_key
from tallystick.access.queries import make_operator_actor
from tallystick.plumbing.permissions import PERMISSIONS

ISSUED_AT = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = "/api/v1"

Answer: TypeAlias = Any
"""A response of Django's test client, which has more (`json`) than its type says."""

_numbers = itertools.count(1)


class ApiCaller:
    """Sends JSON with a key, and an idempotency key of its own with every write unless told otherwise."""

    def __init__(self, key: str | None) -> None:
        self.key = key
        self._client = Client()

    def get(self, path: str, **query: str | int) -> Answer:
        """Read."""
        return self._client.get(ROOT + path, query, headers=self._headers())

    def post(self, path: str, body: object = None, *, key: str | None = "new", **headers: str) -> Answer:
        """Write; `key` is the Idempotency-Key, None sends none."""
        return self.send("POST", path, body, key=key, **headers)

    def patch(self, path: str, body: object, *, key: str | None = "new") -> Answer:
        """Change."""
        return self.send("PATCH", path, body, key=key)

    def send(self, method: str, path: str, body: object = None, *, key: str | None = "new", **headers: str) -> Answer:
        """Any method."""
        sent = self._headers(headers)
        if key is not None:
            sent["Idempotency-Key"] = f"test-{next(_numbers)}" if key == "new" else key
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._client.generic(method, ROOT + path, data, content_type="application/json", headers=sent)

    def upload(self, path: str, fields: dict[str, Any], *, key: str | None = "new") -> Answer:
        """Send a file in a form."""
        sent = self._headers()
        if key is not None:
            sent["Idempotency-Key"] = f"test-{next(_numbers)}" if key == "new" else key
        return self._client.post(ROOT + path, fields, headers=sent)

    def _headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        known = {"Authorization": f"Bearer {self.key}"} if self.key is not None else {}
        return {**known, **(more or {})}


def make_caller(*scopes: str) -> ApiCaller:
    """A caller whose key has these scopes; without any, all."""
    issued = issue_api_key(
        "test caller", scopes=scopes or tuple(PERMISSIONS), at=ISSUED_AT, actor=make_operator_actor("tests")
    )
    return ApiCaller(issued.text)
