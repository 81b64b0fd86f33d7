"""When a method is told to expire, and what a gateway's update of one is called."""

from datetime import date

import pytest

from tallystick.payments.core.method_rules import Shown, describe_update, tell_expiry
from tallystick.payments.core.sandbox_outcomes import show_card

LAST_DAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 2, 28), ""),
        (date(2026, 3, 1), "soon"),
        (date(2026, 3, 31), "soon"),
        (date(2026, 4, 1), "over"),
    ],
)
def test_a_card_is_told_from_thirty_days_before_its_last_day(on: date, told: str) -> None:
    assert tell_expiry(LAST_DAY, on=on) == told
    assert tell_expiry(None, on=on) == ""


@pytest.mark.parametrize(
    ("label", "expires_on", "told"),
    [
        ("Visa •••• 4242", LAST_DAY, ""),
        ("Visa •••• 1881", date(2030, 3, 31), "Visa •••• 4242 is Visa •••• 1881 now, it expires on 2030-03-31"),
        ("Visa •••• 4242", date(2030, 3, 31), "it expires on 2030-03-31"),
        ("Visa •••• 4242", None, ""),
    ],
)
def test_an_update_tells_what_is_new_of_the_card(label: str, expires_on: date | None, told: str) -> None:
    assert describe_update(Shown("Visa •••• 4242", LAST_DAY), after=Shown(label, expires_on)) == told


def test_the_sandbox_has_a_card_that_ends_in_twenty_days_and_one_that_its_bank_renews_ten_days_before() -> None:
    saved_on = date(2026, 3, 1)
    assert show_card("4000000000000507", saved_on=saved_on, on=date(2026, 3, 20)).expires_on == date(2026, 3, 21)
    before = show_card("4000000000000515", saved_on=saved_on, on=date(2026, 3, 10))
    renewed = show_card("4000000000000515", saved_on=saved_on, on=date(2026, 3, 11))
    assert (before.number[-4:], before.expires_on) == ("0515", date(2026, 3, 21))
    assert (renewed.number[-4:], renewed.expires_on) == ("0523", date(2030, 3, 21))
    assert show_card("4242424242424242", saved_on=saved_on, on=saved_on).expires_on is None
