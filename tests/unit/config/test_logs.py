"""Log lines go one way, and carry no secret."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import dictConfig

import pytest
import structlog

from config.logs import compose_logging, hide_secrets


@contextmanager
def captured(log_format: str) -> Iterator[io.StringIO]:
    """What is logged at INFO and above while the block lasts."""
    settings = compose_logging({"TALLYSTICK_LOG_FORMAT": log_format, "TALLYSTICK_LOG_LEVEL": "INFO"})
    stream = io.StringIO()
    settings["handlers"]["stderr"]["stream"] = stream
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        dictConfig(settings)
        yield stream
    finally:
        root.handlers, root.level = before, level


def test_a_field_that_names_a_secret_is_hidden() -> None:
    event = {"event": "charged", "api_key": "tally_live_x", "card_number": "4242", "account": "A-1"}
    assert hide_secrets(None, "info", event) == {
        "event": "charged",
        "api_key": "…",
        "card_number": "…",
        "account": "A-1",
    }


def test_json_lines_are_json_and_carry_level_and_time() -> None:
    with captured("json") as stream:
        logging.getLogger("tallystick.test").info("posted %s invoices", 3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("posted 3 invoices", "info", "tallystick.test")
    assert line["timestamp"].endswith("Z")


def test_events_with_fields_go_the_same_way() -> None:
    with captured("json") as stream:
        structlog.get_logger("tallystick.test").info("worker_ended", pid=7, api_key="tally_live_x")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["pid"], line["api_key"], line["level"]) == ("worker_ended", 7, "…", "info")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_says_where_and_not_what_the_variables_held(log_format: str) -> None:
    def charge(card: str) -> None:
        raise ValueError(f"a card of {len(card)} digits")

    number = "42" * 8
    with captured(log_format) as stream:
        try:
            charge(number)
        except ValueError:
            structlog.get_logger("tallystick.test").exception("oops")
    assert "ValueError: a card of 16 digits" in stream.getvalue()
    assert "in charge" in stream.getvalue()
    assert "4242" not in stream.getvalue()
