"""`tallystick fee`: additional fees on the bills of runs."""

from dataclasses import asdict, replace
from typing import Annotated

import typer

from tallystick.catalog.core.fees import NewFeeDefinition, NewFeeRule, parse_total
from tallystick.catalog.operations.set_fee_definition import remove_fee_definition, set_fee_definition
from tallystick.catalog.queries import get_fee_definition, list_fee_definitions
from tallystick.errors import Conflict, NotFound
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor, parse_date
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.interfaces.counts import write_count
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Additional fees on the bills of runs.", no_args_is_help=True)


class LastRule(Conflict):
    """{rule} is the only rule of {code}. Remove the whole definition: tallystick fee remove {code}"""

    code = "last_rule"


CodeArgument = Annotated[str, typer.Argument(help="Code of the fee definition.")]


@app.command("list")
def list_fees(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """All fee definitions with their rules.

    Example: tallystick fee list
    """
    current_actor().require(RECORDS_READ)
    definitions = list_fee_definitions(get_seller(seller).pk)
    if as_json:
        print_json([asdict(each) for each in definitions])
        return
    rows = [
        (each.code, rule.name, rule.service, rule.in_words(), each.valid_from, each.valid_until)
        for each in definitions
        for rule in each.rules
    ]
    print_table("Additional fees", ("Definition", "Fee", "Service", "Who pays it", "From", "Until"), rows)


@app.command("set")
def set_fee(
    code: CodeArgument,
    name: Annotated[str, typer.Option(help="What the invoice says; a rule of that name is replaced, others stay.")],
    service: Annotated[str, typer.Option(help="Code of a service that is sold once: what the fee costs.")],
    presentment: Annotated[str, typer.Option(help="Only accounts with this preference: email or post.")] = "",
    segment: Annotated[str, typer.Option(help="Only accounts of this segment.")] = "",
    plan: Annotated[str, typer.Option(help="Only bills with this plan.")] = "",
    currency: Annotated[str, typer.Option(help="Only accounts in this currency; needed with a total.")] = "",
    total_at_least: Annotated[str, typer.Option(help="Least total of the bill before fees, gross.")] = "",
    total_below: Annotated[str, typer.Option(help="The total of the bill before fees, gross, must be less.")] = "",
    valid_from: Annotated[str, typer.Option(help="First invoice date that the definition counts for.")] = "",
    valid_until: Annotated[str, typer.Option(help="First invoice date that it does not count for.")] = "",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Set one rule of a fee definition, which is created where there is none. It counts from the next run on.

    Example: tallystick fee set paper --name "Paper bill" --service paper-bill --presentment post
    """
    found = get_seller(seller)
    rule = NewFeeRule(
        name,
        service,
        presentment,
        segment,
        plan,
        currency,
        parse_total(total_at_least, currency=currency, field="total_at_least"),
        parse_total(total_below, currency=currency, field="total_below"),
    )
    present = _read(found.pk, code)
    definition = replace(
        present.with_rule(rule),
        valid_from=parse_date(valid_from, field="valid_from") if valid_from else present.valid_from,
        valid_until=parse_date(valid_until, field="valid_until") if valid_until else present.valid_until,
    )
    saved = set_fee_definition(found, definition=definition, actor=current_actor())
    if as_json:
        print_json(asdict(definition))
        return
    say(f"{saved.code} has {write_count(len(definition.rules), noun='rule')}, from the next run on.")


@app.command("name")
def name_fee(
    code: CodeArgument,
    name: Annotated[str, typer.Argument(help="What the definition is called from now on.")],
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Name a fee definition; its rules stay as they are.

    Example: tallystick fee name paper "Paper and post"
    """
    found = get_seller(seller)
    definition = replace(get_fee_definition(found.pk, code=code), name=name)
    set_fee_definition(found, definition=definition, actor=current_actor())
    if as_json:
        print_json(asdict(definition))
    else:
        say(f"{code} is called {name} from now on.")


@app.command("remove")
def remove_fee(
    code: CodeArgument,
    rule: Annotated[str, typer.Option(help="Only the rule of this name; the others stay.")] = "",
    seller: SellerOption = "",
) -> None:
    """Do away with a fee definition, or with one rule of it. Past bills keep their fees.

    Example: tallystick fee remove paper --rule "Paper bill"
    """
    found, actor = get_seller(seller), current_actor()
    if not rule:
        remove_fee_definition(found, code=code, actor=actor)
        say(f"{code} is gone; past bills keep their fees.")
        return
    present = get_fee_definition(found.pk, code=code)
    names = [each.name for each in present.rules]
    if rule not in names:
        raise NotFound(f"{code} has no rule {rule!r}; it has {', '.join(names)}.", field="rule")
    if len(names) == 1:
        raise LastRule(code=code, rule=rule, field="rule")
    set_fee_definition(found, definition=present.without_rule(rule), actor=actor)
    say(f"{rule} is gone from {code}, which has {write_count(len(names) - 1, noun='rule')} left; past bills keep it.")


def _read(seller_id: int, code: str) -> NewFeeDefinition:
    try:
        return get_fee_definition(seller_id, code=code)
    except NotFound:
        return NewFeeDefinition(code, code, ())
