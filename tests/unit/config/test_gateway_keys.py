"""Keys of gateways come from the environment, say their mode themselves, and show up nowhere."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.gateways import GatewayKeys

LIVE, TEST = "live_aBcDeF", "test_aBcDeF"


def test_a_key_says_itself_whether_it_is_a_test_or_a_live_one() -> None:
    keys = GatewayKeys({"TALLYSTICK_GATEWAY_KEYS": f"acme/mollie={LIVE} acme/mollie={TEST} acme/stripe=rk_live_1"})
    assert keys.find_key("mollie", seller="acme", mode="live") == LIVE
    assert keys.find_key("mollie", seller="acme", mode="test") == TEST
    assert keys.find_key("stripe", seller="acme", mode="live") == "rk_live_1"
    assert keys.find_key("stripe", seller="acme", mode="test") == ""
    assert keys.find_key("mollie", seller="other", mode="live") == ""


def test_several_webhook_secrets_are_kept_in_their_order() -> None:
    secrets = "acme/stripe/live=whsec_new acme/stripe/live=whsec_old"
    keys = GatewayKeys({"TALLYSTICK_GATEWAY_WEBHOOK_SECRETS": secrets})
    assert keys.list_webhook_secrets("stripe", seller="acme", mode="live") == ("whsec_new", "whsec_old")
    assert keys.list_webhook_secrets("stripe", seller="acme", mode="test") == ()


def test_another_server_may_be_named_for_trials() -> None:
    keys = GatewayKeys({"TALLYSTICK_GATEWAY_URLS": "mollie=http://127.0.0.1:4010"})
    assert (keys.find_url("mollie"), keys.find_url("stripe")) == ("http://127.0.0.1:4010", None)


def test_they_are_not_printed() -> None:
    keys = GatewayKeys({"TALLYSTICK_GATEWAY_KEYS": f"acme/mollie={LIVE}"})
    assert repr(keys) == str(keys) == "GatewayKeys(1 keys)"


@pytest.mark.parametrize(
    "text",
    ["live_secret", "acme=live_secret", "acme/mollie=", "acme/mollie=secret", "acme/paypal=live_secret",
     "acme/mollie=live_secret acme/mollie=live_secret2", "acme/x/mollie=live_secret"],
)  # fmt: skip
def test_what_is_miswritten_is_refused_without_repeating_a_key(text: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        GatewayKeys({"TALLYSTICK_GATEWAY_KEYS": text})
    assert "secret" not in str(refused.value)
