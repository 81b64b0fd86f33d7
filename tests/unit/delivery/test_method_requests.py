"""When a customer is asked for a new payment method: on day 0, 3, 7 and 14, once a day, never about what is past."""

import string
from datetime import date, timedelta

import pytest

from tallystick.delivery.core.method_mails import LANGUAGES, get_method_mail
from tallystick.delivery.core.method_requests import STEPS, Need, Occasion, choose_due, find_due_step, is_office_hour

SINCE = date(2026, 3, 2)


def build_need(*told: int, occasion: Occasion = Occasion.FAILED, account: int = 1, mailed: bool = False) -> Need:
    days = [SINCE + timedelta(days=each) for each in told]
    return Need(account, "ann@example.com", 7, occasion, SINCE, days, mailed)


@pytest.mark.parametrize(
    ("day", "told", "step"),
    [
        (0, (), 0),
        (0, (0,), None),
        (1, (0,), None),
        (3, (0,), 3),
        (4, (0, 3), None),
        (7, (0, 3), 7),
        (14, (0, 3, 7), 14),
        (15, (0, 3, 7, 14), None),
        (100, (0, 3, 7, 14), None),
    ],
)
def test_the_steps_are_day_0_3_7_and_14(day: int, told: tuple[int, ...], step: int | None) -> None:
    assert find_due_step(build_need(*told), on=SINCE + timedelta(days=day)) == step


@pytest.mark.parametrize(
    ("day", "told", "step"),
    [
        (5, (), 3),  # two days without a job: the latest only
        (10, (0,), 7),
        (11, (0, 10), None),
        (14, (0, 10), 14),
        (21, (0,), 14),
        (22, (0,), None),
    ],
)
def test_of_skipped_days_only_the_latest_is_sent_and_nothing_a_week_late(
    day: int, told: tuple[int, ...], step: int | None
) -> None:
    assert find_due_step(build_need(*told), on=SINCE + timedelta(days=day)) == step


def test_every_day_asked_each_step_is_sent_once() -> None:
    told: list[int] = []
    for day in range(60):
        on = SINCE + timedelta(days=day)
        if find_due_step(build_need(*told), on=on) is not None:
            told.append(day)
        assert find_due_step(build_need(*told), on=on) is None or day not in told
    assert told == list(STEPS)


def test_an_account_is_told_of_its_failed_charge_and_not_of_the_expiring_card_as_well() -> None:
    failed, expiring = build_need(0), build_need(occasion=Occasion.EXPIRING)
    other = build_need(occasion=Occasion.EXPIRING, account=2)
    (due,) = choose_due([expiring, failed, other], on=SINCE)
    assert (due.need.account_id, due.step) == (2, 0)


@pytest.mark.rule("DEM-51")
def test_whom_an_invoice_mail_has_told_today_is_asked_the_next_day() -> None:
    assert find_due_step(build_need(mailed=True), on=SINCE) is None
    assert find_due_step(build_need(), on=SINCE + timedelta(days=1)) == 0


@pytest.mark.parametrize(("hour", "is_one"), [(7, False), (8, True), (19, True), (20, False)])
def test_nobody_is_written_to_at_night(hour: int, is_one: bool) -> None:
    assert is_office_hour(hour) is is_one


def test_every_language_names_the_same_things_on_every_occasion() -> None:
    def list_names(language: str, occasion: Occasion) -> list[set[str]]:
        words = get_method_mail(language, occasion=occasion)
        return [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in words]

    for occasion in Occasion:
        assert len({str([sorted(each) for each in list_names(language, occasion)]) for language in LANGUAGES}) == 1
    assert get_method_mail("pl-PL", occasion=Occasion.FAILED) == LANGUAGES["en"][Occasion.FAILED]
