"""`check` as a page: prove the invariants on the whole database, or name every row that breaks one."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from django.http import HttpRequest, HttpResponseBase

from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import draw_page, needs
from tallystick.journeys.check_books import INVARIANTS, check_books
from tallystick.ledger.core.breach import Breach
from tallystick.plumbing.permissions import LEDGER_CHECK

_MOST = 500


@needs(LEDGER_CHECK)
def show_check(request: HttpRequest) -> HttpResponseBase:
    """What is proven; on demand (POST), the proof, since it reads every row."""
    context: dict[str, object] = {"invariants": INVARIANTS.items(), "is_proven": request.method == "POST"}
    if request.method == "POST":
        breaches = list(islice(check_books(actor=get_actor(request)), _MOST + 1))
        by_invariant: dict[int, list[Breach]] = defaultdict(list)
        for breach in breaches[:_MOST]:
            by_invariant[breach.invariant].append(breach)
        context["results"] = [(number, words, by_invariant[number]) for number, words in INVARIANTS.items()]
        context["breaches"] = len(breaches)
        context["has_more"] = len(breaches) > _MOST
    return draw_page(request, template="console/check.html", title="Check", context=context)
