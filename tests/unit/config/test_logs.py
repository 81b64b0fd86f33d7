"""Log lines go one way, and carry no secret."""

import io
import json
import logging
from logging.config import dictConfig

from config.logs import compose_logging, hide_secrets


def test_a_field_that_names_a_secret_is_hidden() -> None:
    event = {"event": "charged", "api_key": "tally_live_x", "card_number": "4242", "account": "A-1"}
    assert hide_secrets(None, "info", event) == {
        "event": "charged",
        "api_key": "…",
        "card_number": "…",
        "account": "A-1",
    }


def test_json_lines_are_json_and_carry_level_and_time() -> None:
    settings = compose_logging({"TALLYSTICK_LOG_FORMAT": "json", "TALLYSTICK_LOG_LEVEL": "INFO"})
    stream = io.StringIO()
    settings["handlers"]["stderr"]["stream"] = stream
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        dictConfig(settings)
        logging.getLogger("tallystick.test").info("posted %s invoices", 3)
        line = json.loads(stream.getvalue())
    finally:
        root.handlers, root.level = before, level
    assert (line["event"], line["level"], line["logger"]) == ("posted 3 invoices", "info", "tallystick.test")
    assert line["timestamp"].endswith("Z")
