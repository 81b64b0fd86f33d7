"""Reads of invoicing, by what is asked."""
