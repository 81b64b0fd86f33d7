"""Rows of delivery: documents on their way to customers, and webhooks on their way to programs."""

from tallystick.delivery.models.documents import Delivery, DeliveryEvent, PrintBatch, RunNotice
from tallystick.delivery.models.method_requests import MethodRequest
from tallystick.delivery.models.webhooks import WebhookEndpoint, WebhookEndpointEvent, WebhookMessage, WebhookTry

__all__ = [
    "Delivery",
    "DeliveryEvent",
    "MethodRequest",
    "PrintBatch",
    "RunNotice",
    "WebhookEndpoint",
    "WebhookEndpointEvent",
    "WebhookMessage",
    "WebhookTry",
]
