"""Gateways, one folder each. Only the project's wiring knows them by name."""
