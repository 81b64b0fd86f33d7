"""How a page of the portal is drawn: in the customer's language, under the seller's name and color."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation.trans_real import parse_accept_lang_header

from tallystick.access.queries import OwnAccount
from tallystick.interfaces.portal.words.languages import choose_phrases, get_phrases
from tallystick.interfaces.portal.words.phrases import Phrases
from tallystick.sellers.core.contrast import choose_ink
from tallystick.sellers.queries import get_current_profile, list_sellers


def draw_portal_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    account: OwnAccount | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page about an account, or one before anybody is known: then it is the browser's language, and the seller's
    name only where there is but one."""
    phrases = get_phrases(account.language) if account is not None else read_phrases(request)
    seller_id = account.seller_id if account is not None else _find_only_seller()
    seller = get_current_profile(seller_id) if seller_id is not None else None
    color = seller.brand_color if seller is not None else "#1f4e79"
    return render(
        request,
        f"portal/{template}.html",
        {
            **context,
            "say": phrases,
            "seller": seller,
            "account": account,
            "questions": phrases.questions.format(email=seller.email) if seller is not None and seller.email else "",
            "brand_color": color,
            "brand_ink": choose_ink(color),
        },
        status=status,
    )


def read_phrases(request: HttpRequest) -> Phrases:
    """The first language of the browser that we speak."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200])
    return choose_phrases([code for code, _ in accepted])


def _find_only_seller() -> int | None:
    sellers = list_sellers()
    return sellers[0].pk if len(sellers) == 1 else None
