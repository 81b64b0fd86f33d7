"""`tallystick seller`: list, show, update, billing-rule."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Any

import typer

from tallystick.errors import refuse_problems
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.interfaces.cli.times import write_instant
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SELLERS_WRITE
from tallystick.sellers.core.billing_fields import FIELDS, read_settings, tell_allowed
from tallystick.sellers.core.new_seller import ONE_STOP_SHOP, BankDetails, BillingTerms, ProfileText, Registration
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.operations.change_seller_profile import change_seller_profile
from tallystick.sellers.operations.change_seller_settings import SellerSettings, change_seller_settings
from tallystick.sellers.operations.set_billing_rule import set_billing_rule
from tallystick.sellers.queries import (
    get_billing_rule,
    get_current_profile,
    get_seller,
    list_bank_accounts,
    list_seller_events,
    list_sellers,
    list_vat_registrations,
)

app = typer.Typer(help="Who bills. A new one is made by `import seller FILE`.", no_args_is_help=True)

CodeArgument = Annotated[str, typer.Argument(help="The seller's code; may be left out while there is only one.")]


@app.command("list")
def list_all(as_json: JsonOption = False) -> None:
    """All sellers.

    Example: tallystick seller list
    """
    current_actor().require(RECORDS_READ)
    rows = [
        (each.code, get_current_profile(each.pk).legal_name, each.currency, each.time_zone) for each in list_sellers()
    ]
    if as_json:
        print_json([dict(zip(("code", "legal_name", "currency", "time_zone"), row, strict=True)) for row in rows])
    else:
        print_table("Sellers", ("Code", "Name", "Currency", "Time zone"), rows)


@app.command()
def show(code: CodeArgument = "", as_json: JsonOption = False) -> None:
    """A seller with its legal texts, billing rule, registrations, bank accounts, and what was changed lately.

    Example: tallystick seller show
    """
    current_actor().require(RECORDS_READ)
    told = _describe(get_seller(code))
    if as_json:
        print_json(told)
        return
    say(f"[bold]{told['code']}[/bold] bills in {told['currency']}, its days are those of {told['time_zone']}")
    for part in ("profile", "billing_rule"):
        for name, value in told[part].items():
            if value != "":
                say(f"  {name.replace('_', ' ')}: {value}")
    for registration in told["vat_registrations"]:
        scheme = ", one-stop shop" if registration["scheme"] == ONE_STOP_SHOP else ""
        number, country, starts_on = (registration[name] for name in ("number", "country", "starts_on"))
        say(f"  VAT number {number} of {country} from {starts_on}{scheme}")
    for account in told["bank_accounts"]:
        say(f"  bank account {account['iban']} for {account['currency']}")
    _show_events(told["events"], time_zone=told["time_zone"])


def _show_events(events: Sequence[dict[str, Any]], *, time_zone: str) -> None:
    if events:
        say(f"  What happened, by the clock of {time_zone}:")
    for event in events:
        say(
            f"  {write_instant(event['at'], time_zone=time_zone)}  {event['event']} by {event['by']}: {event['detail']}"
        )


@app.command()
def update(
    code: CodeArgument = "",
    legal_name: Annotated[str | None, typer.Option(help="As invoices print it.")] = None,
    street: Annotated[str | None, typer.Option(help="Street and number.")] = None,
    postcode: Annotated[str | None, typer.Option(help="Postcode.")] = None,
    city: Annotated[str | None, typer.Option(help="City.")] = None,
    country: Annotated[str | None, typer.Option(help="Two-letter code.")] = None,
    registration_number: Annotated[str | None, typer.Option(help="In the trade register.")] = None,
    email: Annotated[str | None, typer.Option(help="Where customers write to.")] = None,
    phone: Annotated[str | None, typer.Option(help="Where customers call.")] = None,
    website: Annotated[str | None, typer.Option(help="Its address.")] = None,
    brand_color: Annotated[str | None, typer.Option(help="Such as #1f4e79.")] = None,
    footer_text: Annotated[str | None, typer.Option(help="At the foot of every page.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="Such as Europe/Amsterdam; decides which day it is.")] = None,
    email_domain: Annotated[str | None, typer.Option(help="Where account managers have their addresses.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Change legal texts or settings; what is left out stays. Posted documents keep the texts of their day.

    Example: tallystick seller update --city Utrecht
    """
    given = {name: value for name, value in locals().items() if name not in ("code", "as_json") and value is not None}
    actor = current_actor()
    actor.require(SELLERS_WRITE)
    seller = get_seller(code)
    settings = SellerSettings(seller.time_zone, seller.email_domain)
    changed = settings._replace(**{name: given.pop(name) for name in settings._fields if name in given})
    present = get_current_profile(seller.pk)
    texts = {each.name: getattr(present, each.name) for each in fields(ProfileText)}
    change_seller_profile(seller, profile=ProfileText(**{**texts, **given}), at=clock.now(), actor=actor)
    change_seller_settings(seller, settings=changed, at=clock.now(), actor=actor)
    if as_json:
        print_json(_describe(get_seller(seller.code)))
    else:
        say(f"{seller.code} is up to date.")


@app.command("billing-rule")
def change_billing_rule(
    settings: Annotated[list[str] | None, typer.Argument(help="name=value, any number; none: show them.")] = None,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show how a seller bills and what each setting may be, or change settings; what is left out stays.

    Example: tallystick seller billing-rule credit_rule=grouped longest_rest_days=90
    """
    actor = current_actor()
    actor.require(SELLERS_WRITE if settings else RECORDS_READ)
    chosen = get_seller(seller)
    if settings:
        values, problems = read_settings(settings)
        refuse_problems(SellerInvalid, problems)
        terms = BillingTerms(**{**_pick(get_billing_rule(chosen.pk), BillingTerms), **values})
        set_billing_rule(chosen, terms=terms, at=clock.now(), actor=actor)
    rule = _pick(get_billing_rule(chosen.pk), BillingTerms)
    if as_json:
        print_json(rule)
    else:
        rows = [(name, _write(rule[name]), tell_allowed(told), told.label) for name, told in FIELDS.items()]
        print_table(f"How {chosen.code} bills", ("Setting", "Is", "May be", "What it is"), rows)


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _describe(seller: Any) -> dict[str, Any]:
    return {
        "code": seller.code,
        "currency": seller.currency,
        "time_zone": seller.time_zone,
        "email_domain": seller.email_domain,
        "profile": _pick(get_current_profile(seller.pk), ProfileText),
        "billing_rule": _pick(get_billing_rule(seller.pk), BillingTerms),
        "vat_registrations": [_pick(each, Registration) for each in list_vat_registrations(seller.pk)],
        "bank_accounts": [_pick(each, BankDetails) for each in list_bank_accounts(seller.pk)],
        "events": [
            {"event": each.event, "detail": each.detail, "at": each.at, "by": each.actor_label}
            for each in list_seller_events(seller.pk)
        ],
    }


def _pick(row: Any, shape: type[Any]) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(shape)}
