"""`tallystick payment-run retry-rule` and `payment-method limit`: when, and how often, charges are repeated."""

from typing import Annotated

import typer

from tallystick.collection.core.retry_texts import LABELS, read_terms, tell_allowed, write_terms
from tallystick.collection.errors import RetryRuleInvalid
from tallystick.collection.operations.set_retry_rule import set_retry_rule
from tallystick.collection.queries.retries import get_retry_terms
from tallystick.errors import refuse_problems
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.payments.operations.set_failure_limit import set_failure_limit
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller


def retry_rule(
    settings: Annotated[
        list[str] | None, typer.Argument(help="name=value, such as funds_days=2,5; none: show them.")
    ] = None,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show or change when failed charges are tried again.

    Example: tallystick payment-run retry-rule decline_days=1,4,9 holidays=2026-04-27
    """
    actor, chosen = current_actor(), get_seller(seller)
    actor.require(RECORDS_READ)
    if settings:
        texts = dict(text.partition("=")[::2] for text in settings)
        terms, problems = read_terms(texts, old=get_retry_terms(chosen.pk))
        refuse_problems(RetryRuleInvalid, problems)
        set_retry_rule(chosen, terms=terms, at=clock.now(), actor=actor)
    told = get_retry_terms(chosen.pk)
    if as_json:
        print_json(told.as_json())
        return
    values = write_terms(told)
    rows = [(name, values[name], tell_allowed(name), label) for name, label in LABELS.items()]
    print_table(f"Charging again: {chosen.code}", ("Setting", "Is", "May be", "Means"), rows)


def limit(
    method: Annotated[int, typer.Argument(help="The method's id, as `payment-method list` tells it.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the history.")],
    failures: Annotated[
        int | None, typer.Option(help="Failures in a row after which it rests. Default: as the billing rule says.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Give a method a failure limit of its own, or the billing rule's again.

    Example: tallystick payment-method limit 17 --failures 3 --reason "an expensive card"
    """
    changed = set_failure_limit(method, limit=failures, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"id": changed.pk, "label": changed.label, "failure_limit": changed.failure_limit})
        return
    told = "as the billing rule says" if changed.failure_limit is None else f"after {changed.failure_limit} failures"
    say(f"{changed.label} rests {told}.")
