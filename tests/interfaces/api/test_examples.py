"""The examples of the OpenAPI document, sent as they stand, in the order of a company's first month.

Each answer is held against the schema that the document gives for it. An operation that the story leaves out fails the
last test.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import jsonschema_rs
import pytest

from tallystick.interfaces.api.application import api
from tallystick.plumbing import clock
from tests.support.api import Answer, ApiCaller, make_caller
from tests.support.builders import AT, build_seller
from tests.support.jobs import run_jobs

DOCUMENT: Final[dict[str, Any]] = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    operation["operationId"]: (method.upper(), path.removeprefix("/api/v1"), operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


# Between two steps, so that a payment that failed may be tried again.
HALF_A_DAY: Final = timedelta(hours=12)


class Step(NamedTuple):
    """An operation of the story.

    `path` names what stands in its address, `body` what is sent instead of the example's (ids, which it can't know),
    `query` what is asked for; a text in braces is the id of an earlier answer. `keeps` is the name under which the id
    of this answer is remembered. A step that is not `worked_off` leaves its jobs waiting.
    """

    operation: str
    path: Mapping[str, Any] = {}
    body: Mapping[str, Any] = {}
    query: Mapping[str, Any] = {}
    keeps: str = ""
    is_worked_off: bool = True


NO_LIMIT: Final = {"credit_limit_minor": None, "credit_term_days": None, "credit_grace_days": None}

STORY: Final = (
    Step("get_caller"),
    Step("list_sellers"),
    Step("get_seller", {"code": "acme"}),
    # What is sold.
    Step("create_service"),
    Step("create_plan"),
    Step("create_price", keeps="price_id"),
    Step("create_price", body={"interval_months": 12, "unit_price": "90", "currency": "USD"}, keeps="yearly_id"),
    Step("set_list_price_rule", {"code": "acme"}),
    Step("get_list_price_rule", {"code": "acme"}),
    Step("create_monthly_price", {"price_id": "{yearly_id}"}),
    Step("create_service", body={"code": "movies", "name": "Movies"}),
    Step("set_bundle", {"code": "seat"}),
    Step("get_bundle", {"code": "seat"}),
    Step("list_services"),
    Step("get_service", {"code": "seat"}),
    Step("list_plans"),
    Step("get_plan", {"code": "team"}),
    Step("list_prices"),
    Step("create_service", body={"code": "paper-bill", "name": "Paper bill", "kind": "one_off", "price_model": "flat"}),
    Step("set_fees", {"code": "paper"}),
    Step("list_fees"),
    Step("remove_fees", {"code": "paper"}),
    # To whom.
    Step("create_account", keeps="account_id"),
    Step("change_account", {"account_id": "{account_id}"}),
    Step("change_account_manager", {"account_id": "{account_id}"}),
    Step("change_contact", {"account_id": "{account_id}", "role": "admin"}),
    Step("list_contacts", {"account_id": "{account_id}"}),
    Step("list_accounts"),
    Step("get_account", {"account_id": "{account_id}"}),
    Step("create_subscription", keeps="subscription_id"),
    Step("list_subscriptions"),
    Step("set_subscription_renewal", {"subscription_id": "{subscription_id}"}),
    Step("get_subscription", {"subscription_id": "{subscription_id}"}),
    Step("list_deactivation_queue"),
    Step("create_deactivation_run", keeps="deactivation_run_id"),
    Step("list_deactivation_runs"),
    Step("get_deactivation_run", {"run_id": "{deactivation_run_id}"}),
    Step("delete_deactivation_run", {"run_id": "{deactivation_run_id}"}),
    # A run that is thrown away, and one that counts.
    Step("create_bill_run", keeps="wrong_run_id"),
    Step("cancel_bill_run", {"run_id": "{wrong_run_id}"}),
    Step("delete_bill_run", {"run_id": "{wrong_run_id}"}),
    Step("create_preview_run", keeps="preview_id"),
    Step("list_preview_runs"),
    Step("get_preview_run", {"preview_id": "{preview_id}"}),
    Step("download_preview_run", {"preview_id": "{preview_id}"}),
    Step("download_preview_run_failures", {"preview_id": "{preview_id}"}),
    Step("create_bill_run", keeps="run_id"),
    Step("list_bill_runs"),
    Step("get_bill_run", {"run_id": "{run_id}"}),
    Step("list_bill_run_accounts", {"run_id": "{run_id}"}),
    Step("drop_bill_run_account", {"run_id": "{run_id}", "account_id": "{account_id}"}),
    Step("regenerate_bill_run_account", {"run_id": "{run_id}", "account_id": "{account_id}"}),
    Step("review_bill_run", {"run_id": "{run_id}"}),
    Step("list_bill_run_risks", {"run_id": "{run_id}"}),
    Step("list_bill_run_differences", {"run_id": "{run_id}"}),
    Step("list_invoices", keeps="invoice_id"),
    Step("change_invoice_line", {"invoice_id": "{invoice_id}", "position": 1}),
    Step("add_invoice_line", {"invoice_id": "{invoice_id}"}, body={"service": "paper-bill"}),
    Step("drop_invoice_line", {"invoice_id": "{invoice_id}", "position": 2}),
    Step("post_bill_run", {"run_id": "{run_id}"}),
    Step("get_invoice", {"invoice_id": "{invoice_id}"}),
    Step("download_invoice_pdf", {"invoice_id": "{invoice_id}"}),
    Step("get_account_balance", {"account_id": "{account_id}"}),
    Step("change_funding_policy", {"account_id": "{account_id}"}, body={"funding_policy": "postpaid", **NO_LIMIT}),
    Step("restrict_account", {"account_id": "{account_id}"}),
    Step("close_account", {"account_id": "{account_id}"}),
    Step("reopen_account", {"account_id": "{account_id}"}),
    Step("get_clock"),
    Step("invite_customer_user", {"account_id": "{account_id}"}),
    Step("list_customer_users", {"account_id": "{account_id}"}),
    Step("end_customer_user", {"account_id": "{account_id}"}),
    Step("lift_account_restriction", {"account_id": "{account_id}"}),
    Step("list_account_draws", {"account_id": "{account_id}"}),
    Step("create_statement_run", keeps="statement_run_id"),
    Step("list_statement_runs"),
    Step("get_statement_run", {"statement_run_id": "{statement_run_id}"}),
    Step("change_funding_policy", {"account_id": "{account_id}"}, body={"funding_policy": "invoiced", **NO_LIMIT}),
    # It was wrong: corrected in part, then taken back and billed again, twice.
    Step("change_reason_code", {"code": "acme", "reason_code": "discount_forgotten"}),
    Step("preview_correction", {"invoice_id": "{invoice_id}"}, query={"kind": "credit_note", "gross_minor": 121}),
    Step("create_correction", {"invoice_id": "{invoice_id}"}, keeps="note_id"),
    Step("reject_invoice", {"invoice_id": "{note_id}"}),
    Step("create_correction", {"invoice_id": "{invoice_id}"}, keeps="note_id"),
    Step("post_drafted_correction", {"invoice_id": "{note_id}"}),
    Step("void_invoice", {"invoice_id": "{note_id}"}),
    Step("reverse_invoice", {"invoice_id": "{invoice_id}"}),
    Step("create_bill_run", keeps="run_id"),
    Step("list_invoices", query={"run_id": "{run_id}"}, keeps="invoice_id"),
    Step("post_bill_run", {"run_id": "{run_id}"}),
    Step("cancel_bill", {"bill_id": "{bill_id}"}),
    Step("create_bill_run", keeps="run_id"),
    Step("list_invoices", query={"run_id": "{run_id}"}, keeps="invoice_id"),
    Step("post_bill_run", {"run_id": "{run_id}"}),
    # The months to come.
    Step("create_bill_run_schedule", keeps="schedule_id"),
    Step("list_bill_run_schedules"),
    Step("get_bill_run_schedule", {"schedule_id": "{schedule_id}"}),
    Step("change_bill_run_schedule", {"schedule_id": "{schedule_id}"}),
    Step("pause_bill_run_schedule", {"schedule_id": "{schedule_id}"}),
    Step("resume_bill_run_schedule", {"schedule_id": "{schedule_id}"}),
    Step("cancel_bill_run_schedule", {"schedule_id": "{schedule_id}"}),
    Step("set_seller_auto_post", {"code": "acme"}),
    Step("set_retry_rule", {"code": "acme"}),
    Step("get_retry_rule", {"code": "acme"}),
    Step("connect_gateway", {"code": "acme"}, body={"kind": "sandbox", "mode": "test"}, keeps="gateway_id"),
    Step("list_gateways", {"code": "acme"}),
    Step("switch_gateway", {"code": "acme", "gateway_id": "{gateway_id}"}),
    Step("switch_gateway", {"code": "acme", "gateway_id": "{gateway_id}"}, body={"is_active": True, "reason": "again"}),
    # Out it goes.
    Step("queue_deliveries", body={"run_id": "{run_id}"}),
    Step("list_deliveries", query={"channel": "email"}, keeps="delivery_id"),
    Step("get_delivery", {"delivery_id": "{delivery_id}"}),
    Step("record_delivery_bounce", {"delivery_id": "{delivery_id}"}),
    Step("retry_delivery", {"delivery_id": "{delivery_id}"}),
    Step("create_print_batch", keeps="batch_id"),
    Step("list_print_batches"),
    Step("get_print_batch", {"batch_id": "{batch_id}"}),
    Step("download_print_batch", {"batch_id": "{batch_id}"}),
    # In it comes, though not at once: this card is refused twice.
    Step("save_payment_method", {"account_id": "{account_id}"}, body={"number": "4000000000009995"}),
    Step("create_payment_run", keeps="wrong_run_id", is_worked_off=False),
    Step("cancel_payment_run", {"run_id": "{wrong_run_id}"}),
    Step("delete_payment_run", {"run_id": "{wrong_run_id}"}),
    Step("create_payment_run_schedule", keeps="payment_schedule_id"),
    Step("list_payment_run_schedules"),
    Step("get_payment_run_schedule", {"schedule_id": "{payment_schedule_id}"}),
    Step("list_payment_runs", query={"status": "pending"}, keeps="waiting_run_id"),
    Step("change_payment_run", {"run_id": "{waiting_run_id}"}),
    Step("change_payment_run_schedule", {"schedule_id": "{payment_schedule_id}"}),
    Step("pause_payment_run_schedule", {"schedule_id": "{payment_schedule_id}"}),
    Step("resume_payment_run_schedule", {"schedule_id": "{payment_schedule_id}"}),
    Step("cancel_payment_run_schedule", {"schedule_id": "{payment_schedule_id}"}),
    Step("create_payment_run", keeps="run_id"),
    Step("list_payment_runs"),
    Step("get_payment_run", {"run_id": "{run_id}"}),
    Step("list_payment_run_items", {"run_id": "{run_id}"}),
    Step("list_payment_run_failures", {"run_id": "{run_id}"}, keeps="item_id"),
    Step("retry_payment_run_items", {"run_id": "{run_id}"}),
    Step("close_payment_run_items", {"run_id": "{run_id}"}, body={"item_ids": ["{item_id}"]}),
    Step("deliver_payment_run", {"run_id": "{run_id}"}),
    Step("list_payment_methods", {"account_id": "{account_id}"}, keeps="method_id"),
    Step("resume_payment_method", {"method_id": "{method_id}"}),
    Step("set_payment_method_limit", {"method_id": "{method_id}"}),
    Step("list_expiring_payment_methods"),
    Step("send_method_requests"),
    Step("list_account_method_requests", {"account_id": "{account_id}"}),
    Step("refresh_payment_methods", {"account_id": "{account_id}"}),
    Step("list_held_payment_attempts"),
    Step("reconcile_gateways"),
    Step("list_reconciliation_findings"),
    Step("record_account_payment", {"account_id": "{account_id}"}, body={"amount_minor": 100}, keeps="transfer_id"),
    Step("record_invoice_payment", {"invoice_id": "{invoice_id}"}, body={"amount_minor": 100}),
    Step("save_payment_method", {"account_id": "{account_id}"}),
    Step("create_payment_run"),
    Step("list_payments", keeps="payment_id"),
    Step("get_payment", {"payment_id": "{payment_id}"}),
    Step("create_refund", {"payment_id": "{transfer_id}"}, body={"iban": "NL91ABNA0417164300"}, keeps="refund_id"),
    Step("list_refunds"),
    Step("get_refund", {"refund_id": "{refund_id}"}),
    Step("confirm_refund_sent", {"refund_id": "{refund_id}"}),
    Step("cancel_refund_of_transfer", {"refund_id": "{refund_id}"}),
    Step("list_payment_disputes", {"payment_id": "{payment_id}"}),
    # A customer by themselves.
    Step("get_account_standing", {"account_id": "{account_id}"}),
    Step("remove_payment_method", {"account_id": "{account_id}", "method_id": "{method_id}"}),
    Step("create_account", body={"external_id": "C-2001"}, keeps="shopper_id"),
    Step("open_payment_method_setup", {"account_id": "{shopper_id}"}),
    Step("save_payment_method", {"account_id": "{shopper_id}"}),
    Step("list_payment_methods", {"account_id": "{shopper_id}"}, keeps="shopper_method_id"),
    Step("choose_payment_method", {"account_id": "{shopper_id}", "method_id": "{shopper_method_id}"}),
    Step("subscribe_account", {"account_id": "{shopper_id}"}, body={"plan": "team", "quantities": {"seat": "2"}}),
    Step("set_seats", {"account_id": "{shopper_id}"}),
    Step("get_seats", {"account_id": "{shopper_id}"}),
    Step("list_account_seat_holders", {"account_id": "{shopper_id}"}),
    Step("issue_payment_link", {"account_id": "{shopper_id}"}, keeps="link_id"),
    Step("list_payment_links", {"account_id": "{shopper_id}"}),
    Step("get_payment_link", {"link_id": "{link_id}"}),
    Step("cancel_payment_link", {"link_id": "{link_id}"}),
    # How it adds up.
    Step("list_billing_rollup"),
    Step("sum_billing_rollup"),
    Step("download_billing_rollup"),
    Step("list_payments_rollup"),
    Step("sum_payments_rollup"),
    Step("download_payments_rollup"),
    Step("list_gap"),
    Step("sum_gap"),
    Step("download_gap"),
    Step("check_ledger"),
    # A second seller, and who works there.
    Step("create_seller"),
    Step("change_seller", {"code": "gracht"}),
    Step("change_profile", {"code": "gracht"}),
    Step("change_billing_rule", {"code": "gracht"}),
    Step("add_seller_bank_account", {"code": "gracht"}),
    Step("add_seller_vat_registration", {"code": "gracht"}),
    Step("set_tax_rate", body={"seller": "gracht"}),
    Step("list_tax_rates", query={"seller": "gracht"}),
    Step("create_staff_user", keeps="user_id"),
    Step("list_staff_users"),
    Step("give_role", {"user_id": "{user_id}"}),
    Step("remove_role", {"user_id": "{user_id}"}),
    # For less.
    Step("add_subscription_discount", {"subscription_id": "{subscription_id}"}, keeps="shared_discount_id"),
    Step("list_subscription_discounts", {"subscription_id": "{subscription_id}"}),
    Step("add_account_discount", {"account_id": "{account_id}"}, keeps="account_discount_id"),
    Step("list_account_discounts", {"account_id": "{account_id}"}),
    # And what ends.
    Step("list_subscription_services", {"subscription_id": "{subscription_id}"}, keeps="agreed_id"),
    Step(
        "preview_subscription_action",
        {"subscription_id": "{subscription_id}"},
        body={"service_ids": ["{agreed_id}"]},
    ),
    Step("act_on_subscription", {"subscription_id": "{subscription_id}"}, body={"service_ids": ["{agreed_id}"]}),
    Step("list_subscription_services", {"subscription_id": "{subscription_id}"}, keeps="agreed_id"),
    Step(
        "act_on_subscription",
        {"subscription_id": "{subscription_id}"},
        body={"service_ids": ["{agreed_id}"], "on": "2030-01-31"},
    ),
    Step("list_scheduled_actions", {"subscription_id": "{subscription_id}"}, keeps="action_id"),
    Step("cancel_scheduled_action", {"subscription_id": "{subscription_id}", "action_id": "{action_id}"}),
    Step("pause_subscription_service", {"service_id": "{agreed_id}"}),
    Step("resume_subscription_service", {"service_id": "{agreed_id}"}),
    Step("cancel_subscription", {"subscription_id": "{subscription_id}"}),
    Step("resume_canceled_subscription", {"subscription_id": "{subscription_id}"}),
    Step("cancel_subscription_at_period_end", {"subscription_id": "{subscription_id}"}),
    Step("set_account_managed", {"account_id": "{account_id}"}, body={"ends_card_subscription": True}),
    Step(
        "set_account_self_serve",
        {"account_id": "{account_id}"},
        body={"way": "keep_until", "ends_on": "2031-01-01", "reason": "Their card pays"},
    ),
    Step("end_subscription_discount", {"discount_id": "{shared_discount_id}"}),
    Step("end_account_discount", {"discount_id": "{account_discount_id}"}),
    Step("end_price", {"price_id": "{price_id}"}),
    # Prepaid from here on: a run would draw what is billed from funds, and make no document.
    Step("change_funding_policy", {"account_id": "{account_id}"}),
    Step("get_account_funds", {"account_id": "{account_id}"}),
    Step("remove_contact", {"account_id": "{account_id}", "role": "admin"}),
    Step("issue_api_key", keeps="key_id"),
    Step("list_api_keys"),
    Step("get_api_key", {"key_id": "{key_id}"}),
    Step("revoke_api_key", {"key_id": "{key_id}"}),
    Step("create_webhook_endpoint", keeps="endpoint_id"),
    Step("list_webhook_endpoints"),
    Step("get_webhook_endpoint", {"endpoint_id": "{endpoint_id}"}),
    Step("list_webhook_event_types"),
    Step("change_webhook_endpoint", {"endpoint_id": "{endpoint_id}"}),
    Step("rotate_webhook_secret", {"endpoint_id": "{endpoint_id}"}),
    Step("test_webhook_endpoint", {"endpoint_id": "{endpoint_id}"}, keeps="message_id"),
    Step("list_webhook_messages", {"endpoint_id": "{endpoint_id}"}),
    Step("get_webhook_message", {"message_id": "{message_id}"}),
    Step("switch_webhook_endpoint", {"endpoint_id": "{endpoint_id}"}),  # off: what waits is dropped
    Step("switch_webhook_endpoint", {"endpoint_id": "{endpoint_id}"}, body={"is_enabled": True}),
    Step("replay_webhook_message", {"message_id": "{message_id}"}),
    Step("replay_webhook_messages", {"endpoint_id": "{endpoint_id}"}),
    Step("remove_webhook_endpoint", {"endpoint_id": "{endpoint_id}"}),
    Step("list_problem_kinds"),
    Step("get_problem_kind", {"code": "forbidden"}),
    Step("set_clock"),
    Step("advance_clock", is_worked_off=True),
)


def find_example(operation: dict[str, Any]) -> dict[str, Any] | None:
    """The first example of an operation's body."""
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    example: dict[str, Any] = schema["examples"][0]
    return example


