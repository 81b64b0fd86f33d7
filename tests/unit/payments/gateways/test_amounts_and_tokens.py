"""Amounts in decimals, exactly; tokens in notify URLs, which nobody else can make."""

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import BadNotice, Delivery, Notice
from tallystick.payments.gateways.decimals import AmountUnwritable, read_decimal, write_decimal
from tallystick.payments.gateways.notice_tokens import read_form_notice, read_notice_token, sign_notice_token


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(1000, "EUR"), "10.00"),
        (Money(5, "EUR"), "0.05"),
        (Money(0, "EUR"), "0.00"),
        (Money(1000, "JPY"), "1000"),
        (Money(100, "ISK"), "100"),
        (Money(10**17 + 1, "EUR"), "1000000000000000.01"),
    ],
)
def test_amounts_have_exactly_the_decimals_of_their_currency(amount: Money, text: str) -> None:
    assert write_decimal(amount) == text
    assert read_decimal(text, currency=amount.currency) == amount


def test_an_amount_with_more_decimals_than_the_currency_has_is_not_rounded() -> None:
    with pytest.raises(AmountUnwritable):
        read_decimal("10.005", currency="EUR")


def test_a_token_says_whose_payment_it_is_and_fits_one_gateway() -> None:
    token = sign_notice_token("mollie", our_id="our-1")
    assert read_notice_token("mollie", token=token) == "our-1"
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~")
    for wrong in (token[:-1], token.replace("our-1", "our-2"), "our-1", ""):
        with pytest.raises(BadNotice):
            read_notice_token("mollie", token=wrong)
    with pytest.raises(BadNotice):
        read_notice_token("sandbox", token=token)


@pytest.mark.parametrize("body", [b"", b"id=", b"id=tr_1&id=tr_2", b"id=cst_1", b"id=tr_1%2F..", b"\xff", b"a=1&" * 9])
def test_a_form_that_names_no_payment_is_a_bad_notice(body: bytes) -> None:
    with pytest.raises(BadNotice):
        read_form_notice("mollie", delivery=Delivery({}, body, sign_notice_token("mollie", our_id="our-1")))


def test_a_form_names_a_payment() -> None:
    delivery = Delivery({}, b"id=tr_5B8cwPMGnU", sign_notice_token("mollie", our_id="our-1"))
    assert read_form_notice("mollie", delivery=delivery) == Notice("tr_5B8cwPMGnU", "our-1", "")
