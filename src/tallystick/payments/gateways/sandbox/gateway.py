"""The sandbox gateway: keys that live an hour, faults on the wire, direct debits that take bank days.

It moves no money and needs no network, so it is only ever a test gateway; what it remembers, it keeps in tables of its
own. As strict as the strictest real one: the same key with other parameters is refused, a key in use is busy.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

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
from tallystick.payments.core.sandbox_outcomes import (
    Fault,
    Outcome,
    Post,
    decide_outcome,
    find_fault_before,
    is_magic_number,
    normalize_number,
)
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.notice_tokens import read_form_notice, sign_notice_token
from tallystick.payments.gateways.sandbox.digests import describe, digest
from tallystick.payments.gateways.sandbox.disputes import plan_dispute
from tallystick.payments.gateways.sandbox.keys import KEY_LIFE, UsedKey, is_free, note_payment, use_key
from tallystick.payments.gateways.sandbox.mandates import compose_mandate, keep_mandates
from tallystick.payments.gateways.sandbox.notices import plan_notices, post_early
from tallystick.payments.gateways.sandbox.pages import cancel_page, get_payment, open_page
from tallystick.payments.gateways.sandbox.refunds import give_back
from tallystick.payments.gateways.sandbox.snapshots import compose_snapshot, compute_settling, look_at_payment
from tallystick.payments.models import SandboxMandate, SandboxPayment
from tallystick.plumbing import clock

#: What a fault that keeps a charge from being carried out looks like from our side of the wire.
ON_THE_WAY: dict[Fault, Answer[Snapshot]] = {
    Fault.NO_CONNECTION: NotSent("connection refused"),
    Fault.RATE_LIMITED_TWICE: NotSent("429 Too Many Requests"),
    Fault.REQUEST_LOST: Unknown("read timeout"),
    Fault.KEY_BUSY_ONCE: Unknown("409 the first call with this key is still running"),
}
#: And one that spoils the answer after it was.
ON_THE_WAY_BACK: dict[Fault, Answer[Snapshot]] = {
    Fault.ANSWER_LOST: Unknown("read timeout"),
    Fault.KEY_BUSY_ONCE: Unknown("read timeout"),
    Fault.ERROR_AFTER: Unknown("500 Internal Server Error"),
}


class SandboxGateway:
    """Plays a gateway. Deterministic: outcomes depend on the number and on how often it was charged, nothing else."""

    name = "sandbox"
    key_life_seconds = int(KEY_LIFE.total_seconds())
    can_prove_notices = True
    abilities = Abilities(
        frozenset({"card", "sepa_debit"}), takes_zero_amount=True, refund_days=None, pushes=True, is_local=True
    )

    def customer(self, our_id: str, *, key: str, party: Party | None = None) -> Answer[str]:
        """A reference that follows from our id, so that asking twice gives the same customer."""
        return Done(f"cst_{digest(our_id)[:20]}")

    def checkout(self, order: Checkout) -> Answer[Snapshot]:
        """A page that waits for somebody to pay on it with a test number."""
        return open_page(order, at=clock.now())

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """Charge a mandate as its number says. A key that is still known answers with its payment."""
        at = clock.now()
        with transaction.atomic():
            if not is_free(order.key):
                return Unknown("409 the first call with this key is still running")
            mandate = SandboxMandate.objects.select_for_update().filter(ref=order.mandate_ref).first()
            if mandate is None or mandate.customer_ref != order.customer_ref or mandate.state != "valid":
                return Refused(Failure("mandate_invalid", "mandate_not_found"))
            key = use_key(order.key, parameters=describe(order._replace(key="", notify_url="")), at=at)
            if key is None:
                return Refused(Failure("key_reuse", "idempotency_error", "same key, other parameters"))
            answer = _charge(mandate, order, key, at)
        if decide_outcome(mandate.number, charge=1).post is Post.EARLY_TWICE:
            post_early(order.our_id, at=at)
        return answer

    def refund(self, order: RefundOrder) -> Answer[RefundFact]:
        """Give money back, at once or as slowly as the number says."""
        return give_back(order, at=clock.now())

    def cancel(self, ref: str, *, key: str) -> Answer[Snapshot]:
        """Close a page that still waits."""
        return cancel_page(ref, at=clock.now())

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        """The payment as it stands by the sandbox's clock."""
        found = SandboxPayment.objects.select_related("mandate").filter(ref=ref).first()
        return Done(look_at_payment(found, at=clock.now()) if found else None)

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        """The customer's oldest payment that carries our id."""
        payments = SandboxPayment.objects.select_related("mandate").filter(our_id=our_id, created_at__gte=since)
        if customer_ref:
            payments = payments.filter(Q(mandate__customer_ref=customer_ref) | Q(page__customer_ref=customer_ref))
        found = payments.order_by("pk").first()
        return Done(look_at_payment(found, at=clock.now()) if found else None)

    def payments_since(self, since: datetime) -> Answer[Sequence[Snapshot]]:
        """Every payment that the sandbox made since then, of all sellers: it knows none of them apart."""
        rows = SandboxPayment.objects.select_related("mandate").filter(created_at__gte=since).order_by("pk")
        return Done([look_at_payment(row, at=clock.now()) for row in rows])

    def mandates(self, customer_ref: str) -> Answer[Sequence[Mandate]]:
        """The customer's mandates, oldest first."""
        rows = SandboxMandate.objects.filter(customer_ref=customer_ref).order_by("pk")
        return Done([compose_mandate(row, on=clock.now().date()) for row in rows])

    def revoke(self, mandate_ref: str, *, customer_ref: str) -> Answer[None]:
        """End a mandate of the customer's."""
        SandboxMandate.objects.filter(ref=mandate_ref, customer_ref=customer_ref).update(state="invalid")
        return Done(None)

    def import_mandates(self, orders: Sequence[MandateToImport]) -> Sequence[Mandate]:
        """Keep mandates for magic numbers; the same customer and number give the same mandate. Refuses real numbers."""
        numbers = []
        for order in orders:
            number = normalize_number(order.number)
            if not is_magic_number(number):
                raise MandateRefused(
                    reason=f"the sandbox does not know a number ending in {number[-4:]}; use one of its test numbers",
                    field="number",
                )
            numbers.append((order.customer_ref, number))
        on = clock.now().date()
        return [compose_mandate(row, on=on) for row in keep_mandates(numbers, on=on)]

    def notice_token(self, our_id: str) -> str:
        """Our id, signed: its notices hold no more than the id of a payment, as the strictest real ones."""
        return sign_notice_token(self.name, our_id=our_id)

    def notice(self, delivery: Delivery) -> Sequence[Notice]:
        """A form with the id of a payment."""
        return [read_form_notice(self.name, delivery=delivery)]


