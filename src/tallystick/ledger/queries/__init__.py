"""Reads of the ledger: balances, and breaches of its laws."""
