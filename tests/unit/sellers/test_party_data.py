"""What other rooms need to judge a party's data: countries, IBANs, e-mail addresses, texts that the database takes."""

from dataclasses import dataclass

import pytest

from tallystick.sellers.core.countries import COUNTRIES
from tallystick.sellers.core.email_addresses import is_email, is_in_domain, normalize_email
from tallystick.sellers.core.iban import is_iban, normalize_iban
from tallystick.sellers.core.texts import find_text_problems


def test_countries_are_the_two_letter_codes_and_not_the_words_that_look_alike() -> None:
    assert {"NL", "DE", "GR", "GB", "US", "XK"} <= COUNTRIES
    # EL is Greece in VAT numbers only, UK and EU are none.
    assert not {"EL", "UK", "EU", "nl", ""} & COUNTRIES
    assert len(COUNTRIES) == 250


@pytest.mark.parametrize("iban", ["NL91ABNA0417164300", "DE89370400440532013000", "GB82WEST12345698765432"])
def test_an_iban_with_fitting_check_digits_is_taken(iban: str) -> None:
    assert is_iban(iban)


@pytest.mark.parametrize(
    "iban", ["NL92ABNA0417164300", "NL91ABNA0417164301", "NL91", "", "91NLABNA0417164300", "NL91 ABNA"]
)
def test_an_iban_with_other_check_digits_or_form_is_not(iban: str) -> None:
    assert not is_iban(iban)


def test_an_iban_is_written_without_spaces_in_capitals() -> None:
    assert normalize_iban(" nl91 abna 0417 1643 00 ") == "NL91ABNA0417164300"


@pytest.mark.parametrize("email", ["a@b.example", "first.last+tag@sub.domain.example", "ü@domain.example"])
def test_one_address_is_an_address(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@b",
        "a@@b.example",
        "a b@c.example",
        "a@b.example,c@d.example",
        "a@.example",
        f"{'a' * 250}@b.example",
    ],
)
def test_anything_else_is_not(email: str) -> None:
    assert not is_email(email)


def test_addresses_are_compared_trimmed_and_in_lower_case() -> None:
    assert normalize_email("  Anna@Acme.Example ") == "anna@acme.example"


@pytest.mark.rule("DEM-10", "DEM-11")
@pytest.mark.parametrize(
    ("email", "is_inside"),
    [
        ("anna@dembrane.com", True),
        (" Anna@Dembrane.COM ", True),
        ("x@notdembrane.com", False),
        ("x@dembrane.com.evil.org", False),
        ("x@sub.dembrane.com", False),
        ("dembrane.com", False),
        ("", False),
    ],
)
def test_the_domain_is_compared_with_its_at_sign(email: str, is_inside: bool) -> None:
    assert is_in_domain(email, domain="dembrane.com") is is_inside
    assert is_in_domain(email, domain="@dembrane.com") is is_inside


def test_no_domain_has_nobody_in_it() -> None:
    assert not is_in_domain("anna@", domain="")


@dataclass
class Named:
    name: str


@pytest.mark.parametrize("name", ["", "Zoë & Søn, 株式会社", "a" * 10])
def test_texts_that_fit_pass(name: str) -> None:
    assert find_text_problems(Named(name), limits={"name": 10 if len(name) <= 10 else 40}) == []


@pytest.mark.parametrize(
    ("name", "reason"), [("a" * 11, "must have at most 10"), ("a\x00", "line breaks"), ("a\nb", "line breaks")]
)
def test_texts_that_the_database_would_refuse_are_told(name: str, reason: str) -> None:
    (problem,) = find_text_problems(Named(name), limits={"name": 10})
    assert problem.field == "name" and reason in problem.reason
