"""A mail backend for a folder: one file a message, which any mail program opens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each message to `EMAIL_FILE_PATH`, named by its Message-ID: sent again, it takes its own place."""

    def __init__(self, *, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently, **options)
        self._folder = Path(str(settings.EMAIL_FILE_PATH))  # type: ignore[misc]  # only set where mail goes to files

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; return how many."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^\w.@-]+", "_", str(message["Message-ID"]).strip("<>"))
            path = self._folder / f"{name}.eml"
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(message.as_bytes())
            unfinished.replace(path)  # whoever looks into the folder never sees half a message
        return len(email_messages)
