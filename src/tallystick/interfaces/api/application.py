"""The API as one application: its resources, and how it tells errors."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError, ValidationErrorContext
from ninja.operation import Operation

from tallystick.errors import Refusal
from tallystick.interfaces.api.openapi import ApiDocument
from tallystick.interfaces.api.problems import answer_broken, answer_http_error, answer_invalid_request, answer_refusal
from tallystick.interfaces.api.resources import (
    account_funds,
    accounts,
    actions,
    api_keys,
    bill_runs,
    billing_mode,
    billing_rollup,
    bundles,
    business_clock,
    check,
    contacts,
    corrections,
    customer_users,
    deactivation,
    deliveries,
    discounts,
    draft_lines,
    draws,
    fees,
    gap,
    gateways,
    imports,
    invoices,
    method_requests,
    payment_attempts,
    payment_links,
    payment_methods,
    payment_run_items,
    payment_runs,
    payment_schedules,
    payments,
    payments_rollup,
    plans,
    preview_runs,
    prices,
    print_batches,
    problems,
    reconciliation,
    refunds,
    restrictions,
    retry_rules,
    run_accounts,
    schedules,
    seats,
    self_serve,
    seller_changes,
    service_pauses,
    services,
    staff_users,
    subscriptions,
    tax_rates,
    webhooks,
)
from tallystick.interfaces.api.second_look import find_body_model

DESCRIPTION: Final = """
Everything that Tallystick does, for programs.

- **Keys**: `Authorization: Bearer tally_...`. Each endpoint says which permission it needs.
- **Money** is an integer `*_minor` in minor units, with its `currency`. Prices and quantities are decimals as text.
- **Dates** are ISO 8601; an `*_until` or a period's end is the first day that is not meant any more.
- **Lists** come in pages of at most 100: send `next_cursor` as `cursor` for what follows.
- **Repetition**: send `Idempotency-Key` with a write, and the same again if you got no answer: it happens once.
- **Rates**: each key has so many calls a minute; `RateLimit` says what is left, 429 with `Retry-After` when to go on.
- **Errors** are `application/problem+json` with a stable `code`; `/api/v1/problems` lists them all.
"""


class TallystickApi(NinjaAPI):
    """The framework's application with our document."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> ApiDocument:
        """The OpenAPI document."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return ApiDocument(self, prefix)

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """What is wrong with a call's shape, and the shape itself, so that the room's own rules can be asked too."""
        invalid = super().validation_error_from_error_contexts(error_contexts)
        models = (find_body_model(context.model) for context in error_contexts)
        invalid.body_model = next((model for model in models if model is not None), None)  # type: ignore[attr-defined]
        return invalid

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of an operation: that of its function, which a test holds to be unique."""
        return operation.view_func.__name__


api = TallystickApi(title="Tallystick", version="1", description=DESCRIPTION, urls_namespace="api")

for resource in (
    api_keys,
    staff_users,
    seller_changes,  # and reading them, by the same router
    tax_rates,
    services,
    plans,
    prices,
    bundles,
    fees,
    accounts,
    account_funds,
    restrictions,
    billing_mode,
    draft_lines,
    retry_rules,
    gateways,
    draws,
    contacts,
    subscriptions,
    self_serve,
    seats,
    discounts,
    service_pauses,
    actions,
    deactivation,
    imports,
    bill_runs,
    run_accounts,
    schedules,
    preview_runs,
    invoices,
    corrections,
    customer_users,
    deliveries,
    print_batches,
    payment_links,
    payment_runs,
    payment_schedules,
    payment_run_items,
    payments,
    method_requests,
    payment_methods,
    payment_attempts,
    billing_rollup,
    business_clock,
    payments_rollup,
    reconciliation,
    gap,
    check,
    problems,
    webhooks,
    refunds,
):
    api.add_router("", resource.router)


@api.exception_handler(Refusal)
def _tell_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return answer_refusal(request, refusal=refusal)


@api.exception_handler(ValidationError)
def _tell_invalid_request(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    return answer_invalid_request(request, invalid=invalid)


@api.exception_handler(HttpError)
def _tell_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer_http_error(request, error=error)


@api.exception_handler(Exception)
def _tell_broken(request: HttpRequest, broken: Exception) -> HttpResponse:
    return answer_broken(request, broken=broken)
