"""The command palette: pages by title, records by what people have at hand (a number, a name, an id)."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.dataclasses import SearchResult

from tallystick.accounts.models import Account
from tallystick.collection.models import PaymentRun
from tallystick.interfaces.console.acting import may
from tallystick.interfaces.console.navigation import list_entries
from tallystick.invoicing.models import BillRun, Document
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.subscriptions.models import Subscription

_MOST_OF_A_KIND = 8


def find(request: HttpRequest) -> HttpResponseBase:
    """Pages and records that the words may mean, as Unfold's palette draws them."""
    words = request.GET.get("s", "").strip()
    if not words:
        return HttpResponse()
    began = time.perf_counter()
    found = list(_find_pages(request, words))
    if may(request, permission=RECORDS_READ):
        found += [*_find_accounts(words), *_find_documents(words), *_find_runs(words), *_find_subscriptions(words)]
    if not found:
        return TemplateResponse(request, "console/parts/palette_empty.html", {"words": words})
    pages = Paginator(found, len(found))
    took = time.perf_counter() - began
    context = {"page_obj": pages, "results": pages.page(1), "page_counter": 0, "execution_time": took}
    return TemplateResponse(request, "unfold/helpers/command_results.html", context, headers={"HX-Trigger": "search"})


def _find_pages(request: HttpRequest, words: str) -> Iterator[SearchResult]:
    for group, entries in list_entries(request):
        for entry in entries:
            if words.lower() in entry.title.lower():
                yield SearchResult(entry.title, group or "Start", reverse(f"admin:{entry.name}"), entry.icon)


def _find_accounts(words: str) -> Iterator[SearchResult]:
    rows = Account.objects.filter(Q(external_id__iexact=words) | Q(name__icontains=words)).order_by("name", "id")
    for account in rows[:_MOST_OF_A_KIND]:
        href = reverse("admin:account", args=[account.pk])
        yield SearchResult(account.name, f"Account {account.external_id}", href, "group")


def _find_documents(words: str) -> Iterator[SearchResult]:
    rows = Document.objects.filter(number__istartswith=words).select_related("account").order_by("number")
    for document in rows[:_MOST_OF_A_KIND]:
        href = reverse("admin:invoice", args=[document.pk])
        yield SearchResult(str(document), f"Invoice of {document.account.name}", href, "receipt_long")


def _find_runs(words: str) -> Iterator[SearchResult]:
    for run in BillRun.objects.filter(number__icontains=words).order_by("-id")[:_MOST_OF_A_KIND]:
        yield SearchResult(run.number, "Bill run", reverse("admin:bill_run", args=[run.pk]), "play_circle")
    for payment_run in PaymentRun.objects.filter(number__icontains=words).order_by("-id")[:_MOST_OF_A_KIND]:
        href = reverse("admin:payment_run", args=[payment_run.pk])
        yield SearchResult(payment_run.number, "Payment run", href, "sync_alt")


def _find_subscriptions(words: str) -> Iterator[SearchResult]:
    rows = Subscription.objects.filter(external_id__iexact=words).select_related("account").order_by("id")
    for subscription in rows[:_MOST_OF_A_KIND]:
        href = reverse("admin:subscription", args=[subscription.pk])
        yield SearchResult(subscription.external_id, f"Subscription of {subscription.account.name}", href, "autorenew")
