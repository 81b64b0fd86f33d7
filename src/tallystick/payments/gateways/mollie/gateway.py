"""The gateway Mollie: customers, mandates, attended and unattended payments, refunds, chargebacks, classic webhooks.

Every write carries our key, which Mollie keeps for an hour. Payments are found again by our id in their metadata.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from mollie import models

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
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.mollie.connection import (
    TIMEOUT_MS,
    Document,
    ask,
    ask_for_list,
    list_all,
    open_client,
)
from tallystick.payments.gateways.mollie.orders import compose_charge, compose_checkout, compose_refund_request
from tallystick.payments.gateways.mollie.snapshots import (
    compose_mandate,
    compose_refund,
    compose_snapshot,
    read_our_id,
)
from tallystick.payments.gateways.notice_tokens import read_form_notice, sign_notice_token
from tallystick.plumbing import clock

T = TypeVar("T")

KEY_LIFE = timedelta(hours=1)
#: A payment is looked for among those of the customer that are no older than we are sure of, and two days more.
MARGIN = timedelta(days=2)
PAGE = 250
LOCALES = frozenset(locale.value for locale in models.LocaleResponse)


class MollieGateway:
    """One seller's account at Mollie. Its key says whether it is a test or a live one."""

    name = "mollie"
    key_life_seconds = int(KEY_LIFE.total_seconds())
    can_prove_notices = True
    abilities = Abilities(frozenset({"card", "sepa_debit"}), takes_zero_amount=True, refund_days=365, pushes=True)

    def __init__(self, api_key: str, *, url: str | None = None, timeout_ms: int = TIMEOUT_MS) -> None:
        self._client = open_client(api_key, url=url, timeout_ms=timeout_ms)

    def customer(self, our_id: str, *, key: str, party: Party | None = None) -> Answer[str]:
        """Make a customer known; Mollie knows no two customers for the same, so only the key keeps them one."""
        who = party or Party()
        wanted = models.EntityCustomer(metadata={"our_id": our_id})
        if who.name:
            wanted.name = who.name
        if who.email:
            wanted.email = who.email
        if who.language in LOCALES:
            wanted.locale = models.LocaleResponse(who.language)
        answer = ask(
            lambda: self._client.customers.create(idempotency_key=key, entity_customer=wanted), operation="customer"
        )
        return _read(answer, lambda document: str(document["id"]))

    def checkout(self, order: Checkout) -> Answer[Snapshot]:
        """A one-off payment, or a first one, which leaves a mandate when it is paid."""
        request = compose_checkout(order)
        answer = ask(
            lambda: self._client.payments.create(idempotency_key=order.key, payment_request=request),
            operation="checkout",
        )
        return _read(answer, _compose)

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """A recurring payment. Customer and mandate are both named: left to choose, Mollie takes the latest mandate."""
        request = compose_charge(order)
        answer = ask(
            lambda: self._client.payments.create(idempotency_key=order.key, payment_request=request),
            operation="collect",
        )
        return _read(answer, _compose)

    def refund(self, order: RefundOrder) -> Answer[RefundFact]:
        """Give money back. The same amount within an hour is not sent, even under another key: it waits that long."""
        request = compose_refund_request(order)
        answer = ask(
            lambda: self._client.refunds.create(
                payment_id=order.payment_ref, idempotency_key=order.key, refund_request=request
            ),
            operation="refund",
        )
        return _read(answer, compose_refund)

    def cancel(self, ref: str, *, key: str) -> Answer[Snapshot]:
        """Cancel an open payment, which Mollie lets for few methods; the others end by themselves within the hour."""
        answer = ask(
            lambda: self._client.payments.cancel(payment_id=ref, idempotency_key=key),
            operation="cancel",
        )
        return _read(answer, _compose)

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        """The payment with its refunds and chargebacks."""
        answer = ask(lambda: self._client.payments.get(payment_id=ref), operation="read")
        if isinstance(answer, Refused):
            return Done(None) if _is_gone(answer) else Unknown(_say(answer))
        return self._compose_whole(answer.value) if isinstance(answer, Done) else answer

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        """The oldest payment with our id in its metadata, by listing: the customer's payments, or all without one."""
        oldest = min(since, datetime.now(UTC)) - MARGIN

        def look() -> Document | None:
            found = None
            for payment in self._list_payments(customer_ref):
                if datetime.fromisoformat(payment["createdAt"]) < oldest:
                    break
                if read_our_id(payment) == our_id:
                    found = payment
            return found

        answer = ask_for_list(look)
        if not isinstance(answer, Done):
            return _as_unknown(answer)
        return Done(None) if answer.value is None else self._compose_whole(answer.value)

    def payments_since(self, since: datetime) -> Answer[Sequence[Snapshot]]:
        """All payments of the account; refunds and chargebacks are asked for where a payment links to them."""

        def look() -> Sequence[Snapshot]:
            found = []
            for payment in self._list_payments(""):
                if datetime.fromisoformat(payment["createdAt"]) < since:
                    break
                found.append(self._look_at_whole(payment))
            return found

        answer = ask_for_list(look)
        return answer if isinstance(answer, Done) else _as_unknown(answer)

    def mandates(self, customer_ref: str) -> Answer[Sequence[Mandate]]:
        """The customer's mandates, the latest first. A customer that is gone has none."""

        def look() -> Sequence[Mandate]:
            found = list_all(
                lambda start: self._client.mandates.list(customer_id=customer_ref, from_=start, limit=PAGE),
                of="mandates",
            )
            return [compose_mandate(mandate) for mandate in found]

        answer = ask_for_list(look)
        if isinstance(answer, Refused):
            return Done(()) if _is_gone(answer) else Unknown(_say(answer))
        return answer

    def revoke(self, mandate_ref: str, *, customer_ref: str) -> Answer[None]:
        """End a mandate; a second time it is gone already."""
        answer = ask(
            lambda: self._client.mandates.revoke(customer_id=customer_ref, mandate_id=mandate_ref),
            operation="revoke",
        )
        if isinstance(answer, Refused) and _is_gone(answer):
            return Done(None)
        return _read(answer, lambda _: None)

    def import_mandates(self, orders: Sequence[MandateToImport]) -> Sequence[Mandate]:
        """Takes no numbers: a customer gives a method on the hosted page."""
        raise MandateRefused(reason="Mollie takes no numbers from us; let the customer pay once on its page")

    def notice_token(self, our_id: str) -> str:
        """Our id, signed: Mollie signs nothing, so the address must prove which payment its news is about."""
        return sign_notice_token(self.name, our_id=our_id)

    def notice(self, delivery: Delivery) -> Sequence[Notice]:
        """A classic webhook: a form with the id of a payment, at an address that only Mollie and we know."""
        return [read_form_notice(self.name, delivery=delivery)]

    def _list_payments(self, customer_ref: str) -> Iterable[Document]:
        def fetch(start: str | None) -> Any:
            if customer_ref:
                return self._client.customers.list_payments(customer_id=customer_ref, from_=start, limit=PAGE)
            return self._client.payments.list(from_=start, limit=PAGE)

        return list_all(fetch, of="payments")

    def _compose_whole(self, payment: Document) -> Answer[Snapshot | None]:
        answer = ask_for_list(lambda: self._look_at_whole(payment))
        return answer if isinstance(answer, Done) else _as_unknown(answer)

    def _look_at_whole(self, payment: Document) -> Snapshot:
        """Its refunds and chargebacks are lists of their own: Mollie's client drops what is embedded."""
        ref, links = payment["id"], payment["_links"]
        refunds = self._list_refunds(ref) if links.get("refunds") else ()
        chargebacks = self._list_chargebacks(ref) if links.get("chargebacks") else ()
        return compose_snapshot(payment, at=clock.now(), refunds=refunds, chargebacks=chargebacks)

    def _list_refunds(self, ref: str) -> Iterable[Document]:
        return list_all(lambda start: self._client.refunds.list(payment_id=ref, from_=start, limit=PAGE), of="refunds")

    def _list_chargebacks(self, ref: str) -> Iterable[Document]:
        return list_all(
            lambda start: self._client.chargebacks.list(payment_id=ref, from_=start, limit=PAGE), of="chargebacks"
        )


def _compose(payment: Document) -> Snapshot:
    return compose_snapshot(payment, at=clock.now())


def _read(answer: Answer[Document], compose: Callable[[Document], T]) -> Answer[T]:
    """The answer in our words; what can't be read may have been carried out."""
    if not isinstance(answer, Done):
        return answer
    try:
        return Done(compose(answer.value))
    except (LookupError, TypeError, ValueError) as error:
        return Unknown(f"unreadable answer: {type(error).__name__}")


def _as_unknown(answer: Refused | NotSent | Unknown) -> NotSent | Unknown:
    """A look-up that is refused has found out nothing."""
    return Unknown(_say(answer)) if isinstance(answer, Refused) else answer


def _is_gone(answer: Refused) -> bool:
    return answer.failure.raw_code.startswith(("404", "410"))


def _say(answer: Refused) -> str:
    return f"{answer.failure.raw_code} {answer.failure.raw_message}".strip()
