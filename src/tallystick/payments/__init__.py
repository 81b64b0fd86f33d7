"""How money arrives: gateways, methods, attempts, payments. Knows no invoice."""
