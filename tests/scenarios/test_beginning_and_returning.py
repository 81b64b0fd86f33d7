"""Actions by which services begin or come back: each with its bill, in advance and in arrears. Worked by hand."""

from datetime import UTC, date, datetime

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.invoicing.models import Document
from tallystick.journeys.end_pauses import end_due_pauses
from tallystick.ledger.models import LedgerTransaction
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.action_kinds import (
    ACTIVATE,
    ACTIVATE_SHORT_TERM,
    ADD_SERVICES,
    ADD_USAGE_SERVICE,
    BECOME_EFFECTIVE,
    END_RESTING,
    END_SHORT_TERM,
)
from tallystick.subscriptions.core.interruption import RESTING, SHORT_TERM
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import DeactivationCandidate, SubscriptionEvent
from tallystick.subscriptions.operations.pause_service import pause_service
from tallystick.subscriptions.operations.queue_candidates import NewCandidate, queue_candidates
from tallystick.subscriptions.operations.switch_services import switch_off
from tests.support.action_company import (
    APRIL,
    IN_ARREARS,
    INVOICE,
    MARCH,
    NOON,
    PAY_AFTER,
    PAY_BEFORE,
    THE_ELEVENTH,
    act,
    assert_books_are_sound,
    build_story,
    get_service,
    get_subscription,
    tell,
    tell_lines,
)
from tests.support.builders import ACTOR
from tests.support.corrections import pay
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

MORNING_OF_APRIL_11 = datetime(2026, 4, 11, 9, tzinfo=UTC)
BOTH = ("basic", "movies")


def turn_off(account: Account, code: str, *, on: date, at: datetime) -> None:
    """What the queue and a deactivation run do to a service that was not renewed."""
    service = get_service(account, code)
    queue_candidates([NewCandidate(service.pk, "no_funds")], queued_by="a run", at=at, actor=ACTOR)
    assert switch_off([service.pk], on=on, reason="a run", at=at, actor=ACTOR) == [service.pk]


def pause(account: Account, code: str, *, kind: str, at: datetime) -> None:
    service = get_service(account, code)
    pause_service(service.pk, kind=kind, until_on=None, reason="holiday", at=at, actor=ACTOR)


@pytest.mark.rule("CRM-38")
def test_a_draft_is_not_billed_and_becomes_effective_with_its_first_partial_period_and_start_fees() -> None:
    account = build_story(PAY_AFTER, "basic", "movies", "dish", is_draft=True)
    bill_and_post(account.seller)
    assert not Document.objects.exists()

    billed = act(account, BECOME_EFFECTIVE)

    assert sorted(tell_lines(billed)) == [
        ("Basic", THE_ELEVENTH, APRIL, 2100),
        ("Dish", THE_ELEVENTH, date(2026, 3, 12), 5000),
        ("Movies", THE_ELEVENTH, APRIL, 4200),
    ]
    subscription = get_subscription(account)
    assert (subscription.status, subscription.starts_on, subscription.first_active_on) == (
        "active",
        THE_ELEVENTH,
        THE_ELEVENTH,
    )
    assert_books_are_sound()


