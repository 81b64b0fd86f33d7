"""Which VAT treatment a supply has (docs/rules/vat.md). The seller is in Germany unless a test says otherwise."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.sellers.core.countries import EU_COUNTRIES
from tallystick.taxes.core.decision import decide_place, decide_tax
from tallystick.taxes.core.rates import DatedRate
from tallystick.taxes.core.supply import Party, Registration, Supply
from tallystick.taxes.core.treatment import Treatment, legal_note
from tallystick.taxes.errors import NoTaxRate, TreatmentUnsettled

ON = date(2026, 6, 1)
GERMANY = Registration("DE", "DE123456789", date(2020, 1, 1), None)
FRANCE = Registration("FR", "FR12345678901", date(2020, 1, 1), None)
UNITED_STATES = Registration("US", "12-3456789", date(2020, 1, 1), None)


def decide(
    buyer_country: str,
    *,
    business: bool = False,
    valid_id: bool = False,
    category: str = "standard",
    seller_country: str = "DE",
    registrations: tuple[Registration, ...] = (GERMANY,),
    on: date = ON,
) -> Treatment:
    buyer = Party(buyer_country, business, valid_id)
    return decide_place(Supply(seller_country, registrations, buyer, category, on)).treatment


@pytest.mark.rule("DEM-25", "DEM-64")
@pytest.mark.parametrize(
    ("buyer_country", "business", "valid_id", "treatment"),
    [
        ("DE", False, False, Treatment.STANDARD),
        ("DE", True, True, Treatment.STANDARD),
        ("FR", True, True, Treatment.REVERSE_CHARGE),
        ("FR", True, False, Treatment.STANDARD),
        ("FR", False, False, Treatment.STANDARD),
        ("FR", False, True, Treatment.STANDARD),
        ("US", True, False, Treatment.OUTSIDE_SCOPE),
        ("CH", False, False, Treatment.OUTSIDE_SCOPE),
        ("GB", True, True, Treatment.OUTSIDE_SCOPE),
    ],
)
def test_the_buyer_decides(buyer_country: str, business: bool, valid_id: bool, treatment: Treatment) -> None:
    assert decide(buyer_country, business=business, valid_id=valid_id) is treatment


@pytest.mark.parametrize(
    ("category", "at_home", "business_abroad", "consumer_abroad", "outside"),
    [
        ("standard", "standard", "reverse_charge", "standard", "outside_scope"),
        ("reduced", "reduced", "reverse_charge", "reduced", "outside_scope"),
        ("zero", "zero", "reverse_charge", "zero", "outside_scope"),
        ("exempt", "exempt", "exempt", "exempt", "outside_scope"),
    ],
)
def test_the_category_of_the_service_decides_where_vat_is_due_at_home(
    category: str, at_home: str, business_abroad: str, consumer_abroad: str, outside: str
) -> None:
    assert decide("DE", category=category) == at_home
    assert decide("AT", category=category, business=True, valid_id=True) == business_abroad
    assert decide("AT", category=category) == consumer_abroad
    assert decide("NO", category=category) == outside


@pytest.mark.parametrize("buyer_country", ["DE", "FR", "US", ""])
def test_a_seller_without_any_registration_charges_no_vat(buyer_country: str) -> None:
    assert decide(buyer_country, registrations=()) is Treatment.NOT_REGISTERED


def test_a_registration_counts_only_while_it_is_in_force() -> None:
    ended = GERMANY._replace(valid_until=date(2026, 6, 1))
    assert decide("DE", registrations=(ended,), on=date(2026, 5, 31)) is Treatment.STANDARD
    assert decide("DE", registrations=(ended,), on=date(2026, 6, 1)) is Treatment.NOT_REGISTERED
    assert decide("DE", on=date(2019, 12, 31)) is Treatment.NOT_REGISTERED


def test_a_registered_seller_outside_the_union_taxes_at_home_only() -> None:
    assert decide("US", seller_country="US", registrations=(UNITED_STATES,)) is Treatment.STANDARD
    abroad = decide("DE", seller_country="US", registrations=(UNITED_STATES,), business=True, valid_id=True)
    assert abroad is Treatment.OUTSIDE_SCOPE


@pytest.mark.rule("DEM-64")
@pytest.mark.parametrize("buyer_country", ["", "D", "Germany"])
def test_a_buyer_without_a_country_is_refused_never_taken_as_zero(buyer_country: str) -> None:
    with pytest.raises(TreatmentUnsettled, match="country is not known") as refusal:
        decide(buyer_country)
    assert refusal.value.field == "country"
    assert refusal.value.code == "tax_treatment_unsettled"


@pytest.mark.rule("DEM-64")
def test_what_the_rules_do_not_cover_is_refused_never_taken_as_zero() -> None:
    with pytest.raises(TreatmentUnsettled, match="not in DE"):
        decide("DE", registrations=(FRANCE,))
    with pytest.raises(TreatmentUnsettled, match="lacks a registration there or for the one-stop shop"):
        decide("DE", seller_country="US", registrations=(UNITED_STATES, FRANCE))
    with pytest.raises(TreatmentUnsettled, match="zero at home need not be so in FR"):
        decide("FR", category="zero", registrations=(GERMANY, FRANCE))
    with pytest.raises(TreatmentUnsettled, match="luxury"):
        decide("DE", category="luxury")
    with pytest.raises(TreatmentUnsettled, match="reverse_charge"):
        decide("DE", category="reverse_charge")


def test_a_decision_names_country_treatment_and_rate_of_the_tax_point_date() -> None:
    rates = (
        DatedRate("DE", "standard", Decimal(16), date(2020, 7, 1), date(2021, 1, 1)),
        DatedRate("DE", "standard", Decimal(19), date(2021, 1, 1), None),
    )
    supply = Supply("DE", (GERMANY,), Party("DE", False, False), "standard", date(2020, 12, 31))
    assert decide_tax(supply, rates=rates) == ("DE", Treatment.STANDARD, Decimal(16))
    assert decide_tax(supply._replace(on=date(2021, 1, 1)), rates=rates) == ("DE", Treatment.STANDARD, Decimal(19))
    abroad = supply._replace(buyer=Party("FR", True, True))
    assert decide_tax(abroad, rates=()) == ("DE", Treatment.REVERSE_CHARGE, Decimal(0))
    with pytest.raises(NoTaxRate, match="reduced VAT rate for DE on 2020-12-31"):
        decide_tax(supply._replace(category="reduced"), rates=rates)


@pytest.mark.rule("DEM-64")
@pytest.mark.parametrize(
    ("treatment", "category_code", "reason_code", "text"),
    [
        ("standard", "S", "", ""),
        ("reduced", "S", "", ""),
        ("zero", "Z", "", ""),
        ("exempt", "E", "", "Exempt from VAT"),
        ("reverse_charge", "AE", "VATEX-EU-AE", "Reverse charge"),
        ("outside_scope", "O", "VATEX-EU-O", "Not subject to VAT: the place of supply is abroad"),
        ("not_registered", "O", "VATEX-EU-O", "Not subject to VAT: the seller is not registered for VAT"),
    ],
)
def test_every_treatment_says_what_the_law_wants(
    treatment: str, category_code: str, reason_code: str, text: str
) -> None:
    assert legal_note(Treatment(treatment)) == (category_code, reason_code, text)


def test_every_treatment_has_a_note() -> None:
    assert all(legal_note(treatment).category_code for treatment in Treatment)


def test_the_union_has_27_members() -> None:
    assert len(EU_COUNTRIES) == 27
    assert "GB" not in EU_COUNTRIES and "GR" in EU_COUNTRIES
