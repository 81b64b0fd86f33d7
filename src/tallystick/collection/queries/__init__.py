"""Reads of collection, by what is asked."""
