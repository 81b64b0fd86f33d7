"""Staff set how much an account may owe: at once, with a history, and never two postpaid modes at once."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tallystick.accounts.core.funding import FundingTerms
from tallystick.accounts.errors import AccountInvalid, AccountUnknown, FundingPolicyClash
from tallystick.accounts.models import Account, AccountEvent
from tallystick.accounts.operations.change_account import change_account
from tallystick.accounts.operations.set_funding_policy import set_funding_policy
from tallystick.credit.queries import get_funds
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor, PermissionMissing
from tests.support.builders import ACTOR, AT, build_account, build_seller

pytestmark = pytest.mark.django_db

LIMIT = FundingTerms("credit_limit", None, 100_00, 14, 0)
FINANCE = Actor(kind="staff", id="7", label="Finance", permissions=frozenset({"credit.write"}))


@pytest.fixture
def account() -> Account:
    return build_account(build_seller())


def fund(account: Account, terms: FundingTerms, *, reason: str = "Agreed by phone", actor: Actor = ACTOR) -> Account:
    changed = set_funding_policy(account.pk, terms=terms, reason=reason, at=AT, actor=actor)
    account.refresh_from_db()
    return changed


@pytest.mark.rule("BIL-34", "UNI-11")
def test_a_limit_with_its_term_holds_at_once_and_says_who_set_it_and_what_was_before(account: Account) -> None:
    fund(account, LIMIT, actor=FINANCE)
    assert get_funds(account).spendable_minor == 100_00
    (event,) = AccountEvent.objects.all()
    assert (event.actor_label, event.reason, event.before["policy"]) == ("Finance", "Agreed by phone", "invoiced")
    assert event.after == {
        "policy": "credit_limit",
        "receivable_limit_minor": None,
        "credit_limit_minor": 100_00,
        "credit_term_days": 14,
        "credit_grace_days": 0,
    }
    fund(account, LIMIT)
    assert AccountEvent.objects.count() == 1, "setting what is set already changes nothing"


@pytest.mark.rule("BIL-1", "BIL-2")
def test_both_postpaid_modes_on_is_refused_in_either_order(account: Account) -> None:
    fund(account, LIMIT)
    with pytest.raises(FundingPolicyClash, match="switch that off first"):
        fund(account, FundingTerms("postpaid"))
    fund(account, FundingTerms("prepaid"))
    fund(account, FundingTerms("postpaid"))
    with pytest.raises(FundingPolicyClash, match="it is postpaid"):
        fund(account, LIMIT)
    assert account.funding_policy == "postpaid"


@pytest.mark.rule("BIL-30")
def test_postpaid_switched_off_spends_no_further_into_the_negative_at_once(account: Account) -> None:
    fund(account, FundingTerms("postpaid"))
    assert get_funds(account).spendable_minor is None
    fund(account, FundingTerms("prepaid"), reason="They stopped paying")
    assert get_funds(account).spendable_minor == 0


@pytest.mark.rule("BIL-33")
def test_a_limit_is_lowered_whatever_is_owed(account: Account) -> None:
    fund(account, LIMIT)
    fund(account, LIMIT._replace(credit_limit_minor=0))
    assert get_funds(account).spendable_minor == 0


@pytest.mark.rule("BIL-1")
@pytest.mark.parametrize(
    "columns",
    [
        {"funding_policy": "postpaid", "credit_limit_minor": 1},
        {"funding_policy": "credit_limit"},
        {"funding_policy": "prepaid", "receivable_limit_minor": 1},
    ],
)
def test_the_database_knows_no_account_in_two_modes(account: Account, columns: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(**columns)


def test_a_receivable_limit_belongs_to_an_invoiced_account(account: Account) -> None:
    fund(account, FundingTerms("invoiced", 50_00))
    assert get_funds(account).limit_minor == 50_00
    with pytest.raises(FundingPolicyClash, match="remove that first"):
        fund(account, FundingTerms("prepaid"))
    fund(account, FundingTerms())
    fund(account, FundingTerms("prepaid"))
    with pytest.raises(AccountInvalid, match="belongs to invoiced accounts"):
        change_account(account.pk, changes={"receivable_limit_minor": 5}, at=AT, actor=ACTOR)


def test_what_is_not_sound_is_refused(account: Account) -> None:
    with pytest.raises(AccountInvalid, match="must be given"):
        fund(account, FundingTerms("credit_limit"))
    with pytest.raises(InvalidInput, match="Say why"):
        fund(account, LIMIT, reason=" ")
    with pytest.raises(AccountUnknown):
        set_funding_policy(10**9, terms=LIMIT, reason="x", at=AT, actor=ACTOR)
    clerk = Actor(kind="staff", id="8", label="Clerk", permissions=frozenset({"accounts.write"}))
    with pytest.raises(PermissionMissing):
        fund(account, LIMIT, actor=clerk)


def test_the_history_stays_as_it_was_written(account: Account) -> None:
    fund(account, LIMIT)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        AccountEvent.objects.update(reason="x")
