"""Reads of delivery, by what is asked."""
