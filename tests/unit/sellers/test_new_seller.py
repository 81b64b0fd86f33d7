"""What can be wrong with a seller."""

from dataclasses import replace
from datetime import date

import pytest

from tallystick.sellers.core.new_seller import (
    BankDetails,
    BillingTerms,
    NewSeller,
    ProfileText,
    Registration,
    Series,
    find_seller_problems,
)

SOUND = NewSeller(
    code="acme",
    currency="EUR",
    profile=ProfileText(legal_name="Acme B.V.", country="NL"),
    vat_registrations=(Registration("NL", "NL123456782B90", date(2020, 1, 1)),),
    bank_accounts=(BankDetails("EUR", "Acme B.V.", "NL91ABNA0417164300"),),
)


def fields_at_fault(seller: NewSeller) -> list[str]:
    return [problem.field for problem in find_seller_problems(seller)]


def test_a_sound_seller_has_no_problems() -> None:
    assert find_seller_problems(SOUND) == []


@pytest.mark.parametrize("code", ["", "Acme", "ac me", "a" * 41, "acme/b"])
def test_a_code_is_lower_case_letters_digits_and_hyphens(code: str) -> None:
    assert fields_at_fault(replace(SOUND, code=code)) == ["code"]


def test_everything_wrong_is_told_at_once() -> None:
    seller = replace(
        SOUND,
        currency="EURO",
        profile=ProfileText(legal_name=" ", country="Netherlands", email="nobody", brand_color="green"),
    )
    assert fields_at_fault(seller) == ["currency", "legal_name", "country", "email", "brand_color"]


def test_a_registration_lasts_at_least_a_day() -> None:
    registration = Registration("NL", "NL123456782B90", date(2020, 1, 1), date(2020, 1, 1))
    assert fields_at_fault(replace(SOUND, vat_registrations=(registration,))) == ["vat_registrations"]


def test_a_bank_account_has_an_iban_whose_check_digits_fit() -> None:
    account = BankDetails("EUR", "Acme B.V.", "NL92ABNA0417164300")
    assert fields_at_fault(replace(SOUND, bank_accounts=(account,))) == ["bank_accounts"]


def test_every_kind_of_document_has_one_series_of_its_own() -> None:
    one, two, three = SOUND.series
    assert fields_at_fault(replace(SOUND, series=(one, two))) == ["series"]
    assert fields_at_fault(replace(SOUND, series=(one, two, three, replace(one, prefix="X-")))) == ["series"]
    assert fields_at_fault(replace(SOUND, series=(one, replace(two, prefix=one.prefix), three))) == ["series"]
    assert fields_at_fault(replace(SOUND, series=(*SOUND.series, Series("quote", "Q-")))) == ["series"]
    assert fields_at_fault(replace(SOUND, series=(replace(one, digits=0), two, three))) == ["series"]


@pytest.mark.rule("MAX-1", "MAX-2")
@pytest.mark.parametrize(("days", "faults"), [(0, 0), (180, 0), (181, 1), (-1, 1)])
def test_net_terms_have_a_value_for_automatic_and_one_for_remittance_from_0_to_180_days(days: int, faults: int) -> None:
    for name in ("net_terms_automatic_days", "net_terms_remittance_days"):
        terms = BillingTerms(**{name: days})  # type: ignore[arg-type]
        assert fields_at_fault(replace(SOUND, billing_terms=terms)) == [name] * faults


def test_a_billing_rule_names_a_known_proration_method() -> None:
    terms = BillingTerms(proration_method="by feeling", attempt_wait_hours=0)
    assert fields_at_fault(replace(SOUND, billing_terms=terms)) == ["proration_method", "attempt_wait_hours"]
