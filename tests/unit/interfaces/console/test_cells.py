"""Cells: drawn escaped, written for programs."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.interfaces.console.chips import Status
from tallystick.interfaces.console.lists import cells


def test_money_is_drawn_with_a_minus_and_its_currency_and_written_plain() -> None:
    amount = cells.Money(-124_050, "EUR")
    assert amount.html() == '<span class="money">−1,240.50<abbr>EUR</abbr></span>'
    assert amount.plain() == "-1240.50"


def test_late_money_is_red_and_none_is_quiet() -> None:
    assert 'class="money late"' in cells.Money(1, "EUR", is_late=True).html()
    assert 'class="money zero"' in cells.Money(0, "EUR").html()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_written_as_text(start: str) -> None:
    assert cells.Text(f"{start}1+1").plain() == f"'{start}1+1"


def test_text_is_escaped_in_words_note_and_address() -> None:
    drawn = cells.Text("<b>", note="<i>", href='/?q="><script>').html()
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert "<script>" not in drawn


def test_days_are_written_iso_and_none_is_empty() -> None:
    assert cells.Day(date(2026, 3, 1)).plain() == "2026-03-01"
    assert cells.Day(None).plain() == ""


def test_a_chip_is_written_as_its_word() -> None:
    assert cells.Chip(Status("Paid", "good")).plain() == "Paid"
    assert cells.Chip(Status("Paid", "good")).html() == '<span class="chip good">Paid</span>'
