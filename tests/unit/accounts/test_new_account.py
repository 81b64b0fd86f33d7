"""What can be wrong with an account."""

from typing import Any

import pytest

from tallystick.accounts.core.new_account import (
    AccountTerms,
    ContactDetails,
    NewAccount,
    Party,
    find_account_problems,
    normalize_account,
)

PARTY = Party(name="Cargo Delta", is_business=True, city="Rotterdam", country="NL", email="ap@cargo-delta.example")
SOUND = NewAccount("A-1", PARTY, AccountTerms("EUR"))


def faults(new: NewAccount) -> list[str]:
    return [problem.field for problem in find_account_problems(new)]


def with_party(**changes: Any) -> NewAccount:
    return SOUND._replace(party=PARTY._replace(**changes))


def with_terms(**changes: Any) -> NewAccount:
    return SOUND._replace(terms=SOUND.terms._replace(**changes))


def test_a_sound_account_has_no_problems() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize("external_id", ["", "a" * 81, "a\nb"])
def test_an_account_has_an_id_of_its_source(external_id: str) -> None:
    assert faults(SOUND._replace(external_id=external_id)) == ["external_id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 201}, "name"),
        ({"country": "Netherlands"}, "country"),
        ({"email": "nobody"}, "email"),
        ({"is_business": False, "vat_number": "NL123456782B90"}, "vat_number"),
    ],
)
def test_the_party_is_judged(changes: dict[str, Any], field: str) -> None:
    assert faults(with_party(**changes)) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EURO"}, "currency"),
        ({"billing_mode": "offline"}, "billing_mode"),
        ({"anchor_day": 0}, "anchor_day"),
        ({"anchor_day": 32}, "anchor_day"),
        ({"net_terms_days": 181}, "net_terms_days"),
        ({"net_terms_days": -1}, "net_terms_days"),
        ({"receivable_limit_minor": -1}, "receivable_limit"),
        ({"language": "English"}, "language"),
        ({"segment": "a" * 41}, "segment"),
    ],
)
def test_the_terms_are_judged(changes: dict[str, Any], field: str) -> None:
    assert faults(with_terms(**changes)) == [field]


def test_who_gets_invoices_by_email_has_an_address() -> None:
    assert faults(with_party(email="")) == ["email"]
    assert faults(with_party(email="")._replace(terms=AccountTerms("EUR", is_emailed=False))) == []


def test_who_gets_invoices_by_post_has_a_city_and_a_country() -> None:
    printed = AccountTerms("EUR", is_emailed=False, is_printed=True)
    assert faults(SOUND._replace(terms=printed)) == []
    assert faults(with_party(city="")._replace(terms=printed)) == ["city"]
    assert faults(with_party(country="")._replace(terms=printed)) == ["city"]


def test_contacts_have_a_name_and_fields_that_name_their_role() -> None:
    new = SOUND._replace(
        admin_contact=ContactDetails("", "nobody"), billing_contact=ContactDetails("Ann", "ann@x.example", "1" * 41)
    )
    assert faults(new) == ["admin_name", "admin_email", "billing_phone"]


def test_everything_wrong_is_told_at_once() -> None:
    new = NewAccount("", Party("", country="XX"), AccountTerms("EUR", anchor_day=99))
    assert faults(new) == ["external_id", "name", "country", "anchor_day", "email"]


def test_texts_are_brought_into_normal_form() -> None:
    typed = NewAccount(
        " A-1 ",
        Party(" Cargo Delta ", country=" nl", vat_number="nl 1234.567-82 b90", email=" AP@Cargo.Example"),
        AccountTerms("EUR"),
        admin_contact=ContactDetails(" Ann ", " ANN@x.example ", " 1 "),
        manager_email=" Anna@Acme.Example ",
    )
    new = normalize_account(typed)
    assert new.external_id == "A-1"
    assert new.party[:1] + new.party[5:] == ("Cargo Delta", "NL", "NL123456782B90", "ap@cargo.example")
    assert new.admin_contact == ContactDetails("Ann", "ann@x.example", "1")
    assert new.manager_email == "anna@acme.example"
    assert normalize_account(new) == new
