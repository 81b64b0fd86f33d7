"""The OpenAPI document against the API: whatever is sent, the answer is one that the document describes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck
from hypothesis import settings as examples
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.support.api import make_caller
from tests.support.billed_company import build_billed_company

EXAMPLES_AN_OPERATION = 5


@pytest.fixture(autouse=True)
def connection_stays_open() -> Iterator[None]:
    """Answer requests in the test's own transaction: Django would close its connection between two requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def wrong_keys_are_not_counted(settings: Any) -> None:
    """Each operation is tried with wrong keys, from one address: more than an address may try in a minute."""
    settings.API_WRONG_KEYS_PER_MINUTE = 0


@pytest.fixture
def known() -> dict[str, int | str]:
    """What stands in addresses and is there: else nearly every call would be answered with 404."""
    company = build_billed_company()
    return {
        "account_id": company.account.pk,
        "subscription_id": company.subscription.pk,
        "price_id": company.price.pk,
        "invoice_id": company.draft.pk,
        "run_id": company.run.pk,
        "position": 1,
    }


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.django_db
@schema.parametrize()
@examples(
    max_examples=EXAMPLES_AN_OPERATION,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_is_answered_as_the_document_says(case: Case[Any], known: dict[str, int | str]) -> None:
    key = make_caller().key
    for name, value in (case.path_parameters or {}).items():
        if type(value) is int and value > 0 and value % 2:
            case.path_parameters[name] = known.get(name, value)
    # What the rules refuse (an unknown plan, a day long past) can't all stand in a schema: good shape may be refused.
    excluded: list[Any] = [positive_data_acceptance]
    if {*(case.query or {})} - {parameter.name for parameter in case.operation.query}:
        excluded.append(negative_data_rejection)  # what an address asks for beyond the document is not looked at
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, excluded_checks=excluded)
