"""Each gateway's word about a mandate in ours: valid, pending, invalid (DEM-55), and the last day of a card."""

from datetime import date

import pytest

from tallystick.payments.gateways.mollie import snapshots as mollie
from tallystick.payments.gateways.stripe import snapshots as stripe


@pytest.mark.rule("DEM-55")
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("valid", "valid"), ("pending", "pending"), ("invalid", "invalid"), ("a new word", "pending")],
)
def test_mollies_states_are_ours_and_a_word_that_it_never_said_before_is_not_charged(theirs: str, ours: str) -> None:
    mandate = {"id": "mdt_1", "customerId": "cst_1", "method": "creditcard", "status": theirs, "details": {}}
    assert mollie.compose_mandate(mandate).state == ours


@pytest.mark.rule("DEM-55")
def test_what_is_attached_to_a_customer_of_stripes_is_valid_and_its_card_ends_with_the_month() -> None:
    card = {"brand": "visa", "last4": "1881", "fingerprint": "f", "exp_year": 2028, "exp_month": 2}
    mandate = stripe.compose_mandate({"id": "pm_1", "type": "card", "card": card}, customer_ref="cus_1")
    assert (mandate.state, mandate.label, mandate.expires_on) == ("valid", "Visa •••• 1881", date(2028, 2, 29))
