"""A charge that the gateway made and nothing here asked for."""

from __future__ import annotations

from uuid import uuid4

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Collect
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import PaymentMethod, SandboxPayment
from tests.support.payers import AMOUNT


def charge_behind_our_back(method: PaymentMethod, *, our_id: str = "") -> SandboxPayment:
    """The gateway takes money that we did not ask for, or a second time for the attempt with that id of ours."""
    order = Collect(our_id, f"key-{uuid4()}", Money(AMOUNT, "EUR"), "", method.customer_ref, method.gateway_ref)
    SandboxGateway().collect(order)
    return SandboxPayment.objects.order_by("-pk")[0]
