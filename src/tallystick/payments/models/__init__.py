"""Tables of payments: methods, attempts, money that arrived, and the sandbox gateway's own."""

from tallystick.payments.models.attempts import AttemptEvent, AttemptPurpose, GatewayCall, PaymentAttempt
from tallystick.payments.models.inbox import IncomingNotice
from tallystick.payments.models.methods import GatewayAccount, GatewayCustomer, PaymentMethod, PaymentMethodEvent
from tallystick.payments.models.money import Payment
from tallystick.payments.models.pages import AttemptPage, PaymentLink
from tallystick.payments.models.sandbox import (
    SandboxDispute,
    SandboxKey,
    SandboxMandate,
    SandboxPage,
    SandboxPayment,
    SandboxRefund,
)
from tallystick.payments.models.setups import MethodSetup

__all__ = [
    "AttemptEvent",
    "AttemptPage",
    "AttemptPurpose",
    "GatewayAccount",
    "GatewayCall",
    "GatewayCustomer",
    "IncomingNotice",
    "MethodSetup",
    "Payment",
    "PaymentAttempt",
    "PaymentLink",
    "PaymentMethod",
    "PaymentMethodEvent",
    "SandboxDispute",
    "SandboxKey",
    "SandboxMandate",
    "SandboxPage",
    "SandboxPayment",
    "SandboxRefund",
]
