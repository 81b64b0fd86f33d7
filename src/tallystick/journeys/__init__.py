"""Thin flows that cross rooms: each composes operations of several rooms in one transaction."""
