"""Tables of payments: methods, attempts, money that arrived, and the sandbox gateway's own."""

from tallystick.payments.models.attempts import AttemptEvent, AttemptPurpose, GatewayCall, PaymentAttempt
from tallystick.payments.models.inbox import IncomingNotice
from tallystick.payments.models.methods import (
    GatewayAccount,
    GatewayAccountEvent,
    GatewayCustomer,
    PaymentMethod,
    PaymentMethodEvent,
)
from tallystick.payments.models.money import Payment
from tallystick.payments.models.pages import AttemptPage, PaymentLink
from tallystick.payments.models.reconciliation import Reconciliation, ReconciliationFinding
from tallystick.payments.models.refunds import Dispute, Refund, RefundEvent
from tallystick.payments.models.sandbox import (
    SandboxDispute,
    SandboxKey,
    SandboxMandate,
    SandboxNotice,
    SandboxPage,
    SandboxPayment,
    SandboxRefund,
)
from tallystick.payments.models.setups import MethodSetup

__all__ = [
    "AttemptEvent",
    "AttemptPage",
    "AttemptPurpose",
    "Dispute",
    "GatewayAccount",
    "GatewayAccountEvent",
    "GatewayCall",
    "GatewayCustomer",
    "IncomingNotice",
    "MethodSetup",
    "Payment",
    "PaymentAttempt",
    "PaymentLink",
    "PaymentMethod",
    "PaymentMethodEvent",
    "Reconciliation",
    "ReconciliationFinding",
    "Refund",
    "RefundEvent",
    "SandboxDispute",
    "SandboxKey",
    "SandboxMandate",
    "SandboxNotice",
    "SandboxPage",
    "SandboxPayment",
    "SandboxRefund",
]
