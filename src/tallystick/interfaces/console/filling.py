"""Pages with a form whose answer is one operation: what was refused stays in the form, the reason beside the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from tallystick.errors import Refusal
from tallystick.interfaces.console.acting import show_refusal
from tallystick.interfaces.console.chrome import Crumb, draw_page

Filled = TypeVar("Filled", bound=forms.Form)
Result = TypeVar("Result")


Sections = Sequence[tuple[str, Sequence[str]]]


class PlainForm(forms.Form):
    """A form with dates as the browser picks them. `sections` says in which order and under which headings to draw."""

    sections: Sections = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def list_sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Headings with their fields; all of them under none where no sections are said."""
        sections = self.sections or (("", list(self.fields)),)
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in sections]


@dataclass(frozen=True)
class Filling(Generic[Filled, Result]):
    """A form on its page. `act` calls the operation, `done` says what came of it, `go` is where to look at it.

    `ask` is for what must not happen by a slip: a question about what was filled in, which has to be answered first.
    `beside` is a template that explains the choice below the form.
    """

    title: str
    intro: str
    button: str
    crumbs: Sequence[Crumb]
    act: Callable[[Filled], Result]
    done: Callable[[Result], str]
    go: Callable[[Result], str]
    aliases: Mapping[str, str] | None = None
    ask: Callable[[Filled], str] | None = None
    beside: str = ""


def fill(request: HttpRequest, *, form: Filled, filling: Filling[Filled, Result]) -> HttpResponseBase:
    """Draw the form, or do what it asks for and go on."""
    if request.method == "POST" and form.is_valid():
        question = filling.ask(form) if filling.ask else ""
        if question != request.POST.get("asked", ""):
            return _draw(request, form, filling, question)
        try:
            result = filling.act(form)
        except Refusal as refusal:
            show_refusal(form, refusal=refusal, aliases=filling.aliases)
        else:
            messages.success(request, filling.done(result))
            return redirect(filling.go(result))
    return _draw(request, form, filling, "")


def _draw(request: HttpRequest, form: Filled, filling: Filling[Filled, Result], question: str) -> HttpResponseBase:
    context = {"form": form, "filling": filling, "back": filling.crumbs[-1].address, "question": question}
    return draw_page(request, template="console/form.html", title=filling.title, crumbs=filling.crumbs, context=context)
