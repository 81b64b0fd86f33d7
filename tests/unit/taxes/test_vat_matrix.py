"""The VAT matrix: seller, buyer, service and day, with the category, the rate and the words that the document needs.

The rates are those that are shipped; where a row's day matters, the rate changed around it.
"""

from datetime import date
from decimal import Decimal
from importlib import resources

import pytest

from tallystick.taxes.core.decision import decide_tax
from tallystick.taxes.core.rates import DatedRate, parse_rates
from tallystick.taxes.core.supply import Party, Registration, Scheme, Supply, SupplyKind
from tallystick.taxes.core.treatment import legal_note

DIGITAL, GENERAL = SupplyKind.DIGITAL, SupplyKind.GENERAL
RATES = (
    *parse_rates(resources.files("tallystick.taxes").joinpath("data/rates.csv").read_text()),
    DatedRate("CH", "standard", Decimal("8.1"), date(2024, 1, 1), None, is_own=True),
    DatedRate("GB", "standard", Decimal(20), date(2020, 1, 1), None, is_own=True),
    DatedRate("NL", "reduced", Decimal(9), date(2020, 1, 1), None, is_own=True),
)
REVERSED = "Reverse charge"
ABROAD = "Not subject to VAT: the place of supply is abroad"
NO_VAT = "Not subject to VAT: the seller is not registered for VAT"

#: Where the seller is registered: its own country alone, with the one-stop shop, in other countries too, or nowhere.
NL, DE, SE, IE = ("NL",), ("DE",), ("SE",), ("IE",)
NL_OSS, DE_OSS, NL_DE, DE_CH = ("NL", "oss NL"), ("DE", "oss DE"), ("NL", "DE"), ("DE", "CH")
GB, GB_OSS, US_OSS, NOWHERE = ("GB",), ("GB", "oss IE"), ("oss IE",), ()

