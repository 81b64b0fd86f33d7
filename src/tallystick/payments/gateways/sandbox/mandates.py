"""Mandates of the sandbox: a magic number of a customer's. Given again after it was ended, it is valid again."""

from collections.abc import Sequence
from datetime import date

from tallystick.payments.core.answers import Mandate
from tallystick.payments.core.sandbox_outcomes import kind_of, label_of, show_card
from tallystick.payments.gateways.sandbox.digests import digest
from tallystick.payments.models import SandboxMandate


def keep_mandates(numbers: Sequence[tuple[str, str]], *, on: date) -> list[SandboxMandate]:
    """Keep mandates by customer and magic number, in that order; the same pair is the same mandate."""
    refs = [f"mdt_{digest(customer + number)[:20]}" for customer, number in numbers]
    rows = {
        ref: SandboxMandate(ref=ref, customer_ref=customer, number=number, saved_on=on)
        for ref, (customer, number) in zip(refs, numbers, strict=True)
    }
    kept = SandboxMandate.objects.bulk_create(
        rows.values(), update_conflicts=True, update_fields=["state"], unique_fields=["ref"], batch_size=2000
    )
    by_ref = {row.ref: row for row in kept}
    return [by_ref[ref] for ref in refs]


def compose_mandate(row: SandboxMandate, *, on: date) -> Mandate:
    """What the sandbox tells of a mandate on a day."""
    # two customers with the same test number stand for two people with a card each, so their fingerprints differ
    fingerprint = digest(row.customer_ref + row.number)[:32]
    shown = show_card(row.number, saved_on=row.saved_on, on=on)
    label = label_of(shown.number)
    return Mandate(row.ref, row.customer_ref, kind_of(row.number), row.state, label, fingerprint, shown.expires_on)
