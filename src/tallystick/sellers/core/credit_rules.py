"""The four rules for what comes out below zero (ZUO-27): their names are data of the seller, invoicing applies them."""

WHOLE = "whole"
"""A credit note only where an account's whole bill is negative; else what is negative lowers its invoices."""

GROUPED = "grouped"
"""Each document of the bill for itself: those that come out negative are credit notes."""

NEGATIVE_CHARGES = "negative_charges"
"""Every negative charge on a credit note, everything else on an invoice."""

NEGATIVE_AND_ZERO = "negative_and_zero"
"""As before, and credits of zero on the credit note too."""

CREDIT_RULES: tuple[str, ...] = (WHOLE, GROUPED, NEGATIVE_CHARGES, NEGATIVE_AND_ZERO)
