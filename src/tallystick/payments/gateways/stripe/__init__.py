"""Stripe: cards, direct debits and hosted pages, through Stripe's own client with our key on every send."""
