"""A closed account takes nothing new; what was agreed lives on until it is ended (CRM-27)."""

import pytest

from tallystick.accounts.errors import AccountClosed
from tallystick.accounts.operations.close_account import close_account, reopen_account
from tallystick.accounts.queries import list_account_events
from tallystick.errors import InvalidInput
from tallystick.subscriptions.core.action_kinds import END_SERVICE, START_SERVICE
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tests.support.action_company import APRIL, PAY_AFTER, act, assert_books_are_sound, build_story
from tests.support.builders import ACTOR, AT
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db


@pytest.mark.rule("CRM-27")
def test_a_closed_account_takes_nothing_new_but_lets_things_end_and_is_billed_on() -> None:
    account = build_story(PAY_AFTER, "basic", "movies")
    close_account(account.pk, reason="The bakery was sold", at=AT, actor=ACTOR)

    with pytest.raises(ActionNotPossible, match="the account is closed; open it again first"):
        act(account, START_SERVICE, "sports")
    act(account, END_SERVICE, about=("movies",))
    bill_and_post(account.seller)
    assert_books_are_sound()

    reopen_account(account.pk, reason="A new owner", at=AT, actor=ACTOR)
    act(account, START_SERVICE, "sports")
    told = [(event.event, event.reason) for event in list_account_events(account.pk)]
    assert told == [("close_account", "The bakery was sold"), ("reopen_account", "A new owner")]


@pytest.mark.rule("CRM-27")
def test_a_closed_account_gets_no_subscription_and_closing_needs_a_reason() -> None:
    account = build_story()
    with pytest.raises(InvalidInput, match="Say why the account is closed"):
        close_account(account.pk, reason=" ", at=AT, actor=ACTOR)
    close_account(account.pk, reason="The bakery was sold", at=AT, actor=ACTOR)

    new = NewSubscription(
        "S-2", account=account.external_id, plan="tv", services=(NewService("basic", APRIL),), starts_on=APRIL
    )
    with pytest.raises(AccountClosed, match="is closed and takes nothing new"):
        create_subscription(account.seller, subscription=new, at=AT, actor=ACTOR)
