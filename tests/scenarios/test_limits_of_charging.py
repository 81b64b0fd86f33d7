"""However often somebody presses, a card is charged no more than its network bears: subscribing with a saved card."""

from datetime import timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.collection.errors import MethodNotCharged, NoMethodToCharge
from tallystick.journeys.subscribe import subscribe
from tallystick.payments.models import PaymentAttempt, PaymentMethod
from tallystick.plumbing import clock
from tests.support.builders import ACTOR
from tests.support.subscribers import DECLINED_CARD, GOOD_CARD, build_customer, save, tell

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-42")]

STOLEN_CARD, ASKS_OWNER = "4000000000009979", "4000002760003184"


@pytest.fixture
def account() -> Account:
    """The seller's rule lets a method fail seven times in a row."""
    return build_customer()


def press(account: Account) -> str:
    """Subscribe; the attempt's status, or why there was none."""
    try:
        return subscribe(account.pk, plan="tv", at=clock.now(), actor=ACTOR).status
    except (MethodNotCharged, NoMethodToCharge) as refusal:  # a stolen card is stopped as well
        return refusal.message


def test_a_card_that_declines_is_charged_seven_times_and_then_not_again(account: Account) -> None:
    save(account, DECLINED_CARD)
    told = [press(account) for _ in range(15)]
    assert told[:7] == ["failed"] * 7
    assert set(told[7:]) == {
        "Visa •••• 0002 is not charged now: The payment method failed too many times in a row. "
        "Ask the customer for another payment method."
    }
    assert PaymentAttempt.objects.count() == 7
    save(account, GOOD_CARD)
    assert (press(account), tell(account)) == ("succeeded", "active")


def test_on_one_day_a_card_fails_ten_times_whatever_its_own_limit_says(account: Account) -> None:
    save(account, DECLINED_CARD)
    PaymentMethod.objects.update(failure_limit=100)
    assert [press(account) for _ in range(12)].count("failed") == 10
    clock.advance(timedelta(days=1, minutes=1))
    # twelve over this amount in thirty days: two are left
    assert [press(account) for _ in range(4)].count("failed") == 2
    assert "as often as the networks allow in 30 days" in press(account)
    clock.advance(timedelta(days=30))
    assert press(account) == "failed"


@pytest.mark.parametrize("card", [STOLEN_CARD, ASKS_OWNER])
def test_a_card_refused_for_good_or_until_its_owner_confirms_is_charged_once(account: Account, card: str) -> None:
    save(account, card)
    assert [press(account) for _ in range(3)].count("failed") == 1
    assert PaymentAttempt.objects.count() == 1
