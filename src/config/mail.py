"""How e-mail leaves: by the server that `TALLYSTICK_EMAIL_URL` names, else as files in a folder one can open."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_ANSWERS_WITHIN_SECONDS = 60
"""A mail server that is silent longer counts as out of reach; without a limit a worker would wait for ever."""

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def compose_mail(environment: Mapping[str, str], *, home: Path) -> dict[str, Any]:
    """Django's e-mail settings from `smtp://`, `smtp+starttls://` or `smtps://user:password@host:port`, `file:///folder`
    or `memory:` (kept in the process, for tests); without one, files in the data folder's `mail`."""
    parts = urlsplit(environment.get("TALLYSTICK_EMAIL_URL") or (home / "mail").as_uri())
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "config.mail_folder.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme == "memory":
        return {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    if parts.scheme not in _PORTS:
        raise ImproperlyConfigured(
            f"TALLYSTICK_EMAIL_URL starts with {parts.scheme!r}; known: file, memory, {', '.join(_PORTS)}."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": _ANSWERS_WITHIN_SECONDS,
    }