WHO = {
    "consumer": (False, False),
    "business with id": (True, True),
    "business without id": (True, False),
}
MATRIX = [
    # at home: what the service is, whoever buys it
    ("NL", NL, "NL", "consumer", DIGITAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    ("NL", NL, "NL", "business with id", DIGITAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    ("NL", NL, "NL", "business without id", GENERAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    ("NL", NL, "NL", "consumer", GENERAL, "reduced", "2026-06-01", "NL", "S", "9", ""),
    ("NL", NL, "NL", "consumer", GENERAL, "zero", "2026-06-01", "NL", "Z", "0", ""),
    ("NL", NL, "NL", "consumer", GENERAL, "exempt", "2026-06-01", "NL", "E", "0", "Exempt from VAT"),
    ("DE", DE, "DE", "consumer", DIGITAL, "standard", "2020-06-30", "DE", "S", "19", ""),
    ("DE", DE, "DE", "consumer", DIGITAL, "standard", "2020-07-01", "DE", "S", "16", ""),
    ("DE", DE, "DE", "consumer", DIGITAL, "standard", "2021-01-01", "DE", "S", "19", ""),
    ("SE", SE, "SE", "business with id", DIGITAL, "standard", "2026-06-01", "SE", "S", "25", ""),
    ("IE", IE, "IE", "consumer", DIGITAL, "standard", "2021-02-28", "IE", "S", "21", ""),
    ("IE", IE, "IE", "consumer", DIGITAL, "standard", "2021-03-01", "IE", "S", "23", ""),
    # a business in another member state with a confirmed id: it owes the tax itself
    ("NL", NL, "DE", "business with id", DIGITAL, "standard", "2026-06-01", "NL", "AE", "0", REVERSED),
    ("NL", NL, "DE", "business with id", GENERAL, "standard", "2026-06-01", "NL", "AE", "0", REVERSED),
    ("NL", NL_OSS, "FR", "business with id", DIGITAL, "reduced", "2026-06-01", "NL", "AE", "0", REVERSED),
    ("NL", NL_DE, "DE", "business with id", DIGITAL, "standard", "2026-06-01", "NL", "AE", "0", REVERSED),
    ("NL", NL, "DE", "business with id", GENERAL, "zero", "2026-06-01", "NL", "AE", "0", REVERSED),
    ("NL", NL, "DE", "business with id", GENERAL, "exempt", "2026-06-01", "NL", "E", "0", "Exempt from VAT"),
    ("SE", SE, "GR", "business with id", DIGITAL, "standard", "2026-06-01", "SE", "AE", "0", REVERSED),
    # a consumer in another member state, below the threshold: as at home
    ("NL", NL, "DE", "consumer", DIGITAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    ("NL", NL, "DE", "business without id", DIGITAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    ("NL", NL, "DE", "consumer", GENERAL, "reduced", "2026-06-01", "NL", "S", "9", ""),
    # with the one-stop shop, or registered there: at the rate of the consumer's country on that day
    ("NL", NL_OSS, "DE", "consumer", DIGITAL, "standard", "2026-06-01", "DE", "S", "19", ""),
    ("NL", NL_OSS, "DE", "business without id", DIGITAL, "standard", "2026-06-01", "DE", "S", "19", ""),
    ("DE", DE_OSS, "HU", "consumer", DIGITAL, "standard", "2026-06-01", "HU", "S", "27", ""),
    ("DE", DE_OSS, "LU", "consumer", DIGITAL, "standard", "2026-06-01", "LU", "S", "17", ""),
    ("DE", DE_OSS, "FI", "consumer", DIGITAL, "standard", "2024-08-31", "FI", "S", "24", ""),
    ("DE", DE_OSS, "FI", "consumer", DIGITAL, "standard", "2024-09-01", "FI", "S", "25.5", ""),
    ("DE", DE_OSS, "EE", "consumer", DIGITAL, "standard", "2025-06-30", "EE", "S", "22", ""),
    ("DE", DE_OSS, "EE", "consumer", DIGITAL, "standard", "2025-07-01", "EE", "S", "24", ""),
    ("DE", DE_OSS, "RO", "consumer", DIGITAL, "standard", "2025-08-01", "RO", "S", "21", ""),
    ("DE", DE_OSS, "SK", "consumer", DIGITAL, "standard", "2025-01-01", "SK", "S", "23", ""),
    ("DE", DE_OSS, "NL", "consumer", DIGITAL, "reduced", "2026-06-01", "NL", "S", "9", ""),
    ("NL", NL_DE, "DE", "consumer", DIGITAL, "standard", "2026-06-01", "DE", "S", "19", ""),
    ("NL", NL_DE, "FR", "consumer", DIGITAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    # other services to consumers are taxed where the seller is, and exempt ones are exempt
    ("NL", NL_OSS, "DE", "consumer", GENERAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    ("NL", NL_OSS, "DE", "consumer", DIGITAL, "exempt", "2026-06-01", "NL", "E", "0", "Exempt from VAT"),
    # out of the Union
    ("NL", NL, "US", "business without id", DIGITAL, "standard", "2026-06-01", "NL", "O", "0", ABROAD),
    ("NL", NL, "CH", "consumer", DIGITAL, "standard", "2026-06-01", "NL", "O", "0", ABROAD),
    ("NL", NL, "GB", "business with id", GENERAL, "standard", "2026-06-01", "NL", "O", "0", ABROAD),
    ("NL", NL, "NO", "consumer", GENERAL, "standard", "2026-06-01", "NL", "S", "21", ""),
    ("DE", DE_CH, "CH", "consumer", DIGITAL, "standard", "2026-06-01", "CH", "S", "8.1", ""),
    ("DE", DE_CH, "CH", "business without id", DIGITAL, "standard", "2026-06-01", "DE", "O", "0", ABROAD),
    # a seller outside the Union
    ("GB", GB, "GB", "consumer", DIGITAL, "standard", "2026-06-01", "GB", "S", "20", ""),
    ("GB", GB, "DE", "business with id", DIGITAL, "standard", "2026-06-01", "GB", "O", "0", ABROAD),
    ("GB", GB, "DE", "consumer", GENERAL, "standard", "2026-06-01", "GB", "O", "0", ABROAD),
    ("GB", GB_OSS, "DE", "consumer", DIGITAL, "standard", "2026-06-01", "DE", "S", "19", ""),
    ("GB", GB_OSS, "US", "consumer", DIGITAL, "standard", "2026-06-01", "GB", "O", "0", ABROAD),
    ("US", US_OSS, "FR", "consumer", DIGITAL, "standard", "2026-06-01", "FR", "S", "20", ""),
    ("US", US_OSS, "US", "consumer", DIGITAL, "standard", "2026-06-01", "US", "O", "0", NO_VAT),
    # nobody who is not registered charges VAT
    ("NL", NOWHERE, "NL", "consumer", DIGITAL, "standard", "2026-06-01", "NL", "O", "0", NO_VAT),
    ("NL", NOWHERE, "DE", "business with id", DIGITAL, "standard", "2026-06-01", "NL", "O", "0", NO_VAT),
    ("US", NOWHERE, "FR", "consumer", DIGITAL, "standard", "2026-06-01", "US", "O", "0", NO_VAT),
]


def register(where: str) -> Registration:
    """ "DE" is a registration there; "oss NL" the one-stop shop, declared in the Netherlands."""
    scheme = Scheme.ONE_STOP_SHOP if where.startswith("oss ") else Scheme.LOCAL
    return Registration(where[-2:], f"{where}-1", date(2020, 1, 1), None, scheme)


@pytest.mark.rule("DEM-25", "DEM-64")
@pytest.mark.parametrize(
    ("seller", "registered", "buyer", "who", "kind", "category", "on", "country", "code", "rate", "text"), MATRIX
)
def test_each_case_has_its_country_category_rate_and_words(
    seller: str,
    registered: tuple[str, ...],
    buyer: str,
    who: str,
    kind: SupplyKind,
    category: str,
    on: str,
    country: str,
    code: str,
    rate: str,
    text: str,
) -> None:
    registrations = tuple(register(where) for where in registered)
    supply = Supply(seller, registrations, Party(buyer, *WHO[who]), category, date.fromisoformat(on), kind)

    decision = decide_tax(supply, rates=RATES)

    note = legal_note(decision.treatment)
    assert (decision.country, note.category_code, decision.rate, note.text) == (country, code, Decimal(rate), text)


def test_the_matrix_has_forty_cases_and_none_twice() -> None:
    assert len(MATRIX) == len({row[:7] for row in MATRIX}) >= 40