def _charge(mandate: SandboxMandate, order: Collect, key: UsedKey, at: datetime) -> Answer[Snapshot]:
    outcome = decide_outcome(mandate.number, charge=mandate.charges + 1)
    fault = find_fault_before(outcome.fault, is_replay=key.payment_id is not None, tries=key.tries)
    if fault is not Fault.NONE:
        return ON_THE_WAY[fault]
    if key.payment_id is not None:
        return Done(look_at_payment(get_payment(key.payment_id), at=at))
    if outcome.is_refused:
        return Refused(Failure(outcome.failure_code, outcome.raw_code))
    payment = _carry_out(mandate, order, outcome, at)
    note_payment(key, payment_id=payment.pk)
    return ON_THE_WAY_BACK.get(outcome.fault, Done(compose_snapshot(payment, at=at)))


def _carry_out(mandate: SandboxMandate, order: Collect, outcome: Outcome, at: datetime) -> SandboxPayment:
    SandboxMandate.objects.filter(pk=mandate.pk).update(charges=F("charges") + 1)
    payment = SandboxPayment.objects.create(
        # a key that comes back after its life makes a second payment, as it would at a real gateway
        ref=f"tr_{digest(order.key + at.isoformat())[:20]}",
        our_id=order.our_id,
        mandate=mandate,
        amount_minor=order.amount.minor + (1 if outcome.fault is Fault.OTHER_AMOUNT else 0),
        currency=order.amount.currency,
        status="failed" if outcome.failure_code else "succeeded",
        notify_url=order.notify_url,
        failure_code=outcome.failure_code,
        raw_code=outcome.raw_code,
        settles_at=compute_settling(at, bank_days=outcome.bank_days),
        created_at=at,
    )
    if not outcome.failure_code:
        plan_dispute(payment, outcome, at=at)
    plan_notices(payment, post=outcome.post, at=at)
    return payment
