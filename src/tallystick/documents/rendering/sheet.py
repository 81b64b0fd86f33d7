"""From a view to the sheet: every text that the template prints, in the view's language, as plain JSON values."""

import re
from typing import Any

from tallystick.documents.core.languages.chosen import get_words
from tallystick.documents.core.view import Address, DocumentView
from tallystick.documents.core.words import Words
from tallystick.documents.rendering.formats import breakable, write_country, write_date, write_money, write_month
from tallystick.documents.rendering.sheet_payment import compose_payment
from tallystick.documents.rendering.sheet_tables import compose_groups, compose_sums, compose_tax_summary, has_rates

Sheet = dict[str, Any]

DEFAULT_ACCENT = "#1f4e79"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# Where the city stands before the postcode. Everywhere else we bill it follows it.
_CITY_FIRST = frozenset({"US", "CA", "AU", "NZ", "GB", "IE", "IN", "SG"})


def compose_sheet(view: DocumentView) -> Sheet:
    """All texts of one document, written out; the template adds nothing but their places."""
    words = get_words(view.language)
    kind = words.kinds[view.kind]
    return {
        "language": words.code,
        "accent": view.seller.brand_color if _COLOR.fullmatch(view.seller.brand_color) else DEFAULT_ACCENT,
        "watermark": _watermark(view, words),
        "title": kind.title,
        "number": view.number,
        "subject": f"{kind.title} {view.number or words.draft_subject}, {view.buyer.name}",
        "seller": {
            "name": view.seller.legal_name,
            "contact": _join(view.seller.website, view.seller.email, view.seller.phone),
            "return_line": _join(view.seller.legal_name, *_address_lines(view.seller.address, "", words)),
        },
        "buyer": [breakable(view.buyer.name), *_address_lines(view.buyer.address, view.seller.address.country, words)],
        "buyer_vat": f"{words.vat_number} {view.buyer.vat_number}" if view.buyer.vat_number else "",
        "facts": _compose_facts(view, words),
        "amount": {
            "label": kind.amount,
            "value": _write_asked(view, words),
            "due_label": "" if view.is_credit else words.due_on,
            "due": "" if view.is_credit else write_date(view.due_on, locale=words.locale),
        },
        "payment": compose_payment(view, words=words),
        "table": _compose_table(view, words),
        "groups": compose_groups(view, words=words),
        "sums": compose_sums(view, words=words),
        "taxes": compose_tax_summary(view, words=words),
        "footer": _compose_footer(view, words),
        "page": words.page,
    }


def _watermark(view: DocumentView, words: Words) -> str:
    return {"draft": words.draft, "canceled": words.canceled, "voided": words.canceled}.get(view.status, "")


def _write_asked(view: DocumentView, words: Words) -> str:
    minor = view.gross_minor if view.is_credit else view.open_minor
    return write_money(minor, currency=view.currency, locale=words.locale)


def _compose_facts(view: DocumentView, words: Words) -> list[list[str]]:
    kind = words.kinds[view.kind]
    facts = [
        [kind.number, breakable(view.number) or words.number_follows],
        [kind.issued_on, write_date(view.invoice_on, locale=words.locale)],
        [words.customer_number, breakable(view.buyer.account_reference)],
        [words.statement_of, write_month(view.statement_month_on, locale=words.locale)],
        *_compose_corrected(view, words),
        [words.buyer_reference, breakable(view.buyer.reference)],
    ]
    return [fact for fact in facts if fact[1]]


def _compose_corrected(view: DocumentView, words: Words) -> list[list[str]]:
    corrected = view.corrects
    if corrected is None:
        return []
    written = words.corrected_document.format(
        number=breakable(corrected.number), date=write_date(corrected.invoice_on, locale=words.locale)
    )
    return [[words.corrects[corrected.kind], written]]


def _compose_table(view: DocumentView, words: Words) -> Sheet:
    table = words.table
    has_shares = any(line.share_days for group in view.groups for line in group.lines)
    return {
        "description": table.description,
        "quantity": table.quantity,
        "unit_price": table.unit_price,
        "share": table.share if has_shares else "",
        "vat": table.vat if has_rates(view) else "",
        "amount": table.amount.format(currency=view.currency),
    }


def _compose_footer(view: DocumentView, words: Words) -> list[str]:
    seller = view.seller
    own = [f"{words.registration_number} {seller.registration_number}"] if seller.registration_number else []
    own += [f"{words.vat_number} {number}" for number in seller.vat_numbers]
    country = write_country(seller.address.country, locale=words.locale) if seller.address.country else ""
    return [
        line
        for line in (
            _join(seller.legal_name, *_address_lines(seller.address, "", words), country),
            _join(*own),
            seller.footer_text,
        )
        if line
    ]


def _address_lines(address: Address, home_country: str, words: Words) -> list[str]:
    """Street, city, and the country unless it is that of the sender or nobody asked for it ("")."""
    places = [address.city, address.postcode] if address.country in _CITY_FIRST else [address.postcode, address.city]
    lines = [*address.street.splitlines(), " ".join(place for place in places if place)]
    if home_country and address.country and address.country != home_country:
        lines.append(write_country(address.country, locale=words.locale))
    return [line for line in lines if line]


def _join(*parts: str) -> str:
    """With dots between; lines break at the dots only."""
    return " · ".join(part.replace(" ", "\u00a0") for part in parts if part)
