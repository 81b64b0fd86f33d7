"""How we get it in: payment runs and their follow-up."""
