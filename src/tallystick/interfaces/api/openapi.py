"""The OpenAPI document: what the framework derives, and what every endpoint has in common besides."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from tallystick.interfaces.api.authentication import Needs
from tallystick.interfaces.api.problems import MEDIA_TYPE, Problem
from tallystick.interfaces.api.repetition import HEADER, WRITES
from tallystick.plumbing.idempotency import LONGEST_KEY

SECURITY_SCHEME: Final = "ApiKey"


class ApiDocument(OpenAPISchema):
    """Adds to each operation the problems it may answer with, the permission it needs, and the idempotency key."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """One operation of the document."""
        details = super().operation_details(operation)
        needs = _find_needs(operation)
        if needs is not None and needs.permission is not None:
            details["description"] = f"{details.get('description', '')}\n\nNeeds `{needs.permission}`.".strip()
        if WRITES.intersection(operation.methods):
            details["parameters"].append(
                _describe_idempotency_key(is_required=needs is not None and needs.is_key_required)
            )
        self._add_problems(operation, details)
        return details

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        """Which key an operation takes: in OpenAPI 3.1 the list names the permission that it must have."""
        needs = _find_needs(operation)
        if needs is None:
            return None
        self.securitySchemes[SECURITY_SCHEME] = {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "tally_<live|test>_...",
            "description": "An API key. An admin issues it and gives it its scopes; it is shown once.",
        }
        return [{SECURITY_SCHEME: [needs.permission] if needs.permission else []}]

    def _add_problems(self, operation: Operation, details: dict[str, Any]) -> None:
        schema = Problem.model_json_schema(ref_template=REF_TEMPLATE, mode="serialization")
        self.add_schema_definitions(schema.pop("$defs"))
        self.add_schema_definitions({"Problem": schema})
        content = {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="Problem")}}}
        for status in _list_problem_statuses(operation, details):
            details["responses"].setdefault(status, {"description": HTTPStatus(status).phrase, "content": content})


def _find_needs(operation: Operation) -> Needs | None:
    return next((auth for auth in operation.auth_callbacks if isinstance(auth, Needs)), None)


def _list_problem_statuses(operation: Operation, details: dict[str, Any]) -> list[int]:
    statuses = [422]
    if operation.auth_callbacks:
        statuses += [401, 403, 429]
    if any(parameter["in"] in {"path", "query"} for parameter in details["parameters"]):
        statuses += [404, 409]  # what is asked for may be in a state that has no such answer: nothing to preview
    if WRITES.intersection(operation.methods):
        statuses += [400, 404, 409, 413, 415]
    return sorted(set(statuses))


def _describe_idempotency_key(*, is_required: bool) -> dict[str, Any]:
    return {
        "in": "header",
        "name": HEADER,
        "required": is_required,
        "description": "A text of your choice, new for each call and the same when you send it again: then the call "
        "happens once. Kept for 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        "example": "7f9c1c1e-bill-run-march",
    }
