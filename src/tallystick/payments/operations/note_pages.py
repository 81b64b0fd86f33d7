"""Keep the address of the page that a gateway opened, and mark a link paid, in the transaction that applies answers."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.payments.core.answers import Done
from tallystick.payments.models import AttemptPage, PaymentLink
from tallystick.payments.operations.call_gateways import Answered


def note_pages(answers: Sequence[Answered]) -> None:
    """Write down where customers pay the attempts, as the gateway said."""
    for answered in answers:
        snapshot = answered.answer.value if isinstance(answered.answer, Done) else None
        if snapshot is not None and snapshot.action_url:
            AttemptPage.objects.filter(attempt_id=answered.attempt_id).update(
                action_url=snapshot.action_url, expires_at=snapshot.expires_at
            )


def settle_links(attempt_ids: Sequence[int], *, at: datetime) -> None:
    """Mark the links paid whose attempts succeeded: late too, whatever became of them before (R8)."""
    if attempt_ids:
        paid = PaymentLink.objects.filter(pages__attempt_id__in=list(attempt_ids)).values("pk")
        PaymentLink.objects.filter(pk__in=paid).update(state="paid", paid_at=at)
