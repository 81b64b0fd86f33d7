"""What is filled in for an action on a subscription: just the fields that its kind asks for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from tallystick.catalog.models import Plan, Service
from tallystick.catalog.queries import list_plan_services
from tallystick.errors import InvalidInput
from tallystick.interfaces.console.filling import PlainForm
from tallystick.interfaces.console.formats import write_day, write_quantity
from tallystick.subscriptions.core.action_kinds import ASKED_FIELDS, KINDS, ONE_SERVICE_KINDS
from tallystick.subscriptions.core.actions import Action, AmendedTerms, Placement
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import Subscription, SubscriptionService

_SCHEMES = (("", "As it is"), ("normal", "Normal: bill runs bill it"), ("prepaid", "Prepaid: from the account's funds"))
_ONE = ("service", "quantity", "price", "description", "external_id")
_TERMS = {
    "scheme": "Scheme",
    "plan": "Plan",
    "interval_months": "Billed every so many months",
    "anchor_day": "Cycle day",
}


class ActionForm(PlainForm):
    """One action of a kind on a subscription."""

    on = forms.DateField(label="From", help_text="A day to come schedules it: it is done and billed on that day.")
    until_on = forms.DateField(label="First day without it again", required=False)
    reason = forms.CharField(label="Why", max_length=200, help_text="Stays in the history of the subscription.")

    def __init__(self, *args: Any, subscription: Subscription, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = KINDS[kind]
        self._code, self._is_one = kind, kind in ONE_SERVICE_KINDS
        self._own = _list_own(subscription)
        self._places = list_plan_services(subscription.plan_id)
        sections: list[tuple[str, list[str]]] = []
        if self.kind.is_about_services:
            sections.append(("Which", self._add_about()))
        if "terms" in self.kind.asks:
            sections.append(("New terms", self._add_terms(subscription)))
        if self.kind.adds:
            sections += [("What", self._add_one())] if self._is_one else self._add_several()
        if "components" in self.kind.asks:
            sections.append(("The bundle covers", self._add_components(subscription)))
        if "placements" in self.kind.asks:
            sections.append(("Where it is", self._add_placements()))
        when = ["on", "until_on"] if "until_on" in self.kind.asks else ["on"]
        self.sections = [*sections, ("When and why", [*when, "reason"])]
        for name in set(self.fields) - {name for _, names in self.sections for name in names}:
            del self.fields[name]

    def read_action(self) -> Action:
        """The action that was filled in; raises InvalidInput for what can't be read."""
        given, on = self.cleaned_data, self.cleaned_data["on"]
        about = given.get("about") or []
        ids = tuple(int(each) for each in ([about] if isinstance(about, str) else about))
        asked: dict[str, Any] = {"until_on": given.get("until_on")}
        if "terms" in self.kind.asks:
            terms = {name: given[f"terms_{name}"] or None for name in AmendedTerms._fields}
            asked["terms"] = AmendedTerms(**terms) if any(terms.values()) else None
        if "components" in self.kind.asks:
            asked["components"] = tuple(given["components"])
        if "placements" in self.kind.asks:
            asked["placements"] = tuple(self._read_placements())
        asked = {name: value for name, value in asked.items() if name in ASKED_FIELDS and value}
        services = self._read_services(ids) if self.kind.adds else ()
        return Action(self._code, on, services, ids, **asked)

    @property
    def aliases(self) -> Mapping[str, str]:
        """From the field that a refusal names to the one here."""
        names = {"services": "service", "service_ids": "about", "subscription_service": "about"}
        parts = {"service": "service", "line": "external_id", "unit_price": "price", "starts_on": "on"}
        if self._is_one:
            names |= {f"services.0.{name}": name for name in _ONE}
            return names | {f"services.0.{part}": name for part, name in parts.items()}
        if self.is_bound and self.is_valid():
            for place, code in enumerate(self._list_taken()):
                names |= {f"services.{place}.{part}": f"{code}-taken" for part in ("service", "starts_on", "line")}
                names |= {f"services.{place}.quantity": f"{code}-quantity"}
                names |= {f"services.{place}.unit_price": f"{code}-price"}
        return names | {f"terms.{name}": f"terms_{name}" for name in AmendedTerms._fields}

    def _add_about(self) -> list[str]:
        choices = [(str(each.pk), _name(each)) for each in self._own]
        if self._is_one:
            self.fields["about"] = forms.ChoiceField(label="Which service", choices=choices)
        else:
            self.fields["about"] = forms.MultipleChoiceField(
                label="Which services", choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )
        return ["about"]

    def _add_one(self) -> list[str]:
        sold = [(place.service.code, place.service.name) for place in self._places]
        same = [("", "The same service")] if self.kind.is_about_services else []
        self.fields["service"] = forms.ChoiceField(label="Service", choices=same + sold, required=not same)
        self.fields["quantity"] = forms.DecimalField(label="Quantity", initial=1)
        self.fields["price"] = _price_field()
        self.fields["description"] = forms.CharField(
            label="On the invoice", required=False, max_length=160, help_text="Empty: the service's name."
        )
        self.fields["external_id"] = forms.CharField(
            label="Id", required=False, max_length=80, help_text="Tells it from others. Empty: the service's code."
        )
        return list(_ONE)

    def _add_several(self) -> list[tuple[str, list[str]]]:
        drawn = []
        for place in self._places:
            code, name = place.service.code, place.service.name
            self.fields[f"{code}-taken"] = forms.BooleanField(label=f"Add {name}", required=False)
            self.fields[f"{code}-quantity"] = forms.DecimalField(label="Quantity", initial=1, required=False)
            self.fields[f"{code}-price"] = _price_field()
            drawn.append((name, [f"{code}-taken", f"{code}-quantity", f"{code}-price"]))
        return drawn

    def _add_terms(self, subscription: Subscription) -> list[str]:
        plans = Plan.objects.filter(seller_id=subscription.account.seller_id).order_by("name")
        choices = {
            "scheme": _SCHEMES,
            "plan": (("", "As it is"), *((plan.code, plan.name) for plan in plans)),
        }
        for name in AmendedTerms._fields:
            label = _TERMS.get(name, name.replace("_", " ").capitalize())
            self.fields[f"terms_{name}"] = (
                forms.ChoiceField(label=label, choices=choices[name], required=False)
                if name in choices
                else forms.IntegerField(label=label, required=False, help_text="Empty: as it is.")
            )
        return [f"terms_{name}" for name in AmendedTerms._fields]

    def _add_components(self, subscription: Subscription) -> list[str]:
        sold = Service.objects.filter(seller_id=subscription.account.seller_id).order_by("name")
        self.fields["components"] = forms.MultipleChoiceField(
            label="Services that it covers from then on",
            choices=[(each.code, each.name) for each in sold],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        return ["components"]

    def _add_placements(self) -> list[str]:
        for each in self._own:
            self.fields[f"placed-{each.pk}"] = forms.CharField(
                label=str(each.service),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="One item or location on each line, with how many: SN-4711 2.",
            )
        return [f"placed-{each.pk}" for each in self._own]

    def _list_taken(self) -> list[str]:
        codes = [place.service.code for place in self._places]
        return [code for code in codes if self.cleaned_data.get(f"{code}-taken")]

    def _read_services(self, ids: tuple[int, ...]) -> tuple[NewService, ...]:
        given, on = self.cleaned_data, self.cleaned_data["on"]
        if not self._is_one:
            return tuple(
                NewService(
                    code,
                    on,
                    quantity=given[f"{code}-quantity"] or Decimal(1),
                    unit_price_override=given[f"{code}-price"],
                )
                for code in self._list_taken()
            )
        codes = {each.pk: each.service.code for each in self._own}
        return (
            NewService(
                given["service"] or (codes.get(ids[0], "") if ids else ""),
                on,
                quantity=given["quantity"],
                unit_price_override=given["price"],
                description=given["description"],
                external_id=given["external_id"],
            ),
        )

    def _read_placements(self) -> list[Placement]:
        found = []
        for each in self._own:
            for line in self.cleaned_data[f"placed-{each.pk}"].splitlines():
                item, _, text = line.strip().rpartition(" ")
                quantity = _read_quantity(text)
                if quantity is None:
                    told = f"{line.strip()!r} is not an item with how many, such as SN-4711 2."
                    raise InvalidInput(told, field=f"placed-{each.pk}")
                found.append(Placement(each.pk, item.strip(), quantity))
        return found


def _list_own(subscription: Subscription) -> list[SubscriptionService]:
    own = SubscriptionService.objects.filter(subscription=subscription).exclude(status="ended")
    return list(own.select_related("service").order_by("pk"))


def _name(service: SubscriptionService) -> str:
    state = "" if service.status == "effective" else f", {service.status.replace('_', ' ')}"
    name = service.description or service.service.name
    return f"{name}, {write_quantity(service.quantity)} since {write_day(service.starts_on)}{state}"


def _read_quantity(text: str) -> Decimal | None:
    try:
        quantity = Decimal(text)
    except InvalidOperation:
        return None
    return quantity if quantity.is_finite() else None


def _price_field() -> forms.DecimalField:
    return forms.DecimalField(label="Agreed unit price", required=False, help_text="Empty: the list price.")
