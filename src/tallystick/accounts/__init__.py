"""Whom we bill: billing accounts, profiles, contacts, terms, preferences, managers."""
