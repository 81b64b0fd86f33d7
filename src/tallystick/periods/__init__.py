"""Dates as half-open periods: the cycle they come from, shares of them, business days. Pure: no clock, no database."""
