"""The sandbox gateway: keys that live an hour, faults on the wire, direct debits that take bank days."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    Answer,
    Collect,
    Done,
    GatewayStatus,
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
    is_magic_number,
    kind_of,
    label_of,
    normalize_number,
)
from tallystick.payments.errors import MandateRefused
from tallystick.payments.models import SandboxKey, SandboxMandate, SandboxPayment
from tallystick.periods.business_days import add_business_days
from tallystick.plumbing import clock

KEY_LIFE_SECONDS = 3600


class SandboxGateway:
    """Plays a gateway. Deterministic: outcomes depend on the number and on how often it was charged, nothing else."""

    name = "sandbox"
    key_life_seconds = KEY_LIFE_SECONDS

    def customer(self, our_id: str, *, key: str) -> Answer[str]:
        """A reference that follows from our id, so that asking twice gives the same customer."""
        return Done(f"cst_{_digest(our_id)[:20]}")

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """Charge a mandate as its number says. A key that is still known answers with its payment."""
        now = clock.now()
        with transaction.atomic():
            mandate = SandboxMandate.objects.select_for_update().filter(ref=order.mandate_ref).first()
            if mandate is None or mandate.state != "valid":
                return Refused(Failure("mandate_invalid", "mandate_not_found"))
            key = _remember_key(order, now)
            if key is None:
                return Refused(Failure("key_reuse", "idempotency_error", "same key, other parameters"))
            outcome = decide_outcome(mandate.number, charge=mandate.charges + (key.payment_id is None))
            before = _fault_before(outcome, key)
            if before is not None:
                return before
            if key.payment is None:
                key.payment = _charge(mandate, order, outcome, now)
                key.save(update_fields=["payment"])
                if outcome.fault in (Fault.ANSWER_LOST, Fault.KEY_BUSY_ONCE):
                    return Unknown("read timeout")
                if outcome.fault is Fault.ERROR_AFTER:
                    return Unknown("500 Internal Server Error")
            return Done(_snapshot(key.payment, now))

    def payment(self, ref: str) -> Snapshot | None:
        """The payment as it stands by the sandbox's clock."""
        found = SandboxPayment.objects.filter(ref=ref).select_related("mandate").first()
        return _snapshot(found, clock.now()) if found else None

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Snapshot | None:
        """The customer's payment that carries our id."""
        found = (
            SandboxPayment.objects.filter(our_id=our_id, mandate__customer_ref=customer_ref, created_at__gte=since)
            .select_related("mandate")
            .first()
        )
        return _snapshot(found, clock.now()) if found else None

    def mandates(self, customer_ref: str) -> Sequence[Mandate]:
        """The customer's mandates, oldest first."""
        return [_mandate(row) for row in SandboxMandate.objects.filter(customer_ref=customer_ref).order_by("pk")]

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
        return [_mandate(row) for row in rows]


def _remember_key(order: Collect, now: datetime) -> SandboxKey | None:
    """The key's row, tries counted; None when the same key came with other parameters."""
    request_hash = _digest(f"{order.our_id}|{order.amount}|{order.mandate_ref}")
    SandboxKey.objects.filter(key=order.key, created_at__lt=now - timedelta(seconds=KEY_LIFE_SECONDS)).delete()
    key, _ = SandboxKey.objects.get_or_create(key=order.key, defaults={"request_hash": request_hash, "created_at": now})
    if key.request_hash != request_hash:
        return None
    key.tries += 1
    key.save(update_fields=["tries"])
    return key


def _fault_before(outcome: Outcome, key: SandboxKey) -> Answer[Snapshot] | None:
    """Faults that hit before anything is carried out, or on the first replay."""
    if outcome.fault is Fault.NO_CONNECTION:
        return NotSent("connection refused")
    if outcome.fault is Fault.REQUEST_LOST and key.tries == 1:
        return Unknown("connection reset")
    if outcome.fault is Fault.RATE_LIMITED_TWICE and key.tries <= 2:
        return NotSent("429 Too Many Requests")
    if outcome.fault is Fault.KEY_BUSY_ONCE and key.tries == 2:
        return Unknown("409 first call with this key is still running")
    return None


def _charge(mandate: SandboxMandate, order: Collect, outcome: Outcome, now: datetime) -> SandboxPayment:
    SandboxMandate.objects.filter(pk=mandate.pk).update(charges=F("charges") + 1)
    extra = 1 if outcome.fault is Fault.OTHER_AMOUNT else 0
    settles_at = None
    if outcome.bank_days:
        settles_on = add_business_days(now.date(), outcome.bank_days)
        settles_at = datetime.combine(settles_on, now.timetz())
    return SandboxPayment.objects.create(
        ref=f"tr_{_digest(order.key + order.our_id)[:20]}",
        our_id=order.our_id,
        mandate=mandate,
        amount_minor=order.amount.minor + extra,
        currency=order.amount.currency,
        status="failed" if outcome.failure_code else "succeeded",
        failure_code=outcome.failure_code,
        settles_at=settles_at,
        created_at=now,
    )


def _snapshot(payment: SandboxPayment, now: datetime) -> Snapshot:
    is_open = payment.settles_at is not None and now < payment.settles_at
    status = GatewayStatus.PROCESSING if is_open else GatewayStatus(payment.status)
    failure = Failure(payment.failure_code, payment.failure_code) if status is GatewayStatus.FAILED else None
    return Snapshot(
        ref=payment.ref,
        our_id=payment.our_id,
        status=status,
        amount=Money(payment.amount_minor, payment.currency),
        observed_at=now,
        failure=failure,
    )


def _mandate(row: SandboxMandate) -> Mandate:
    return Mandate(
        row.ref, row.customer_ref, kind_of(row.number), row.state, label_of(row.number), _digest(row.number)[:32]
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
