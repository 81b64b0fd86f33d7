"""Lists: columns, filters in the address, keyset pages, totals of what is filtered, CSV of it."""
