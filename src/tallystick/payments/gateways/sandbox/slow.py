"""The sandbox as if it were far away: every call about a charge takes as long as a real gateway's would."""

import time
from datetime import datetime

from tallystick.payments.core.answers import Answer, Collect, Snapshot
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway


class SlowSandboxGateway(SandboxGateway):
    """Waits `latency_ms` before each charge or look-up; for measuring how well calls overlap."""

    def __init__(self, *, latency_ms: int) -> None:
        """Take the time that each call is to wait."""
        self._latency_seconds = latency_ms / 1000

    def collect(self, order: Collect) -> Answer[Snapshot]:
        """Charge after the wait, outside of any transaction."""
        time.sleep(self._latency_seconds)
        return super().collect(order)

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        """Look at a payment after the wait."""
        time.sleep(self._latency_seconds)
        return super().payment(ref)

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        """Look for a payment after the wait."""
        time.sleep(self._latency_seconds)
        return super().find(our_id, customer_ref=customer_ref, since=since)
