"""Who may: staff roles and API keys."""
