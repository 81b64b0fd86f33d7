"""The staff console: pages under Unfold's admin site. Reads show records; every write is one call of an operation."""
