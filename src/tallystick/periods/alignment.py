"""How what is added to a running agreement comes to its billing day (CRM-28)."""

IMMEDIATE = "immediate"
"""Billed at once up to the next billing day, for the days that it has until then."""
DELAYED = "delayed"
"""Not billed at once: the next run bills these days together with the period that follows."""
WHOLE = "whole"
"""Billed at once up to the next billing day at the price of a whole period, nothing prorated."""

ALIGNMENTS = (IMMEDIATE, DELAYED, WHOLE)
