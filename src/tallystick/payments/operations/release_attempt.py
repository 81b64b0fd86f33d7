"""Let an attempt go on that was held because the gateway reported something else than we asked for."""

from datetime import datetime

from django.db import transaction

from tallystick.payments.core.attempt_lifecycle import LIVE
from tallystick.payments.errors import AttemptMissing, AttemptNotHeld
from tallystick.payments.models import PaymentAttempt
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_RECORD


def release_attempt(attempt_id: int, *, reason: str, at: datetime, actor: Actor) -> PaymentAttempt:
    """Have the gateway asked again at once, after a person has compared both sides and set the gateway's right.

    Nothing is booked by this: if the gateway still reports something else, the attempt is held again. Refuses
    AttemptMissing, AttemptNotHeld.
    """
    actor.require(PAYMENTS_RECORD)
    with transaction.atomic():
        attempt = PaymentAttempt.objects.select_for_update(no_key=True).filter(pk=attempt_id).first()
        if attempt is None:
            raise AttemptMissing(attempt=attempt_id)
        if not attempt.quarantine_reason:
            raise AttemptNotHeld(attempt=attempt_id)
        attempt.quarantine_reason = ""
        attempt.looks = 0
        attempt.look_again_at = at if attempt.status in LIVE else None
        attempt.save(update_fields=["quarantine_reason", "looks", "look_again_at"])
        record_events([Moved(attempt.pk, "release", attempt.status, attempt.status, reason)], at=at, actor=actor)
    return attempt
