"""Which address shows which page. Every page is behind the sign-in of the console's site."""

from __future__ import annotations

from tallystick.interfaces.console.pages import accounts, palette, subscriptions, today
from tallystick.interfaces.console.site import site

__all__ = ["site"]

site.pages = (
    ("", "index", today.show_today),
    ("search/", "search", palette.find),
    ("accounts/", "accounts", accounts.list_accounts),
    ("accounts/<int:account_id>/", "account", accounts.show_account),
    ("subscriptions/", "subscriptions", subscriptions.list_subscriptions),
    ("subscriptions/<int:subscription_id>/", "subscription", subscriptions.show_subscription),
)