def require_documented(operation: dict[str, Any], answer: Answer) -> None:
    """Assert that an answer is a success and has the shape that the document gives for it."""
    assert answer.status_code < 300, answer.content
    described = operation["responses"][answer.status_code].get("content", {})
    if not described:
        assert not answer.content
        return
    media_type = answer["Content-Type"].split(";")[0]
    schema = {**described[media_type]["schema"], "components": DOCUMENT["components"]}
    if media_type == "application/json":
        jsonschema_rs.validate(schema, answer.json())


def fill(value: Any, known: Mapping[str, int]) -> Any:
    """A value with the ids of earlier answers in place of their names in braces."""
    if isinstance(value, Mapping):
        return {name: fill(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [fill(each, known) for each in value]
    return known[value.strip("{}")] if isinstance(value, str) and value.startswith("{") else value


def tell(caller: ApiCaller, step: Step, known: dict[str, int]) -> None:
    """Send one step, hold its answer against the document, and let workers do what it asked for."""
    method, path, operation = OPERATIONS[step.operation]
    address = path.format(**fill(step.path, known)) + "?" + urlencode(fill(step.query, known))
    example = find_example(operation)
    if example is not None:
        example = {**example, **fill(step.body, known)}
    answer = caller.send(method, address, example)
    require_documented(operation, answer)
    if step.is_worked_off:
        run_jobs()
    if step.keeps:
        body = answer.json()
        kept = body["data"][-1] if "data" in body else body
        known[step.keeps] = kept.get("id", kept.get("item_id"))
        known["bill_id"] = kept.get("bill_id") or known.get("bill_id", 0)


@pytest.mark.django_db
def test_every_example_really_runs_and_every_answer_is_as_documented() -> None:
    clock.set_clock(AT)
    build_seller()
    caller, known = make_caller(), dict[str, int]()
    for step in STORY:
        tell(caller, step, known)
        clock.advance(HALF_A_DAY)


def test_the_story_leaves_no_operation_out() -> None:
    # A file, an attempt that is held and a difference with a gateway have tests of their own.
    elsewhere = {"import_file", "release_payment_attempt", "settle_reconciliation_finding"}
    assert set(OPERATIONS) - elsewhere == {step.operation for step in STORY}


def test_no_two_operations_share_a_name() -> None:
    operations = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert len(operations) == len(set(operations))
