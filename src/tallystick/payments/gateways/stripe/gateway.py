"""The gateway Stripe: customers, hosted pages, off-session charges, refunds, disputes, signed webhooks.

A charge's reference is its payment intent, a page's its checkout session. Every write carries our key, which Stripe
keeps for a day, on each of its sends.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from stripe.params import CustomerCreateParams

from tallystick.payments.core.answers import (
    Abilities,
    Answer,
    Checkout,
    Collect,
    Delivery,
    Done,
    Mandate,
    MandateToImport,
    Notice,
    NotSent,
    Party,
    RefundFact,
    RefundOrder,
    Refused,
    Snapshot,
    Unknown,
)
from tallystick.payments.core.failures import Failure
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.decimals import AmountUnwritable
from tallystick.payments.gateways.stripe.connection import TIMEOUT_SECONDS, Document, StripeConnection, list_all
from tallystick.payments.gateways.stripe.notices import HOOK_EVENTS, read_notice
from tallystick.payments.gateways.stripe.orders import BY_PAGE, compose_charge, compose_checkout, compose_refund_params
from tallystick.payments.gateways.stripe.snapshots import (
    compose_intent,
    compose_mandate,
    compose_refund,
    compose_session,
)
from tallystick.plumbing import clock

T = TypeVar("T")

KEY_LIFE = timedelta(days=1)
MARGIN = timedelta(days=2)
PAGE = 100
KINDS = ("card", "sepa_debit")


class StripeGateway:
    """One seller's account at Stripe. Its key says whether it is a test or a live one."""

    name = "stripe"
    key_life_seconds = int(KEY_LIFE.total_seconds())
    abilities = Abilities(
        frozenset(KINDS), takes_zero_amount=True, refund_days=None, pushes=True, hook_events=HOOK_EVENTS
    )

    def __init__(
        self,
        api_key: str,
        *,
        webhook_secrets: Sequence[str] = (),
        url: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._wire = StripeConnection(api_key, url=url, timeout=timeout)
        self._stripe = self._wire.client.v1
        self._webhook_secrets = tuple(webhook_secrets)
        self.can_prove_notices = bool(self._webhook_secrets)

    def customer(self, our_id: str, *, key: str, party: Party | None = None) -> Answer[str]:
        """Make a customer known."""
        who = party or Party()
        wanted: CustomerCreateParams = {"metadata": {"our_id": our_id}}
        if who.name:
            wanted["name"] = who.name
        if who.email:
            wanted["email"] = who.email
        if who.language:
            wanted["preferred_locales"] = [who.language.replace("_", "-")]
        answer = self._wire.ask(
            lambda: self._stripe.customers.create(wanted, {"idempotency_key": key}), operation="customer"
        )
        return _read(answer, lambda customer: str(customer["id"]))

    def checkout(self, order: Checkout) -> Answer[Snapshot]:
        """A checkout session; its payment or set-up intent appears once the customer acts."""
        try:
            params = compose_checkout(order)
        except AmountUnwritable as error:
            return _refuse_amount(error)
        answer = self._wire.ask(
            lambda: self._stripe.checkout.sessions.create(params, {"idempotency_key": order.key}),
            operation="checkout",
        )
        return _read(answer, lambda session: compose_session(session, at=clock.now()))

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """An off-session charge, confirmed at once; it fails where the bank wants the customer."""
        try:
            params = compose_charge(order)
        except AmountUnwritable as error:
            return _refuse_amount(error)
        answer = self._wire.charge(lambda: self._stripe.payment_intents.create(params, {"idempotency_key": order.key}))
        return _read(answer, lambda intent: compose_intent(intent, at=clock.now()))

    def refund(self, order: RefundOrder) -> Answer[RefundFact]:
        """Give money back on a charge, or on what was paid on a page."""
        behind = self._find_intent(order.payment_ref)
        if not isinstance(behind, Done):
            # nothing was sent to give money back yet, so a look-up without an answer has moved nothing
            return NotSent(behind.reason) if isinstance(behind, Unknown) else behind
        try:
            params = compose_refund_params(order, intent_ref=behind.value)
        except AmountUnwritable as error:
            return _refuse_amount(error)
        answer = self._wire.ask(
            lambda: self._stripe.refunds.create(params, {"idempotency_key": order.key}), operation="refund"
        )
        return _read(answer, compose_refund)

    def cancel(self, ref: str, *, key: str) -> Answer[Snapshot]:
        """Close an open page, or cancel an intent that nobody has paid."""
        if ref.startswith("cs_"):
            answer = self._wire.ask(
                lambda: self._stripe.checkout.sessions.expire(ref, {}, {"idempotency_key": key}), operation="cancel"
            )
            return _read(answer, lambda session: compose_session(session, at=clock.now()))
        answer = self._wire.ask(
            lambda: self._stripe.payment_intents.cancel(ref, {}, {"idempotency_key": key}), operation="cancel"
        )
        return _read(answer, lambda intent: compose_intent(intent, at=clock.now()))

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        """The charge or page with its refunds and disputes; of a page's intent, the page."""
        return _as_look_up(self._wire.read(lambda: self._look(ref)))

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        """The oldest page or charge with our id in its metadata, by listing: search lags behind, lists do not."""
        oldest = int((min(since, datetime.now(UTC)) - MARGIN).timestamp())
        asked: dict[str, Any] = {"limit": PAGE, "created": {"gte": oldest}}
        if customer_ref:
            asked["customer"] = customer_ref

        def look() -> Snapshot | None:
            sessions = [each["id"] for each in list_all(self._list_sessions(asked)) if _is_ours(each, our_id)]
            intents = [each["id"] for each in list_all(self._list_intents(asked)) if _is_ours(each, our_id)]
            refs = sessions or intents
            return self._look(refs[-1]) if refs else None

        return _as_look_up(self._wire.read(look))

    def payments_since(self, since: datetime) -> Answer[Sequence[Snapshot]]:
        """All pages and charges of the account; a charge that was made on a page counts as the page."""
        asked = {"limit": PAGE, "created": {"gte": int(since.timestamp())}}

        def look() -> Sequence[Snapshot]:
            sessions = [each["id"] for each in list_all(self._list_sessions(asked))]
            intents = list(list_all(self._list_intents(asked)))
            charges = [each["id"] for each in intents if not (each.get("metadata") or {}).get(BY_PAGE)]
            return [self._look(ref) for ref in (*sessions, *charges)]

        answer = self._wire.read(look)
        return Unknown(_say(answer)) if isinstance(answer, Refused) else answer

    def mandates(self, customer_ref: str) -> Answer[Sequence[Mandate]]:
        """The customer's cards and direct debits. A customer that is gone has none."""

        def look() -> Sequence[Mandate]:
            page = self._stripe.customers.payment_methods.list(customer_ref, {"limit": PAGE})
            methods = [method for method in list_all(page) if method["type"] in KINDS]
            return [compose_mandate(method, customer_ref=customer_ref) for method in methods]

        answer = self._wire.read(look)
        if isinstance(answer, Refused):
            return Done(()) if _is_gone(answer) else Unknown(_say(answer))
        return answer

    def revoke(self, mandate_ref: str, *, customer_ref: str) -> Answer[None]:
        """Detach a method; a second time it is detached already."""
        answer = self._wire.ask(lambda: self._stripe.payment_methods.detach(mandate_ref), operation="revoke")
        if isinstance(answer, Refused):
            left = self.mandates(customer_ref)
            is_ended = isinstance(left, Done) and mandate_ref not in {mandate.ref for mandate in left.value}
            return Done(None) if is_ended else answer
        return _read(answer, lambda _: None)

    def import_mandates(self, orders: Sequence[MandateToImport]) -> Sequence[Mandate]:
        """Takes no numbers: a customer gives a method on the hosted page."""
        raise MandateRefused(reason="Stripe takes no numbers from us; let the customer give the method on its page")

    def notice_token(self, our_id: str) -> str:
        """None: Stripe posts all news to one address, signed."""
        return ""

    def notice(self, delivery: Delivery) -> Sequence[Notice]:
        """A signed event."""
        return read_notice(self._wire.client, delivery=delivery, secrets=self._webhook_secrets)

    def _look(self, ref: str) -> Snapshot:
        if ref.startswith("cs_"):
            return self._look_at_session(ref)
        intent = self._stripe.payment_intents.retrieve(ref, {"expand": ["latest_charge"]}).to_dict()
        if (intent.get("metadata") or {}).get(BY_PAGE):
            for session in list_all(self._list_sessions({"payment_intent": ref})):
                return self._look_at_session(session["id"])
        refunds, disputes = self._list_facts(ref)
        return compose_intent(intent, at=clock.now(), refunds=refunds, disputes=disputes)

    def _look_at_session(self, ref: str) -> Snapshot:
        expanded = ["payment_intent.latest_charge", "setup_intent"]
        session = self._stripe.checkout.sessions.retrieve(ref, {"expand": expanded}).to_dict()
        intent = session.get("payment_intent")
        refunds, disputes = self._list_facts(intent["id"]) if isinstance(intent, dict) else ((), ())
        return compose_session(session, at=clock.now(), refunds=refunds, disputes=disputes)

    def _list_facts(self, intent_ref: str) -> tuple[Sequence[Document], Sequence[Document]]:
        refunds = self._stripe.refunds.list({"payment_intent": intent_ref, "limit": PAGE})
        disputes = self._stripe.disputes.list({"payment_intent": intent_ref, "limit": PAGE})
        return list(list_all(refunds)), list(list_all(disputes))

    def _list_sessions(self, asked: Any) -> Any:
        return self._stripe.checkout.sessions.list(asked)

    def _list_intents(self, asked: Any) -> Any:
        return self._stripe.payment_intents.list(asked)

    def _find_intent(self, ref: str) -> Answer[str]:
        if not ref.startswith("cs_"):
            return Done(ref)
        answer = self._wire.ask(lambda: self._stripe.checkout.sessions.retrieve(ref), operation="read")
        return _read(answer, lambda session: str(session["payment_intent"]))


def _read(answer: Answer[Document], compose: Callable[[Document], T]) -> Answer[T]:
    """The answer in our words; what can't be read may have been carried out."""
    if not isinstance(answer, Done):
        return answer
    try:
        return Done(compose(answer.value))
    except (LookupError, TypeError, ValueError) as error:
        return Unknown(f"unreadable answer: {type(error).__name__}")


def _as_look_up(answer: Answer[Snapshot] | Answer[Snapshot | None]) -> Answer[Snapshot | None]:
    """A look-up that is refused has found out nothing, save that what is not known is not there."""
    if isinstance(answer, Refused):
        return Done(None) if _is_gone(answer) else Unknown(_say(answer))
    return answer


def _refuse_amount(error: AmountUnwritable) -> Refused:
    return Refused(Failure("amount_out_of_range", "", f"Stripe can't write {error}"))


def _is_ours(document: Document, our_id: str) -> bool:
    return (document.get("metadata") or {}).get("our_id") == our_id


def _is_gone(answer: Refused) -> bool:
    return answer.failure.raw_code == "404 resource_missing"


def _say(answer: Refused) -> str:
    return f"{answer.failure.raw_code} {answer.failure.raw_message}".strip()
