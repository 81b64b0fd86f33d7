"""Pages behind a signed address, for who need not sign in: an invoice or a payment link, seen, downloaded and paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tallystick.access.queries import OwnAccount
from tallystick.accounts.queries import get_account_by_id
from tallystick.documents.queries import get_document_pdf
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.errors import Refusal
from tallystick.interfaces.portal.drawing import draw_portal_page
from tallystick.interfaces.portal.page_tokens import LINK, Subject, read_token
from tallystick.interfaces.portal.words.languages import get_phrases
from tallystick.interfaces.portal.words.pay_page import PAY_PAGE, PayPagePhrases
from tallystick.interfaces.portal.words.paying import PAYING
from tallystick.interfaces.record_links import get_site_address
from tallystick.invoicing.queries.customer_documents import CustomerDocument, find_issued_document, find_paid_days
from tallystick.journeys.issue_link import list_asked, read_state
from tallystick.journeys.pay_on_page import Asked, find_due_now, follow_page, open_pay_page
from tallystick.journeys.record_money import DOCUMENT
from tallystick.payments.errors import LinkMissing
from tallystick.payments.queries.pages import find_page, get_link
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor

_ATTEMPT = "00000000-0000-0000-0000-000000000000"
_TOLD = ("paid", "waiting", "not_done", "changed", "failed")
_GOOD = ("paid", "waiting")
_CLOSED = ("canceled", "expired")
_OF_STATUS = {"succeeded": "paid", "processing": "waiting", "unknown": "waiting", "failed": "failed"}


class Opened(NamedTuple):
    """What a signed page is about: whose it is, what it asks for, its documents; `state` of a link, else "open"."""

    account: OwnAccount
    asked: Asked
    documents: list[CustomerDocument]
    state: str


@require_GET
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """What is to be paid, or that it is paid; the documents to download."""
    opened = _open(read_token(token))
    account = opened.account
    say = get_phrases(account.language)
    words = PAY_PAGE[say.language]
    due = find_due_now(opened.asked)
    told = request.GET.get("told", "")
    is_settled = opened.state == "paid" or not due.amount_minor
    may_pay = opened.state == "open" and not is_settled and not due.is_under_way
    amount = write_money(due.amount_minor, currency=account.currency, locale=say.locale)
    standing = "" if may_pay else words.settled if is_settled else words.under_way
    is_closed = opened.state in _CLOSED
    if is_closed:
        standing = words.closed
    context = {
        "words": words,
        "token": token,
        "what": opened.asked.description,
        "amount": "" if is_settled or is_closed else amount,
        "asked_minor": due.amount_minor,
        "button": PAYING[say.language].pay.format(amount=amount) if may_pay else "",
        "standing": standing,
        "told": getattr(words, told) if told in _TOLD else "",
        "is_good_news": told in _GOOD,
        "documents": _list_dated(opened.documents, words, say.locale),
    }
    return _keep_private(draw_portal_page(request, "pay_page", context, account=account))


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponseBase:
    """Lead to the gateway's page, for what was shown or not at all."""
    opened = _open(read_token(token))
    if opened.state != "open":
        return _go_back(token, "changed")
    path = reverse("pay:return", args=[token, _ATTEMPT]).replace(_ATTEMPT, "{attempt}")
    try:
        page = open_pay_page(
            opened.asked,
            asked_minor=_read_minor(request.POST.get("asked", "")),
            return_url=f"{get_site_address(request)}{path}",
            at=clock.now(),
            actor=system_actor("a customer on a pay page"),
        )
    except Refusal as refusal:
        told = "changed" if refusal.code in ("amount_has_changed", "nothing_to_pay") else "not_done"
        return _go_back(token, "waiting" if refusal.code == "already_being_paid" else told)
    response = HttpResponseRedirect(page.action_url)
    response.status_code = 303
    return _keep_private(response)


@require_GET
def come_back(request: HttpRequest, token: str, attempt_id: UUID) -> HttpResponseBase:
    """Back from the gateway's page, which proves nothing: the gateway is asked."""
    opened = _open(read_token(token))
    page = find_page(str(attempt_id))
    if page is None or page.attempt.account_id != opened.account.id:
        raise Http404
    status = follow_page(page.attempt_id, at=clock.now(), actor=system_actor("a customer who came back"))
    return _go_back(token, _OF_STATUS.get(status, "not_done"))


@require_GET
def download(request: HttpRequest, token: str, document_id: int) -> HttpResponseBase:
    """The PDF of a document of that page; of another there is none."""
    for document in _open(read_token(token)).documents:
        if document.id == document_id:
            response = HttpResponse(get_document_pdf(document.id), content_type="application/pdf")
            response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
            return _keep_private(response)
    raise Http404


def _list_dated(
    documents: Sequence[CustomerDocument], words: PayPagePhrases, locale: str
) -> list[tuple[CustomerDocument, str]]:
    """Each with when it is due, or was paid; with nothing where it was settled otherwise."""
    paid_on = find_paid_days([each.id for each in documents if each.open_minor <= 0])

    def tell(document: CustomerDocument) -> str:
        if document.open_minor > 0:
            return words.due_on.format(date=write_date(document.due_on, locale=locale))
        day = paid_on.get(document.id)
        return words.paid_on.format(date=write_date(day, locale=locale)) if day else ""

    return [(each, tell(each)) for each in documents]


def _open(subject: Subject) -> Opened:
    if subject.kind == LINK:
        return _open_link(subject.id)
    document = find_issued_document(subject.id)
    if document is None:
        raise Http404
    shares = ((f"{DOCUMENT}{document.shown.id}", document.shown.open_minor),)
    asked = Asked(document.account_id, shares if document.shown.open_minor > 0 else (), document.shown.number)
    return Opened(_get_own(document.account_id), asked, [document.shown], "open")


def _open_link(link_id: int) -> Opened:
    try:
        link = get_link(link_id)
    except LinkMissing:
        raise Http404 from None
    asked = Asked(link.account_id, list_asked(link), link.description, link.pk)
    found = [
        find_issued_document(int(purpose.removeprefix(DOCUMENT)))
        for purpose, _ in asked.shares
        if purpose.startswith(DOCUMENT)
    ]
    state = read_state(link, at=clock.now())
    # one that is canceled may have gone to the wrong person: it shows nothing more
    is_shown = state not in _CLOSED
    documents = [each.shown for each in found if is_shown and each is not None and each.account_id == link.account_id]
    return Opened(_get_own(link.account_id), asked, documents, state)


def _read_minor(asked: str) -> int:
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 18 else 0


def _go_back(token: str, told: str) -> HttpResponse:
    return _keep_private(HttpResponseRedirect(f"{reverse('pay:page', args=[token])}?told={told}"))


def _keep_private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    return response


def _get_own(account_id: int) -> OwnAccount:
    """The account as its customers know it."""
    account = get_account_by_id(account_id)
    return OwnAccount(
        account.pk,
        account.external_id,
        account.name,
        account.currency,
        account.language,
        account.seller_id,
        account.seller.time_zone,
    )
