"""What is due, the documents, the payment methods."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from tallystick.documents.queries import get_document_pdf
from tallystick.interfaces.portal.drawing import draw_portal_page
from tallystick.interfaces.portal.pages.paying import read_told
from tallystick.interfaces.portal.paying_reads import read_paying
from tallystick.interfaces.portal.reads import list_shown_accounts, list_shown_documents, read_due
from tallystick.interfaces.portal.signing_in import get_own_account, list_own_accounts, signed_in
from tallystick.interfaces.portal.words.languages import get_phrases
from tallystick.interfaces.portal.words.subscribing_languages import SUBSCRIBING
from tallystick.invoicing.queries.customer_documents import find_customer_document


@require_GET
@signed_in
def show_home(request: HttpRequest, account_id: int | None = None) -> HttpResponseBase:
    """An account: what is to be paid and how, its documents, what it pays with; of several the longest in debt."""
    shown = list_shown_accounts(list_own_accounts(request))
    account, _ = get_own_account(request, account_id or shown[0].account.id)
    say = get_phrases(account.language)
    paying = read_paying(account, say=say)
    told, is_good_news = read_told(request, words=paying.words)
    before = request.GET.get("before", "")
    documents = list_shown_documents(account, say=say, before_id=int(before) if before.isdecimal() else None)
    context = {
        "own": shown,
        "due": read_due(account, say=say),
        "documents": documents.rows,
        "older_than": documents.older_than,
        "paying": paying,
        "told": told,
        "is_good_news": is_good_news,
        "subscription_words": SUBSCRIBING[say.language],
    }
    return draw_portal_page(request, "home", context, account=account)


@require_GET
@signed_in
def download_document(request: HttpRequest, account_id: int, document_id: int) -> HttpResponseBase:
    """The PDF of a document of theirs; of another's there is none."""
    account, _ = get_own_account(request, account_id)
    document = find_customer_document(account.id, document_id=document_id)
    if document is None:
        raise Http404
    response = HttpResponse(get_document_pdf(document.id), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    return response
