"""How capabilities of setting up are used: sellers, what they sell, taxes, fees, people and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from tallystick.sellers.core.new_seller import BillingTerms
from tests.support.ways import ApiCall, ConsolePage, Ways

COLOR: Final = {"brand_color": "#1f4e79"}
SELLER: Final = {
    "code": "gracht",
    "currency": "EUR",
    "time_zone": "UTC",
    "legal_name": "Gracht",
    "country": "NL",
    **COLOR,
}
RULE: Final = {
    **{name: str(value) for name, value in asdict(BillingTerms()).items() if value and value is not True},
    "net_terms_automatic_days": "0",
    "net_terms_remittance_days": "21",
    "reactivation_most_overdue_minor": "0",
}

SETUP_WAYS: Final[Mapping[str, Ways]] = {
    "add a service": Ways(
        ApiCall("POST", "/services", {"code": "desk", "name": "Desk"}),
        console=ConsolePage("services/new/", {"code": "desk", "name": "Desk"}),
    ),
    "add a plan": Ways(
        ApiCall("POST", "/plans", {"code": "gold", "name": "Gold"}),
        console=ConsolePage("plans/new/", {"code": "gold", "name": "Gold"}),
    ),
    "add a price": Ways(
        ApiCall(
            "POST", "/prices", {"service": "seat", "currency": "USD", "unit_price": "9", "valid_from": "2026-01-01"}
        ),
        console=ConsolePage("services/{service_id}/prices/new/", {"currency": "USD", "unit_price": "9"}),
    ),
    "end a price": Ways(
        ApiCall("POST", "/prices/{price_id}/end", {"valid_until": "2027-01-01"}),
        console=ConsolePage("prices/{price_id}/end/", {"valid_until": "2027-01-01"}),
    ),
    "make a seller": Ways(
        ApiCall("POST", "/sellers", {"code": "gracht", "currency": "EUR", "legal_name": "Gracht", "country": "NL"}),
        console=ConsolePage("sellers/new/", SELLER),
    ),
    "change legal texts": Ways(
        ApiCall("PATCH", "/sellers/{seller_code}/profile", {"city": "Utrecht"}),
        cli=("seller", "update", "--city", "Utrecht"),
        console=ConsolePage("sellers/{seller_id}/change/", {"legal_name": "Acme", "country": "NL", **COLOR}),
    ),
    "change a seller's settings": Ways(
        ApiCall("PATCH", "/sellers/{seller_code}", {"time_zone": "UTC"}),
        cli=("seller", "update", "--time-zone", "UTC"),
        console=ConsolePage("sellers/{seller_id}/settings/", {"time_zone": "UTC", "email_domain": "acme.example"}),
    ),
    "change a billing rule": Ways(
        ApiCall("PATCH", "/sellers/{seller_code}/billing-rule", {"net_terms_remittance_days": 21}),
        console=ConsolePage("sellers/{seller_id}/billing-rule/", RULE),
    ),
    "add a bank account": Ways(
        ApiCall(
            "POST",
            "/sellers/{seller_code}/bank-accounts",
            {"currency": "GBP", "holder": "Acme", "iban": "NL91ABNA0417164300"},
        ),
        console=ConsolePage(
            "sellers/{seller_id}/bank-accounts/new/",
            {"currency": "GBP", "holder": "Acme", "iban": "NL91ABNA0417164300"},
        ),
    ),
    "add a VAT registration": Ways(
        ApiCall(
            "POST",
            "/sellers/{seller_code}/vat-registrations",
            {"country": "DE", "number": "DE123456789", "starts_on": "2026-01-01"},
        ),
        console=ConsolePage(
            "sellers/{seller_id}/vat-registrations/new/",
            {"country": "DE", "number": "DE123456789", "starts_on": "2026-01-01"},
        ),
    ),
    "set a tax rate": Ways(
        ApiCall("PUT", "/tax-rates", {"country": "SE", "rate": "25", "valid_from": "2026-01-01"}),
        cli=("tax-rate", "set", "SE", "25", "--from", "2026-01-01"),
        console=ConsolePage(
            "tax-rates/new/",
            {
                "seller": "{seller_id}",
                "country": "SE",
                "category": "standard",
                "rate": "25",
                "valid_from": "2026-01-01",
            },
        ),
    ),
    "look at staff users": Ways(ApiCall("GET", "/staff-users"), cli=("staff", "list"), console=ConsolePage("people/")),
    "make a staff user": Ways(
        ApiCall("POST", "/staff-users", {"email": "kim@acme.example", "role": "clerk"}),
        cli=("staff", "create", "kim@acme.example", "--role", "clerk", "--no-password"),
        console=ConsolePage("people/add/", {"email": "kim@acme.example", "role": "clerk", "name": "Kim Lee"}),
    ),
    "give a role": Ways(
        ApiCall("PUT", "/staff-users/{colleague_id}/role", {"role": "clerk"}),
        cli=("staff", "role", "{colleague}", "clerk"),
        console=ConsolePage("people/{colleague_id}/role/", {"role": "clerk"}),
    ),
    "take a role": Ways(
        ApiCall("DELETE", "/staff-users/{colleague_id}/role"),
        cli=("staff", "remove", "{colleague}"),
        console=ConsolePage("people/{colleague_id}/role/take/", {}),
    ),
    "issue an API key": Ways(
        ApiCall("POST", "/api-keys", {"name": "export", "scopes": ["records.read"]}),
        cli=("api-key", "issue", "export", "--scope", "records.read"),
        console=ConsolePage("api-keys/issue/", {"name": "export", "scopes": "records.read"}),
    ),
    "revoke an API key": Ways(
        ApiCall("POST", "/api-keys/{key_id}/revoke"),
        cli=("api-key", "revoke", "{key_id}"),
        console=ConsolePage("api-keys/{key_id}/revoke/", {}),
    ),
    "set a reason code": Ways(
        ApiCall("PUT", "/sellers/{seller_code}/reason-codes/{reason_code}", {"name": "In a good mood"}),
        console=ConsolePage("sellers/{seller_id}/reason-codes/", {"code": "mood", "name": "In a good mood"}),
    ),
    "look at a bundle": Ways(
        ApiCall("GET", "/services/{service_code}/components"), console=ConsolePage("services/{service_id}/")
    ),
    "set a bundle": Ways(
        ApiCall("PUT", "/services/{service_code}/components", {"components": []}),
        console=ConsolePage("services/{service_id}/components/", {"components": ""}),
    ),
    "make a monthly price": Ways(
        ApiCall("POST", "/prices/{price_id}/monthly"), console=ConsolePage("prices/{price_id}/monthly/", {})
    ),
    "set the list price rule": Ways(
        ApiCall("PUT", "/sellers/{seller_code}/list-price-rule", {"markup_percent": "15", "step": "1"}),
        console=ConsolePage("list-price-rule/", {"seller": "{seller_id}", "markup_percent": "15", "step": "1"}),
    ),
    "look at fees": Ways(ApiCall("GET", "/fee-definitions"), cli=("fee", "list"), console=ConsolePage("fees/")),
    "set a fee": Ways(
        ApiCall(
            "PUT",
            "/fee-definitions/{fee_code}",
            {"name": "Paper", "rules": [{"name": "Paper bill", "service": "paper"}]},
        ),
        cli=("fee", "set", "paper", "--name", "Paper bill", "--service", "paper"),
        console=ConsolePage("fees/new/", {"code": "paper", "name": "Paper bill"}),
    ),
    "remove a fee": Ways(
        ApiCall("DELETE", "/fee-definitions/{fee_code}"),
        cli=("fee", "remove", "paper"),
        console=ConsolePage("fees/remove/", {"code": "paper", "name": "Paper bill"}),
    ),
}
