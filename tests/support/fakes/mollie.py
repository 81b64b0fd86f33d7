"""Mollie as its documentation tells it, over real HTTP: states, keys that live an hour, refunds an hour apart.

Invents no field and no status. What a person does on Mollie's page, or a bank behind it, is a method of `FakeMollie`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.support.fakes.mollie_documents import (
    compose_chargeback,
    compose_customer,
    compose_error,
    compose_list,
    compose_mandate,
    compose_payment,
    compose_refund,
    stamp,
)
from tests.support.fakes.wire import Fault, Request, Response

KEY_LIFE = timedelta(hours=1)
DECIMALS = {"JPY": 0, "ISK": 0}
PAYMENT_FIELDS = {
    "amount", "description", "redirectUrl", "webhookUrl", "cancelUrl", "metadata", "sequenceType", "customerId",
    "mandateId", "method", "locale",
}  # fmt: skip
#: Methods of a first payment that leave a direct debit behind.
LEAVE_DEBITS = {"ideal", "bancontact", "belfius", "eps", "kbc", "mybank"}


class Refusal(Exception):
    """An error answer of Mollie's."""

    def __init__(self, status: int, detail: str, field: str = "") -> None:
        self.response = Response(status, compose_error(status, detail, field))


@dataclass
class FakeMollie:
    """One website profile at Mollie, in test mode or live as the key says."""

    api_key: str = "test_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    content_type: str = "application/hal+json"
    requests: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    mandates: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    chargebacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    """What the next charges of a mandate come to: a failure reason; "" for success."""
    keys: dict[str, tuple[datetime, str, Response]] = field(default_factory=dict)
    next_pages_at: str = "https://api.mollie.com"

    @property
    def mode(self) -> str:
        return self.api_key.partition("_")[0]

    def respond(self, request: Request) -> Response:
        """Check the key, replay what an idempotency key stands for, and carry the rest out."""
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return Response(401, compose_error(401, "Missing authentication, or failed to authenticate"))
        try:
            if request.method != "POST":
                return self._route(request)
            return self._replay(request) or self._remember(request, self._route(request))
        except Refusal as refusal:
            return refusal.response

    def compose_error(self, status: int) -> Mapping[str, Any]:
        return compose_error(status, "Something went wrong")

    def _replay(self, request: Request) -> Response | None:
        known = self.keys.get(request.key)
        if known is None or self.now - known[0] >= KEY_LIFE:
            return None
        _, parameters, response = known
        if parameters != f"{request.path} {request.body!r}":
            raise Refusal(400, "The idempotency key was used before with other parameters")
        return response._replace(headers={"Idempotent-Replayed": "true"})

    def _remember(self, request: Request, response: Response) -> Response:
        self.keys[request.key] = (self.now, f"{request.path} {request.body!r}", response)
        return response

    def _route(self, request: Request) -> Response:
        routes: list[tuple[str, str, Callable[..., Response]]] = [
            ("POST", r"/v2/customers", self._create_customer),
            ("GET", r"/v2/customers/(cst_\w+)/payments", self._list_customer_payments),
            ("GET", r"/v2/customers/(cst_\w+)/mandates", self._list_mandates),
            ("DELETE", r"/v2/customers/(cst_\w+)/mandates/(mdt_\w+)", self._revoke_mandate),
            ("POST", r"/v2/payments", self._create_payment),
            ("GET", r"/v2/payments", self._list_payments),
            ("GET", r"/v2/payments/(tr_\w+)", self._get_payment),
            ("DELETE", r"/v2/payments/(tr_\w+)", self._cancel_payment),
            ("POST", r"/v2/payments/(tr_\w+)/refunds", self._create_refund),
            ("GET", r"/v2/payments/(tr_\w+)/refunds", self._list_refunds),
            ("GET", r"/v2/payments/(tr_\w+)/chargebacks", self._list_chargebacks),
        ]
        for method, pattern, respond in routes:
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                return respond(request, *found.groups())
        raise Refusal(404, "No such endpoint")

    # what the API does

    def _create_customer(self, request: Request) -> Response:
        wanted = json.loads(request.body or b"{}")
        ref = f"cst_{len(self.customers) + 1:08d}"
        self.customers[ref] = {"id": ref, "mode": self.mode, "createdAt": stamp(self.now), **wanted}
        return Response(201, compose_customer(self.customers[ref]))

    def _create_payment(self, request: Request) -> Response:
        wanted = json.loads(request.body)
        self._check_payment(wanted)
        mandate = self._choose_mandate(wanted) if wanted.get("sequenceType") == "recurring" else None
        ref = f"tr_{len(self.payments) + 1:08d}"
        payment = self.payments[ref] = {
            "id": ref, "mode": self.mode, "createdAt": stamp(self.now), "status": "open", "sequenceType": "oneoff",
            **wanted,
        }  # fmt: skip
        if mandate is not None:
            self._charge(payment, mandate)
        else:
            payment["expiresAt"] = stamp(self.now + timedelta(minutes=15))
            payment["isCancelable"] = payment.get("method") == "banktransfer"
            if isinstance(payment.get("method"), list):
                del payment["method"]  # null until the customer has chosen
        return Response(201, self._show(ref))

    def _check_payment(self, wanted: Mapping[str, Any]) -> None:
        if unknown := set(wanted) - PAYMENT_FIELDS:
            raise Refusal(422, "Non-existent body parameter", min(unknown))
        self._check_amount(wanted.get("amount"))
        if not wanted.get("description"):
            raise Refusal(422, "The description is missing", "description")
        if "customerId" in wanted and wanted["customerId"] not in self.customers:
            raise Refusal(404, f"No customer exists with token {wanted['customerId']}.")
        if wanted.get("sequenceType") == "recurring":
            return
        if not wanted.get("redirectUrl"):
            raise Refusal(422, "The redirect location is missing", "redirectUrl")
        if wanted.get("sequenceType") == "first" and "customerId" not in wanted:
            raise Refusal(422, "A customer is needed for a first payment", "customerId")

    def _check_amount(self, amount: Any) -> None:
        if not isinstance(amount, dict) or not isinstance(amount.get("value"), str):
            raise Refusal(422, "The amount is not an object with a string", "amount")
        decimals = DECIMALS.get(amount["currency"], 2)
        if not re.fullmatch(r"\d+" + (rf"\.\d{{{decimals}}}" if decimals else ""), amount["value"]):
            raise Refusal(422, "The amount contains an invalid value", "amount")
        if float(amount["value"]) > 1_000_000:
            raise Refusal(422, "The amount is higher than the maximum", "amount")

    def _choose_mandate(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        mandate = self.mandates.get(wanted.get("mandateId", ""))
        if mandate is None or mandate["customerId"] != wanted.get("customerId"):
            raise Refusal(422, "No suitable mandates found for customer")
        if mandate["status"] != "valid":
            raise Refusal(422, "The mandate is not valid", "mandateId")
        return mandate

    def _charge(self, payment: dict[str, Any], mandate: Mapping[str, Any]) -> None:
        reason = self.outcomes.get(mandate["id"], "")
        payment["method"] = mandate["method"]
        payment["details"] = {}
        if mandate["method"] == "directdebit":
            payment["status"] = "pending"
        elif reason:
            self.fail(payment["id"], reason)
        else:
            self._settle(payment)

    def _get_payment(self, request: Request, ref: str) -> Response:
        return Response(200, self._show(ref))

    def _cancel_payment(self, request: Request, ref: str) -> Response:
        self._show(ref)
        payment = self.payments[ref]
        if payment["status"] != "open" or not payment.get("isCancelable"):
            raise Refusal(422, "The payment cannot be canceled")
        self.cancel(ref)
        return Response(200, self._show(ref))

    def _create_refund(self, request: Request, ref: str) -> Response:
        self._show(ref)
        payment, wanted = self.payments[ref], json.loads(request.body)
        self._check_amount(wanted.get("amount"))
        value = float(wanted["amount"]["value"])
        if payment["status"] != "paid":
            raise Refusal(422, "The payment has not been paid and cannot be refunded")
        if round(value * 100) > round((float(payment["amount"]["value"]) - self._sum_refunds(ref)) * 100):
            raise Refusal(422, "The amount is higher than the maximum", "amount")
        for other in self.refunds.values():
            if (
                other["paymentId"] == ref
                and other["amount"] == wanted["amount"]
                and self.now - datetime.fromisoformat(other["createdAt"]) < timedelta(hours=1)
            ):
                raise Refusal(409, "A duplicate refund has been detected")
        refund_ref = f"re_{len(self.refunds) + 1:08d}"
        self.refunds[refund_ref] = {
            "id": refund_ref, "mode": self.mode, "paymentId": ref, "status": "pending", "createdAt": stamp(self.now),
            **wanted,
        }  # fmt: skip
        return Response(201, compose_refund(self.refunds[refund_ref]))

    def _sum_refunds(self, ref: str) -> float:
        kept = [
            each for each in self.refunds.values()
            if each["paymentId"] == ref and each["status"] not in ("failed", "canceled")
        ]  # fmt: skip
        return sum(float(each["amount"]["value"]) for each in kept)

    def _list_customer_payments(self, request: Request, customer: str) -> Response:
        if customer not in self.customers:
            raise Refusal(404, f"No customer exists with token {customer}.")
        return self._list(request, [p for p in self.payments.values() if p.get("customerId") == customer])

    def _list_payments(self, request: Request) -> Response:
        return self._list(request, list(self.payments.values()))

    def _list(self, request: Request, payments: list[dict[str, Any]]) -> Response:
        query = parse_qs(request.query)
        refs = [payment["id"] for payment in reversed(payments)]
        first = refs.index(query["from"][0]) if "from" in query else 0
        limit = int(query.get("limit", ["50"])[0])
        following = refs[first + limit] if first + limit < len(refs) else ""
        shown = [self._show(ref) for ref in refs[first : first + limit]]
        path = f"{self.next_pages_at}{request.path}"
        return Response(200, compose_list("payments", shown, path=path, following=following, limit=limit))

    def _list_mandates(self, request: Request, customer: str) -> Response:
        if customer not in self.customers:
            raise Refusal(404, f"No customer exists with token {customer}.")
        rows = [compose_mandate(m) for m in reversed(self.mandates.values()) if m["customerId"] == customer]
        return Response(200, compose_list("mandates", rows, path=f"{self.next_pages_at}{request.path}"))

    def _revoke_mandate(self, request: Request, customer: str, ref: str) -> Response:
        mandate = self.mandates.get(ref)
        if mandate is None:
            raise Refusal(404, f"No mandate exists with token {ref}.")
        if mandate["status"] == "invalid":
            raise Refusal(410, "The mandate is no longer available")
        mandate["status"] = "invalid"
        return Response(204, None)

    def _list_refunds(self, request: Request, ref: str) -> Response:
        rows = [compose_refund(each) for each in reversed(self.refunds.values()) if each["paymentId"] == ref]
        return Response(200, compose_list("refunds", rows, path=f"{self.next_pages_at}{request.path}"))

    def _list_chargebacks(self, request: Request, ref: str) -> Response:
        rows = [compose_chargeback(each) for each in reversed(self.chargebacks.values()) if each["paymentId"] == ref]
        return Response(200, compose_list("chargebacks", rows, path=f"{self.next_pages_at}{request.path}"))

    def _show(self, ref: str) -> dict[str, Any]:
        if ref not in self.payments:
            raise Refusal(404, f"No payment exists with token {ref}.")
        has_chargebacks = any(each["paymentId"] == ref for each in self.chargebacks.values())
        has_refunds = any(each["paymentId"] == ref for each in self.refunds.values())
        return compose_payment(self.payments[ref], has_refunds=has_refunds, has_chargebacks=has_chargebacks)

    # what people and banks do

    def give_mandate(self, customer: str, *, method: str = "creditcard", expires: str = "2028-05-31") -> str:
        """A mandate of the customer's."""
        ref = f"mdt_{len(self.mandates) + 1:08d}"
        details: dict[str, Any] = {"consumerName": "J. Doe", "consumerAccount": "NL91ABNA0417164300"}
        if method == "creditcard":
            details = {
                "cardHolder": "J. Doe", "cardNumber": "4242", "cardExpiryDate": expires, "cardLabel": "Visa",
                "cardFingerprint": f"fp{ref}",
            }  # fmt: skip
        self.mandates[ref] = {
            "id": ref, "mode": self.mode, "customerId": customer, "method": method, "status": "valid",
            "details": details, "createdAt": stamp(self.now),
            "mandateReference": f"ref-{ref}" if method == "directdebit" else None,
        }  # fmt: skip
        return ref

    def pay(self, ref: str, *, method: str = "creditcard") -> None:
        """The customer pays on the page, or the bank of a direct debit does."""
        payment = self.payments[ref]
        if payment["status"] == "open":
            payment["method"] = method
        self._settle(payment)
        if payment["sequenceType"] == "first":
            kept = "directdebit" if method in LEAVE_DEBITS else method
            payment["mandateId"] = self.give_mandate(payment["customerId"], method=kept)

    def fail(self, ref: str, reason: str) -> None:
        """The card is declined, or the bank sends a debit back: then the reason is its code."""
        payment = self.payments[ref]
        is_debit = payment.get("method") == "directdebit"
        words = {"bankReasonCode": reason, "bankReason": "Returned"} if is_debit else {"failureReason": reason}
        payment.setdefault("method", "creditcard")
        payment.update(status="failed", failedAt=stamp(self.now), details=words)

    def cancel(self, ref: str) -> None:
        """The customer gives up."""
        self.payments[ref].update(status="canceled", canceledAt=stamp(self.now))

    def expire(self, ref: str) -> None:
        """Nobody paid in time."""
        self.payments[ref].update(status="expired", expiredAt=stamp(self.now))

    def finish_refund(self, ref: str, *, status: str) -> None:
        """A refund is on its way (processing), done (refunded) or came back (failed)."""
        self.refunds[ref]["status"] = status

    def charge_back(self, ref: str, *, reason: str = "") -> str:
        """The payer's bank takes the money back."""
        payment, chargeback = self.payments[ref], f"chb_{len(self.chargebacks) + 1:06d}"
        document = {
            "id": chargeback, "amount": payment["amount"], "paymentId": ref, "createdAt": stamp(self.now),
        }  # fmt: skip
        if reason:
            document["reason"] = {"code": reason, "description": "Returned"}
        self.chargebacks[chargeback] = document
        payment["amountChargedBack"] = payment["amount"]
        return chargeback

    def reverse(self, chargeback: str) -> None:
        """The bank gives the money back to us."""
        self.chargebacks[chargeback]["reversedAt"] = stamp(self.now)

    def _settle(self, payment: dict[str, Any]) -> None:
        payment.update(status="paid", paidAt=stamp(self.now), details={})
        payment.pop("expiresAt", None)
