"""Stripe as its documentation tells it, over real HTTP: intents, sessions, keys that live a day, typed parameters.

What a person does on Stripe's page, or a bank behind it, is a method of `FakeStripe`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.fakes.stripe_documents import (
    compose_charge,
    compose_decline,
    compose_error,
    compose_list,
    compose_method,
)
from tests.support.fakes.stripe_params import find_mistake, read_form
from tests.support.fakes.wire import Fault, Request, Response

KEY_LIFE = timedelta(days=1)


class Refusal(Exception):
    """An error answer of Stripe's."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        self.response = Response(status, compose_error(status, message, **more))


@dataclass
class FakeStripe:
    """One account at Stripe."""

    api_key: str = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    content_type: str = "application/json"
    requests: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    methods: dict[str, dict[str, Any]] = field(default_factory=dict)
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    setups: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    charges: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    disputes: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    """What charges of a payment method come to: a decline code; "" for success."""
    advice: dict[str, str] = field(default_factory=dict)
    """The advice code that comes with it."""
    keys: dict[str, tuple[datetime, str, Response]] = field(default_factory=dict)

    @property
    def livemode(self) -> bool:
        return "_live_" in self.api_key

    def respond(self, request: Request) -> Response:
        """Check the key, replay what an idempotency key stands for, and carry the rest out."""
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return Response(401, compose_error(401, "Invalid API Key provided"))
        parameters = f"{request.path} {request.body!r}"
        known = self.keys.get(request.key) if request.method == "POST" and request.key else None
        if known is not None and self.now - known[0] < KEY_LIFE:
            if known[1] != parameters:
                words = "Keys for idempotent requests can only be used with the same parameters"
                return Response(400, {"error": {"type": "idempotency_error", "message": words}})
            return known[2]._replace(headers={"Idempotent-Replayed": "true"})
        response = self._route(request)
        if request.method == "POST" and request.key:
            self.keys[request.key] = (self.now, parameters, response)
        return response

    def compose_error(self, status: int) -> Mapping[str, Any]:
        return compose_error(status, "Something went wrong")

    def _route(self, request: Request) -> Response:
        routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("POST", r"/v1/customers", self._create_customer),
            ("GET", r"/v1/customers/(\w+)/payment_methods", self._list_methods),
            ("POST", r"/v1/payment_methods/(\w+)/detach", self._detach),
            ("POST", r"/v1/payment_intents", self._create_intent),
            ("GET", r"/v1/payment_intents", self._list_intents),
            ("GET", r"/v1/payment_intents/(\w+)", lambda params, ref: self._show_intent(ref)),
            ("POST", r"/v1/payment_intents/(\w+)/cancel", self._cancel_intent),
            ("POST", r"/v1/checkout/sessions", self._create_session),
            ("GET", r"/v1/checkout/sessions", self._list_sessions),
            ("GET", r"/v1/checkout/sessions/(\w+)", lambda params, ref: self._show_session(ref)),
            ("POST", r"/v1/checkout/sessions/(\w+)/expire", self._expire_session),
            ("POST", r"/v1/refunds", self._create_refund),
            ("GET", r"/v1/refunds", lambda params: self._list_facts("refunds", self.refunds, params)),
            ("GET", r"/v1/disputes", lambda params: self._list_facts("disputes", self.disputes, params)),
        ]
        for method, pattern, respond in routes:
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                return self._carry_out(request, respond, found.groups())
        return Response(404, compose_error(404, "Unrecognized request URL"))

    def _carry_out(self, request: Request, respond: Callable[..., Any], refs: tuple[str, ...]) -> Response:
        params = read_form(request.body.decode() if request.method == "POST" else request.query)
        try:
            if request.method == "POST" and (mistake := find_mistake(request.path, params)):
                raise Refusal(400, f"Received unknown or wrong parameter {mistake}", code="parameter_unknown")
            answer = respond(params, *refs)
        except Refusal as refusal:
            return refusal.response
        if isinstance(answer, Response):
            return answer
        return Response(200, self._expand(answer, params.get("expand", [])))

    def _expand(self, document: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
        tables = {"latest_charge": self.charges, "payment_intent": self.intents, "setup_intent": self.setups}
        shown = copy.deepcopy(document)
        for path in wanted:
            place = shown
            for step in path.split("."):
                if isinstance(place.get(step), str):
                    place[step] = copy.deepcopy(tables[step][place[step]])
                if not isinstance(place.get(step), dict):
                    break
                place = place[step]
        return shown

    def _add(self, table: dict[str, dict[str, Any]], prefix: str, kind: str, **values: Any) -> dict[str, Any]:
        ref = f"{prefix}_{len(table) + 1:08d}"
        table[ref] = {
            "id": ref, "object": kind, "created": int(self.now.timestamp()), "livemode": self.livemode, **values
        }  # fmt: skip
        return table[ref]

    # what the API does

    def _create_customer(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return self._add(self.customers, "cus", "customer", **{"metadata": {}, **params})

    def _list_methods(self, params: Mapping[str, Any], customer: str) -> dict[str, Any]:
        self._check_customer(customer, 404)
        rows = [method for method in self.methods.values() if method["customer"] == customer]
        return compose_list(rows, path=f"/v1/customers/{customer}/payment_methods")

    def _detach(self, params: Mapping[str, Any], ref: str) -> dict[str, Any]:
        method = self._get(self.methods, "payment_method", ref)
        if method["customer"] is None:
            raise Refusal(400, "The payment method is not attached to a customer so detachment is impossible.")
        method["customer"] = None
        return method

    def _check_customer(self, ref: str, status: int) -> None:
        if ref not in self.customers:
            raise Refusal(status, f"No such customer: '{ref}'", code="resource_missing", param="customer")

    def _get(self, table: Mapping[str, dict[str, Any]], kind: str, ref: str) -> dict[str, Any]:
        if ref not in table:
            raise Refusal(404, f"No such {kind}: '{ref}'", code="resource_missing", param=kind)
        return table[ref]

    def _create_intent(self, params: Mapping[str, Any]) -> dict[str, Any] | Response:
        amount = int(params["amount"])
        if amount < 50:
            raise Refusal(400, "Amount must be at least 50 cents", code="amount_too_small", param="amount")
        if amount > 99_999_999:
            raise Refusal(400, "Amount must be no more than 999,999.99", code="amount_too_large", param="amount")
        self._check_customer(params["customer"], 400)
        method = self.methods.get(params["payment_method"])
        if method is None or method["customer"] != params["customer"]:
            raise Refusal(400, "The PaymentMethod must be attached to the customer", param="payment_method")
        intent = self._add(
            self.intents, "pi", "payment_intent", amount=amount, currency=params["currency"],
            customer=params["customer"], payment_method=method["id"], metadata=params.get("metadata", {}),
            status="requires_confirmation", latest_charge=None, last_payment_error=None, setup_future_usage=None,
        )  # fmt: skip
        self._confirm(intent, method)
        if intent["last_payment_error"]:
            shown = self._expand(intent, params.get("expand", []))
            return Response(402, {"error": {**intent["last_payment_error"], "payment_intent": shown}})
        return intent

    def _confirm(self, intent: dict[str, Any], method: Mapping[str, Any]) -> None:
        reason = self.outcomes.get(method["id"], "")
        if reason:
            decline = compose_decline(reason, advice=self.advice.get(method["id"]))
            intent.update(status="requires_payment_method", last_payment_error=decline)
        else:
            intent["status"] = "processing" if method["type"] == "sepa_debit" else "succeeded"
        self._record_charge(intent, method["type"])

    def _record_charge(self, intent: dict[str, Any], kind: str) -> None:
        ref = f"ch_{len(self.charges) + 1:08d}"
        self.charges[ref] = compose_charge(ref, intent, kind=kind, created=int(self.now.timestamp()))
        intent["latest_charge"] = ref

    def _list_intents(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return self._list("/v1/payment_intents", self.intents, params)

    def _list(self, path: str, table: Mapping[str, dict[str, Any]], params: Mapping[str, Any]) -> dict[str, Any]:
        if "customer" in params:
            self._check_customer(params["customer"], 400)
        rows = [
            row for row in reversed(list(table.values()))
            if params.get("customer") in (None, row.get("customer"))
            and params.get("payment_intent") in (None, row.get("payment_intent"))
            and row["created"] >= int(params.get("created", {}).get("gte", 0))
        ]  # fmt: skip
        if "starting_after" in params:
            refs = [row["id"] for row in rows]
            rows = rows[refs.index(params["starting_after"]) + 1 :]
        limit = int(params.get("limit", 10))
        return compose_list(rows[:limit], path=path, has_more=len(rows) > limit)

    def _show_intent(self, ref: str) -> dict[str, Any]:
        return self._get(self.intents, "payment_intent", ref)

    def _cancel_intent(self, params: Mapping[str, Any], ref: str) -> dict[str, Any]:
        intent = self._show_intent(ref)
        if intent["status"] in ("succeeded", "canceled", "processing"):
            words = "You cannot cancel this PaymentIntent because it has a status of " + intent["status"]
            raise Refusal(400, words, code="payment_intent_unexpected_state")
        intent["status"] = "canceled"
        return intent

    def _create_session(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if "customer" in params:
            self._check_customer(params["customer"], 400)
        is_setup = params["mode"] == "setup"
        item = {} if is_setup else params["line_items"][0]["price_data"]
        session = self._add(
            self.sessions, "cs_test", "checkout.session", mode=params["mode"], customer=params.get("customer"),
            metadata=params.get("metadata", {}), amount_total=None if is_setup else int(item["unit_amount"]),
            currency=params["currency"] if is_setup else item["currency"], status="open",
            payment_status="no_payment_required" if is_setup else "unpaid", payment_intent=None, setup_intent=None,
            expires_at=int((self.now + timedelta(days=1)).timestamp()),
            url=f"https://checkout.stripe.com/c/pay/cs_test_{len(self.sessions) + 1:08d}",
        )  # fmt: skip
        session["_wanted"] = dict(params)
        return self._show_session(session["id"])

    def _show_session(self, ref: str) -> dict[str, Any]:
        session = self._get(self.sessions, "checkout.session", ref)
        return {name: value for name, value in session.items() if name != "_wanted"}

    def _list_sessions(self, params: Mapping[str, Any]) -> dict[str, Any]:
        shown = {ref: self._show_session(ref) for ref in self.sessions}
        return self._list("/v1/checkout/sessions", shown, params)

    def _expire_session(self, params: Mapping[str, Any], ref: str) -> dict[str, Any]:
        session = self._get(self.sessions, "checkout.session", ref)
        if session["status"] != "open":
            raise Refusal(400, "Only Checkout Sessions with a status of open can be expired")
        self.expire(ref)
        return self._show_session(ref)

    def _create_refund(self, params: Mapping[str, Any]) -> dict[str, Any]:
        intent = self._get(self.intents, "payment_intent", params["payment_intent"])
        kept = [
            refund["amount"] for refund in self.refunds.values()
            if refund["payment_intent"] == intent["id"] and refund["status"] not in ("failed", "canceled")
        ]  # fmt: skip
        left = intent["amount"] - sum(kept)
        if not left:
            raise Refusal(400, "Charge has already been refunded.", code="charge_already_refunded")
        if int(params["amount"]) > left:
            words = f"Refund amount is greater than unrefunded amount on charge ({left})"
            raise Refusal(400, words, param="amount")
        return self._add(
            self.refunds, "re", "refund", amount=int(params["amount"]), currency=intent["currency"],
            payment_intent=intent["id"], metadata=params.get("metadata", {}), status="succeeded",
        )  # fmt: skip

    def _list_facts(self, name: str, table: Mapping[str, dict[str, Any]], params: Mapping[str, Any]) -> dict[str, Any]:
        return self._list(f"/v1/{name}", table, params)

    # what people and banks do

    def give_method(self, customer: str, *, kind: str = "card") -> str:
        """A saved method of the customer's."""
        ref = f"pm_{len(self.methods) + 1:08d}"
        created = int(self.now.timestamp())
        self.methods[ref] = compose_method(ref, kind=kind, customer=customer, created=created, livemode=self.livemode)
        return ref

    def pay(self, ref: str) -> None:
        """The customer pays on the page, or the bank pays a debit."""
        if ref in self.intents:
            intent = self.intents[ref]
            intent["status"] = "succeeded"
            self._record_charge(intent, self.methods[intent["payment_method"]]["type"])
            return
        session = self.sessions[ref]
        method = self.methods[self.give_method(session["customer"])]
        if session["mode"] == "setup":
            setup = self._add(self.setups, "seti", "setup_intent", status="succeeded", payment_method=method["id"])
            session["setup_intent"] = setup["id"]
        else:
            intent = self._open_intent(session)
            intent.update(payment_method=method["id"], last_payment_error=None)
            self._confirm(intent, method)
            session["payment_status"] = "paid"
            if intent["setup_future_usage"] != "off_session":
                method["customer"] = None
        session.update(status="complete", url=None)

    def decline_on_page(self, ref: str, reason: str) -> None:
        """The card is declined on the page; the session stays open."""
        intent = self._open_intent(self.sessions[ref])
        intent.update(status="requires_payment_method", last_payment_error=compose_decline(reason))

    def expire(self, ref: str) -> None:
        """Nobody paid in time."""
        self.sessions[ref].update(status="expired", url=None)

    def dispute(self, ref: str, *, reason: str = "general", status: str = "needs_response") -> str:
        """The payer's bank takes the money back."""
        intent = self.intents[self.sessions[ref]["payment_intent"] if ref in self.sessions else ref]
        taken = {"id": "txn_1", "object": "balance_transaction", "amount": -intent["amount"]}
        dispute = self._add(
            self.disputes, "du", "dispute", amount=intent["amount"], currency=intent["currency"], reason=reason,
            payment_intent=intent["id"], charge=intent["latest_charge"], status=status, metadata={},
            balance_transactions=[taken | {"created": int(self.now.timestamp())}],
        )  # fmt: skip
        ref_of_dispute: str = dispute["id"]
        return ref_of_dispute

    def win(self, ref: str) -> None:
        """The bank gives the money back to us."""
        dispute = self.disputes[ref]
        returned = {"id": "txn_2", "object": "balance_transaction", "amount": dispute["amount"]}
        dispute["status"] = "won"
        dispute["balance_transactions"].append(returned | {"created": int(self.now.timestamp())})

    def _open_intent(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["payment_intent"]:
            return self.intents[session["payment_intent"]]
        wanted = session["_wanted"]["payment_intent_data"]
        intent = self._add(
            self.intents, "pi", "payment_intent", amount=session["amount_total"], currency=session["currency"],
            customer=session["customer"], payment_method=None, metadata=wanted.get("metadata", {}),
            status="requires_payment_method", latest_charge=None, last_payment_error=None,
            setup_future_usage=wanted.get("setup_future_usage"),
        )  # fmt: skip
        session["payment_intent"] = intent["id"]
        return intent
