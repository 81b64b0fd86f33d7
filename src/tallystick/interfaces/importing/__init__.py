"""Files in: sellers, catalogs, accounts and subscriptions, checked whole before anything is written."""
