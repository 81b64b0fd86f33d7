"""What no log may hold is taken out of finished lines, and nothing else is."""

import pytest

from config.log_hiding import hide_in_text

OUR_ID = "94847644-4f9d-46fe-9c5e-e122faa40ecb"


@pytest.mark.parametrize(
    "secret",
    [
        "sk_" + "live_51HxQfGJ9sK2",
        "rk_" + "test_51HxQfGJ9sK2",
        "whsec_" + "MfKQ9r8GKYqrTwjUPD8",
        "live_" + "dHar4XY7LxsDOtmnkVtjNVWXLSlXsM",
        "test_" + "dHar4XY7LxsDOtmnkVtjNVWXLSlXsM",
        "tally_live_" + "abcdefgh12345678",
        "4242424242424242",
        "4000 0099 0000 0053",
        "4000-0025-0000-3155",
        "NL77SAND0000000001",
        "NL91 ABNA 0417 1643 00",
        f"{OUR_ID}~k3Jq0v9mYbZtX8s7aQ2wE5rT1uI6oP4lKj",
    ],
)
def test_a_secret_is_taken_out_wherever_it_stands(secret: str) -> None:
    assert hide_in_text(f"before {secret} after") == "before … after"
    assert secret not in hide_in_text(f'{{"event": "key={secret}"}}')


def test_a_token_in_an_address_is_taken_out_and_the_rest_stays() -> None:
    told = hide_in_text(f"Bad Request: /hooks/mollie/acme/live/{OUR_ID}~short")
    assert told == "Bad Request: /hooks/mollie/acme/live/…"
    assert hide_in_text("Not Found: /pay/8Zk2vQ1mB7xT4cLw") == "Not Found: /pay/…"
    assert hide_in_text("Authorization: Bearer abcdef123456") == "Authorization: …"


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23T08:31:30.775948Z [warning] Not Found: /api/v1/invoices/4242",
        "posted 1234567890123 rows",  # 13 digits, and no card by its check digit
        f"attempt {OUR_ID} is unknown",
        "Bad Request: /hooks/stripe/acme/live/",
        "NL00SAND0000000001 is no IBAN",
        "in test_what_is_no_secret_stays_as_it_is, and live_site is a name",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert hide_in_text(line) == line
