"""Gateways at the command line: what a seller is connected to, what it lacks, and keys that nobody uses."""

from __future__ import annotations

import pytest
from django.test import override_settings

from config.gateways import GatewayKeys
from config.wiring import wire
from tallystick.plumbing import clock
from tests.support.builders import AT, build_seller
from tests.support.command_line import CommandLine


@pytest.fixture
def acme(fresh_database: object) -> None:
    clock.set_clock(AT)
    build_seller()


def test_keys_that_wait_or_belong_to_nobody_are_said(tallystick: CommandLine, acme: None) -> None:
    keys = GatewayKeys({"TALLYSTICK_GATEWAY_KEYS": "acme/mollie=live_1 acne/stripe=sk_test_1"})
    with override_settings(GATEWAYS=keys):
        told = tallystick.do("gateway", "list").out
        assert "There is a live key of mollie: tallystick gateway connect mollie --mode live" in told
        assert "TALLYSTICK_GATEWAY_KEYS has a key of stripe for acne, but there is no such seller." in told
        told = tallystick.do("gateway", "connect", "mollie", "--mode", "live").out
        assert told.startswith("acme is connected to mollie (live).\n")
        assert "TALLYSTICK_URL" in told  # nobody said where it reaches us
        assert "There is a live key of mollie" not in tallystick.do("gateway", "list").out
    wire()


def test_it_is_switched_off_and_on(tallystick: CommandLine, acme: None) -> None:
    tallystick.do("gateway", "connect", "sandbox")
    assert tallystick.do("gateway", "switch-off", "sandbox", "--reason", "done").out == "sandbox (test) is off.\n"
    (row,) = tallystick.do("gateway", "list", "--json").json
    assert (row["kind"], row["mode"], row["is_active"], row["has_key"]) == ("sandbox", "test", False, True)
    on = tallystick.do("gateway", "switch-on", "sandbox", "--reason", "again", "--json").json
    assert on["is_active"] is True


def test_what_is_not_connected_can_not_be_switched(tallystick: CommandLine, acme: None) -> None:
    ran = tallystick("gateway", "switch-off", "stripe", "--reason", "done")
    assert (ran.status, "no account at stripe (test)" in ran.err) == (1, True)
