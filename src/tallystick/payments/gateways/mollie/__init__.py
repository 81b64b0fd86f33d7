"""Mollie: cards, direct debits and hosted pages, through Mollie's own client with its retries off."""
