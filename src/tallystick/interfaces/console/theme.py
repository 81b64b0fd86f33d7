"""How Unfold is set up for the console: name, mark, colors, where the sidebar comes from. Imported by the settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

# The petrol of an account book's cloth. Red is left to what failed or is overdue, green to what is done.
_PETROL = {
    "50": "oklch(97.6% .012 220)",
    "100": "oklch(94.5% .027 220)",
    "200": "oklch(89.5% .05 220)",
    "300": "oklch(82% .08 221)",
    "400": "oklch(72% .105 223)",
    "500": "oklch(60% .11 226)",
    "600": "oklch(49.5% .098 229)",
    "700": "oklch(43% .085 231)",
    "800": "oklch(37.5% .07 232)",
    "900": "oklch(32.5% .058 234)",
    "950": "oklch(24% .045 236)",
}

_STYLES = ("tokens", "page", "table", "form", "pieces", "run", "document", "print")


def _file(name: str) -> Any:
    return lambda request: static(f"console/{name}")


def _list_own_links(request: HttpRequest) -> list[dict[str, str]]:
    """The menu under the user's name."""
    return [
        {"title": "Two-step sign-in", "link": reverse("mfa_index")},
        {"title": "E-mail address", "link": reverse("account_email")},
        {"title": "Change password", "link": reverse("account_change_password")},
    ]


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Tallystick",
    "SITE_HEADER": "Tallystick",
    "SITE_SUBHEADER": "Billing",
    "SITE_URL": None,
    "SITE_ICON": _file("mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _file("mark.svg")}],
    "STYLES": [_file(f"{name}.css") for name in _STYLES],
    "SCRIPTS": [_file("console.js")],
    "ENVIRONMENT": "tallystick.interfaces.console.chrome.describe_clock",
    "COLORS": {"primary": _PETROL},
    "ACCOUNT": {"navigation": _list_own_links},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "navigation": "tallystick.interfaces.console.navigation.list_sidebar",
    },
}
"""The setting of the same name. Dotted names are resolved by Unfold when a page is drawn."""
