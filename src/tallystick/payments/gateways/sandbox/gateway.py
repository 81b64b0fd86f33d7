"""The sandbox gateway: keys that live an hour, faults on the wire, direct debits that take bank days.

It moves no money and needs no network, so it is only ever a test gateway; what it remembers, it keeps in tables of its
own. As strict as the strictest real one: the same key with other parameters is refused, a key in use is busy.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tallystick.payments.core.answers import (
    Answer,
    Collect,
    Done,
    Mandate,
    MandateToImport,
    NotSent,
    Refused,
    Snapshot,
    Unknown,
)
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.sandbox_outcomes import (
    Fault,
    Outcome,
    decide_outcome,
    find_fault_before,
    is_magic_number,
    kind_of,
    label_of,
    normalize_number,
)
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.sandbox.keys import KEY_LIFE, UsedKey, is_free, note_payment, use_key
from tallystick.payments.gateways.sandbox.snapshots import compose_snapshot, compute_settling
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

    def customer(self, our_id: str, *, key: str) -> Answer[str]:
        """A reference that follows from our id, so that asking twice gives the same customer."""
        return Done(f"cst_{_digest(our_id)[:20]}")

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """Charge a mandate as its number says. A key that is still known answers with its payment."""
        at = clock.now()
        with transaction.atomic():
            if not is_free(order.key):
                return Unknown("409 the first call with this key is still running")
            mandate = SandboxMandate.objects.select_for_update().filter(ref=order.mandate_ref).first()
            if mandate is None or mandate.customer_ref != order.customer_ref or mandate.state != "valid":
                return Refused(Failure("mandate_invalid", "mandate_not_found"))
            key = use_key(order.key, parameters=_describe(order), at=at)
            if key is None:
                return Refused(Failure("key_reuse", "idempotency_error", "same key, other parameters"))
            return _charge(mandate, order, key, at)

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        """The payment as it stands by the sandbox's clock."""
        found = SandboxPayment.objects.filter(ref=ref).first()
        return Done(compose_snapshot(found, at=clock.now()) if found else None)

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        """The customer's oldest payment that carries our id."""
        payments = SandboxPayment.objects.filter(our_id=our_id, mandate__customer_ref=customer_ref)
        found = payments.filter(created_at__gte=since).order_by("pk").first()
        return Done(compose_snapshot(found, at=clock.now()) if found else None)

    def mandates(self, customer_ref: str) -> Answer[Sequence[Mandate]]:
        """The customer's mandates, oldest first."""
        rows = SandboxMandate.objects.filter(customer_ref=customer_ref).order_by("pk")
        return Done([_compose_mandate(row) for row in rows])

    def import_mandates(self, orders: Sequence[MandateToImport]) -> Sequence[Mandate]:
        """Keep mandates for magic numbers; the same customer and number give the same mandate. Refuses real numbers."""
        rows = []
        for order in orders:
            number = normalize_number(order.number)
            if not is_magic_number(number):
                raise MandateRefused(
                    reason=f"the sandbox does not know a number ending in {number[-4:]}; use one of its test numbers",
                    field="sandbox_method",
                )
            ref = f"mdt_{_digest(order.customer_ref + number)[:20]}"
            rows.append(SandboxMandate(ref=ref, customer_ref=order.customer_ref, number=number))
        SandboxMandate.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
        return [_compose_mandate(row) for row in rows]


def _charge(mandate: SandboxMandate, order: Collect, key: UsedKey, at: datetime) -> Answer[Snapshot]:
    outcome = decide_outcome(mandate.number, charge=mandate.charges + 1)
    fault = find_fault_before(outcome.fault, is_replay=key.payment_id is not None, tries=key.tries)
    if fault is not Fault.NONE:
        return ON_THE_WAY[fault]
    if key.payment_id is not None:
        return Done(compose_snapshot(SandboxPayment.objects.get(pk=key.payment_id), at=at))
    if outcome.is_refused:
        return Refused(Failure(outcome.failure_code, outcome.raw_code))
    payment = _carry_out(mandate, order, outcome, at)
    note_payment(key, payment_id=payment.pk)
    return ON_THE_WAY_BACK.get(outcome.fault, Done(compose_snapshot(payment, at=at)))


def _carry_out(mandate: SandboxMandate, order: Collect, outcome: Outcome, at: datetime) -> SandboxPayment:
    SandboxMandate.objects.filter(pk=mandate.pk).update(charges=F("charges") + 1)
    return SandboxPayment.objects.create(
        # a key that comes back after its life makes a second payment, as it would at a real gateway
        ref=f"tr_{_digest(order.key + at.isoformat())[:20]}",
        our_id=order.our_id,
        mandate=mandate,
        amount_minor=order.amount.minor + (1 if outcome.fault is Fault.OTHER_AMOUNT else 0),
        currency=order.amount.currency,
        status="failed" if outcome.failure_code else "succeeded",
        failure_code=outcome.failure_code,
        raw_code=outcome.raw_code,
        settles_at=compute_settling(at, bank_days=outcome.bank_days),
        created_at=at,
    )


def _compose_mandate(row: SandboxMandate) -> Mandate:
    # two customers with the same test number stand for two people with a card each, so their fingerprints differ
    fingerprint = _digest(row.customer_ref + row.number)[:32]
    return Mandate(row.ref, row.customer_ref, kind_of(row.number), row.state, label_of(row.number), fingerprint)


def _describe(order: Collect) -> str:
    return _digest(
        "|".join((order.our_id, str(order.amount), order.description, order.customer_ref, order.mandate_ref))
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
