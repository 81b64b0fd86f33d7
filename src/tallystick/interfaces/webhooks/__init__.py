"""Webhooks that come in: gateways tell that a payment should be looked at again."""
