"""Django's PostgreSQL backend for the embedded server: the value of `ENGINE` in the settings."""