@pytest.mark.rule("CRM-38")
def test_in_arrears_a_draft_that_becomes_effective_is_billed_its_fees_only_and_the_run_bills_the_rest() -> None:
    account = build_story(IN_ARREARS, "basic", "dish", is_draft=True)

    assert tell(act(account, BECOME_EFFECTIVE)) == [(INVOICE, 5000)]

    bill_and_post(account.seller, target_on=date(2026, 3, 31), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert Document.objects.latest("pk").net_minor == 2100
    assert_books_are_sound()


@pytest.mark.rule("CRM-38")
def test_a_draft_that_is_paid_before_is_settled_or_refused_whole() -> None:
    account = build_story(PAY_BEFORE, is_draft=True)
    with pytest.raises(ActionNotFunded):
        act(account, BECOME_EFFECTIVE)
    assert (get_subscription(account).status, get_service(account, "basic").status) == ("draft", "draft")
    assert not LedgerTransaction.objects.exists()
    assert SubscriptionEvent.objects.latest("pk").event == "refuse_action"

    pay(account, 2100)
    (document,) = act(account, BECOME_EFFECTIVE).documents
    assert (document.net_minor, document.open_minor) == (2100, 0)
    assert_books_are_sound()


@pytest.mark.rule("CRM-38")
def test_in_arrears_the_limit_is_tested_even_where_nothing_is_to_pay() -> None:
    account = build_story(IN_ARREARS, is_draft=True, receivable_limit_minor=0)

    with pytest.raises(ActionNotFunded, match=r"0\.00 of a limit of 0\.00 is used"):
        act(account, BECOME_EFFECTIVE)


@pytest.mark.rule("CRM-27")
def test_only_a_draft_becomes_effective_and_a_draft_does_nothing_before() -> None:
    account = build_story(is_draft=True)
    with pytest.raises(ActionNotPossible, match="is a draft"):
        act(account, ADD_SERVICES, "movies")

    act(account, BECOME_EFFECTIVE)
    with pytest.raises(ActionNotPossible, match="is active already"):
        act(account, BECOME_EFFECTIVE)


@pytest.mark.rule("CRM-40")
def test_all_that_is_off_comes_back_with_the_days_left_and_days_off_are_not_billed() -> None:
    account = build_story(PAY_AFTER, "basic", "movies")
    bill_and_post(account.seller)
    april_2 = datetime(2026, 4, 2, 9, tzinfo=UTC)
    for code in BOTH:
        turn_off(account, code, on=april_2.date(), at=april_2)

    billed = act(account, ACTIVATE, at=MORNING_OF_APRIL_11)

    # 20 of 30 days
    assert sorted(line[1:] for line in tell_lines(billed)) == [
        (date(2026, 4, 11), date(2026, 5, 1), 2067),
        (date(2026, 4, 11), date(2026, 5, 1), 4133),
    ]
    assert set(DeactivationCandidate.objects.values_list("status", flat=True)) == {"restored"}
    assert_books_are_sound()


@pytest.mark.rule("CRM-40")
def test_in_arrears_what_comes_back_bills_nothing_and_used_days_stay_for_the_run() -> None:
    account = build_story(IN_ARREARS)
    turn_off(account, "basic", on=date(2026, 3, 6), at=datetime(2026, 3, 6, 9, tzinfo=UTC))

    assert tell(act(account, ACTIVATE)) == []

    bill_and_post(account.seller, target_on=date(2026, 3, 31), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    lines = Document.objects.values_list("lines__period_start_on", "lines__period_end_on", "lines__net_minor")
    assert sorted(lines) == [(MARCH, date(2026, 3, 6), 500), (THE_ELEVENTH, APRIL, 2100)]
    assert_books_are_sound()


@pytest.mark.rule("CRM-27")
def test_what_is_on_is_not_activated_and_nothing_comes_back_before_it_went_off() -> None:
    account = build_story()
    with pytest.raises(ActionNotPossible, match="nothing that is off"):
        act(account, ACTIVATE)
    with pytest.raises(ActionNotPossible, match="Basic is effective"):
        act(account, ACTIVATE, about=("basic",))

    turn_off(account, "basic", on=date(2026, 3, 6), at=datetime(2026, 3, 6, 9, tzinfo=UTC))
    with pytest.raises(ActionNotPossible, match="went off on 2026-03-06"):
        act(account, ACTIVATE, on=date(2026, 3, 5))


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        pytest.param(END_RESTING, RESTING, marks=pytest.mark.rule("CRM-43")),
        pytest.param(END_SHORT_TERM, SHORT_TERM, marks=pytest.mark.rule("CRM-44")),
    ],
)
class TestEndOfAPause:
    def test_is_billed_from_its_day_if_not_rated_already(self, ending: str, kind: str) -> None:
        account = build_story(PAY_AFTER, *BOTH)
        bill_and_post(account.seller)
        pause(account, "movies", kind=kind, at=datetime(2026, 3, 20, 9, tzinfo=UTC))

        billed = act(account, ending, at=MORNING_OF_APRIL_11, about=("movies",))

        assert (date(2026, 4, 11), date(2026, 5, 1), 4133) in [line[1:] for line in tell_lines(billed)]
        assert get_service(account, "movies").status == "effective"
        assert_books_are_sound()

    def test_inside_a_billed_period_bills_nothing(self, ending: str, kind: str) -> None:
        account = build_story(PAY_AFTER, *BOTH)
        bill_and_post(account.seller)
        pause(account, "movies", kind=kind, at=datetime(2026, 3, 3, 9, tzinfo=UTC))

        assert tell(act(account, ending, about=("movies",))) == []
        assert get_service(account, "movies").status == "effective"

    def test_in_arrears_bills_nothing_and_the_run_bills_both_parts(self, ending: str, kind: str) -> None:
        account = build_story(IN_ARREARS, *BOTH)
        pause(account, "movies", kind=kind, at=datetime(2026, 3, 6, 9, tzinfo=UTC))

        assert tell(act(account, ending, about=("movies",))) == []

        bill_and_post(account.seller, target_on=date(2026, 3, 31), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
        lines = Document.objects.filter(lines__description="Movies")
        assert sorted(lines.values_list("lines__period_start_on", "lines__net_minor")) == [
            (MARCH, 1000),
            (THE_ELEVENTH, 4200),
        ]
        assert_books_are_sound()

    def test_that_is_not_paid_leaves_the_service_off_and_money_brings_it_back(self, ending: str, kind: str) -> None:
        account = build_story(PAY_BEFORE, *BOTH)
        pay(account, 9300)
        bill_and_post(account.seller)
        pause(account, "movies", kind=kind, at=datetime(2026, 3, 20, 9, tzinfo=UTC))

        assert tell(act(account, ending, at=MORNING_OF_APRIL_11, about=("movies",))) == []
        assert get_service(account, "movies").status == "not_effective"

        pay(account, 20000)
        billed = act(account, ACTIVATE, at=MORNING_OF_APRIL_11, about=("movies",))
        assert all(each.open_minor == 0 for each in billed.documents)
        assert get_service(account, "movies").status == "effective"
        assert_books_are_sound()

    def test_that_names_no_service_is_of_all_that_pause(self, ending: str, kind: str) -> None:
        account = build_story(PAY_AFTER, *BOTH, "sports")
        bill_and_post(account.seller)
        for code in ("movies", "sports"):
            pause(account, code, kind=kind, at=datetime(2026, 3, 20, 9, tzinfo=UTC))

        billed = act(account, ending, at=MORNING_OF_APRIL_11)

        assert {(line[0], line[3]) for line in tell_lines(billed)} >= {("Movies", 4133), ("Sports", 6200)}
        assert [get_service(account, code).status for code in ("movies", "sports")] == ["effective", "effective"]
        with pytest.raises(ActionNotPossible, match="nothing of it is paused"):
            act(account, ending, at=MORNING_OF_APRIL_11)

    def test_of_what_is_not_paused_is_refused(self, ending: str, kind: str) -> None:
        account = build_story()
        with pytest.raises(ActionNotPossible, match="Basic is effective"):
            act(account, ending, about=("basic",))


@pytest.mark.rule("CRM-46")
def test_what_is_off_is_on_for_a_span_that_is_billed_at_once_and_off_again_after_it() -> None:
    account = build_story(PAY_AFTER, *BOTH)
    bill_and_post(account.seller)
    april_2 = datetime(2026, 4, 2, 9, tzinfo=UTC)
    turn_off(account, "movies", on=april_2.date(), at=april_2)

    until_on = date(2026, 5, 6)
    billed = act(account, ACTIVATE_SHORT_TERM, at=MORNING_OF_APRIL_11, about=("movies",), until_on=until_on)

    # 20 of 30 days of April and 5 of 31 of May
    assert [line[1:] for line in tell_lines(billed)] == [
        (date(2026, 4, 11), date(2026, 5, 1), 4133),
        (date(2026, 5, 1), until_on, 1000),
    ]
    assert end_due_pauses(account.seller_id, on=date(2026, 5, 5), at=MORNING_OF_APRIL_11, actor=ACTOR) == 0
    assert end_due_pauses(account.seller_id, on=until_on, at=MORNING_OF_APRIL_11, actor=ACTOR) == 1
    assert get_service(account, "movies").status == "not_effective"
    bill_and_post(account.seller, target_on=date(2026, 6, 1), at=datetime(2026, 6, 1, 9, tzinfo=UTC))
    assert not Document.objects.filter(lines__description="Movies", lines__period_start_on__gte=until_on).exists()

    back = act(account, ACTIVATE, at=datetime(2026, 6, 11, 9, tzinfo=UTC), about=("movies",))
    assert (date(2026, 6, 11), date(2026, 7, 1), 4133) in [line[1:] for line in tell_lines(back)]
    assert_books_are_sound()


@pytest.mark.rule("CRM-46")
def test_in_arrears_a_short_term_is_billed_by_the_run() -> None:
    account = build_story(IN_ARREARS, *BOTH)
    turn_off(account, "movies", on=date(2026, 3, 6), at=datetime(2026, 3, 6, 9, tzinfo=UTC))

    assert tell(act(account, ACTIVATE_SHORT_TERM, about=("movies",), until_on=date(2026, 3, 16))) == []

    bill_and_post(account.seller, target_on=date(2026, 3, 31), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    lines = Document.objects.filter(lines__description="Movies")
    assert sorted(lines.values_list("lines__period_start_on", "lines__period_end_on", "lines__net_minor")) == [
        (MARCH, date(2026, 3, 6), 1000),
        (THE_ELEVENTH, date(2026, 3, 16), 1000),
    ]
    assert_books_are_sound()


@pytest.mark.rule("CRM-46")
def test_a_service_of_a_draft_is_on_for_a_short_term_while_the_others_stay_drafts() -> None:
    account = build_story(PAY_AFTER, *BOTH, is_draft=True)

    billed = act(account, ACTIVATE_SHORT_TERM, about=("basic",), until_on=date(2026, 3, 21))

    assert [line[1:] for line in tell_lines(billed)] == [(THE_ELEVENTH, date(2026, 3, 21), 1000)]
    assert (get_subscription(account).status, get_service(account, "movies").status) == ("active", "draft")


@pytest.mark.rule("CRM-24")
@pytest.mark.rule("CRM-46")
def test_short_terms_keep_to_the_sellers_limits() -> None:
    account = build_story(PAY_AFTER, *BOTH, is_draft=True, rule={"longest_short_term_days": 5})

    with pytest.raises(ActionNotPossible, match="10 days are more than the 5 allowed"):
        act(account, ACTIVATE_SHORT_TERM, about=("basic",), until_on=date(2026, 3, 21))
    assert get_subscription(account).status == "draft"


@pytest.mark.rule("CRM-24")
@pytest.mark.rule("CRM-46")
def test_short_terms_are_counted_by_the_sellers_calendar() -> None:
    account = build_story(PAY_AFTER, *BOTH, is_draft=True, rule={"short_terms_a_year": 1})
    Seller.objects.update(time_zone="Asia/Tokyo")
    # In Tokyo it is the morning of the twelfth, when it is still the eleventh in UTC.
    first, until = date(2026, 3, 12), date(2026, 3, 15)
    act(
        account,
        ACTIVATE_SHORT_TERM,
        about=("basic",),
        on=first,
        until_on=until,
        at=datetime(2026, 3, 11, 20, tzinfo=UTC),
    )
    end_due_pauses(account.seller_id, on=until, at=datetime(2026, 3, 15, tzinfo=UTC), actor=ACTOR)

    a_year_on = datetime(2027, 3, 11, 9, tzinfo=UTC)
    with pytest.raises(ActionNotPossible, match="there were 1 within a year, and 1 are allowed"):
        act(account, ACTIVATE_SHORT_TERM, about=("basic",), until_on=date(2027, 3, 15), at=a_year_on)


@pytest.mark.rule("CRM-45")
def test_a_usage_service_with_a_flat_fee_is_billed_the_fee_at_the_action() -> None:
    account = build_story()
    bill_and_post(account.seller)

    assert tell(act(account, ADD_USAGE_SERVICE, "movies")) == [(INVOICE, 4200)]


@pytest.mark.rule("CRM-45")
def test_in_arrears_a_usage_service_waits_for_the_run() -> None:
    account = build_story(IN_ARREARS)

    assert tell(act(account, ADD_USAGE_SERVICE, "movies")) == []
    assert get_service(account, "movies").starts_on == NOON.date()
