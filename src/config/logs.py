"""What is logged and how: one line an event on standard error, as JSON where `TALLYSTICK_LOG_FORMAT` says so."""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from config.log_hiding import hide_in_text

# what a log line must never carry, whoever puts it there
HIDDEN = ("password", "secret", "token", "authorization", "key", "number", "iban")


class HidingFormatter(structlog.stdlib.ProcessorFormatter):
    """Takes secrets out of the finished line, whoever wrote it, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        return hide_in_text(super().format(record))


def compose_logging(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's LOGGING: everything of `TALLYSTICK_LOG_LEVEL` (default WARNING) and above goes to standard error."""
    is_json = environment.get("TALLYSTICK_LOG_FORMAT", "text") == "json"
    # tracebacks without the values of local variables, which may be anybody's business
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    rendering = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()] if is_json else [plain]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": HidingFormatter,
                "foreign_pre_chain": _list_processors(),
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": environment.get("TALLYSTICK_LOG_LEVEL", "WARNING")},
        # Django's own default adds handlers of its own; all of its lines go the one way
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET", "propagate": True},
            # what gateways' clients say of their requests names customers, so it is never written
            **{name: {"level": "WARNING"} for name in ("httpx", "httpcore", "stripe")},
        },
    }


def route_events() -> None:
    """Send what we log ourselves, as events with fields, the way of all other lines: LOGGING decides where they go."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_list_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _list_processors() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]


def hide_secrets(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put dots where a field's name says that its value is nobody's business."""
    for name in event:
        if name != "event" and any(hidden in name.lower() for hidden in HIDDEN):
            event[name] = "…"
    return event
