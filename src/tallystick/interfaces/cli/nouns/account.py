"""`tallystick account`: what an account may spend, and how much it may owe."""

from typing import Annotated

import typer

from tallystick.accounts.core.funding import FundingTerms
from tallystick.accounts.operations.close_account import close_account, reopen_account
from tallystick.accounts.operations.set_funding_policy import set_funding_policy
from tallystick.accounts.queries import get_account
from tallystick.credit.operations.restrict_spending import lift_restriction, restrict_spending
from tallystick.credit.queries import get_funds
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor, parse_date
from tallystick.interfaces.cli.nouns.account_mode import set_managed, set_self_serve
from tallystick.interfaces.cli.output import money, print_json, print_table, say
from tallystick.interfaces.cli.overpaying import ask_about_rest
from tallystick.interfaces.shares import read_shares
from tallystick.journeys.record_transfer import record_account_transfer
from tallystick.money.amount import parse_minor
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_RECORD, RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Accounts: what they may spend and owe, and who moves their money.", no_args_is_help=True)
app.command("set-managed")(set_managed)
app.command("set-self-serve")(set_self_serve)

AccountArgument = Annotated[str, typer.Argument(help="The account's id, as it is called where it came from.")]


@app.command()
def funds(account: AccountArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """What an account may spend under its funding policy.

    Example: tallystick account funds C-1001
    """
    current_actor().require(RECORDS_READ)
    found = get_funds(get_account(get_seller(seller).pk, external_id=account))
    if as_json:
        print_json({"account": account, **found._asdict()})
        return
    rows = [
        ("Funding policy", found.funding_policy.replace("_", " ")),
        ("Balance", money(found.balance_minor, found.currency)),
        ("Drawn, not yet asked for", money(found.unbilled_minor, found.currency)),
        ("Held by drafts", money(found.held_minor, found.currency)),
        ("Limit", "none" if found.limit_minor is None else money(found.limit_minor, found.currency)),
        (
            "May spend on renewals" if found.restricts else "May spend",
            "without a bound" if found.spendable_minor is None else money(found.spendable_minor, found.currency),
        ),
    ]
    if found.restriction:
        rows.append(("Restricted by staff", f"no {found.restricts.replace(' and ', ' and no ')}: {found.restriction}"))
    print_table(f"Funds of {account}", ("What", "Amount"), rows, right=("Amount",))


@app.command()
def fund(
    account: AccountArgument,
    policy: Annotated[str, typer.Option(help="invoiced, prepaid, credit_limit or postpaid.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the account's history.")],
    limit: Annotated[str, typer.Option(help="The credit limit, or the receivable limit of an invoiced account.")] = "",
    term: Annotated[int | None, typer.Option(help="Days until due, of a credit limit.")] = None,
    grace: Annotated[int | None, typer.Option(help="Days from due to blocked, of a credit limit.")] = None,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Set how much an account may owe, at once. One postpaid mode is switched off before the other is switched on.

    Example: tallystick account fund C-1001 --policy credit_limit --limit 100 --term 14 --grace 14 --reason "Agreed"
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    limit_minor = parse_minor(limit, found.currency) if limit else None
    is_credit_limit = policy == "credit_limit"
    terms = FundingTerms(
        policy,
        receivable_limit_minor=None if is_credit_limit else limit_minor,
        credit_limit_minor=limit_minor if is_credit_limit else None,
        credit_term_days=term,
        credit_grace_days=grace,
    )
    changed = set_funding_policy(found.pk, terms=terms, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"account": account, **terms._asdict()})
        return
    say(f"{changed.name} is {policy.replace('_', ' ')} from now on.")


@app.command()
def restrict(
    account: AccountArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays in the account's history.")],
    purchases: Annotated[bool, typer.Option("--purchases", help="Stop new purchases.")] = False,
    renewals: Annotated[bool, typer.Option("--renewals", help="Stop renewals.")] = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Restrict an unlimited postpaid account, at once.

    Example: tallystick account restrict C-1001 --renewals --reason "Fraud is suspected"
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    restrict_spending(
        found.pk,
        stops_purchases=purchases,
        stops_renewals=renewals,
        reason=reason,
        at=clock.now(),
        actor=current_actor(),
    )
    if as_json:
        print_json({"account": account, "stops_purchases": purchases, "stops_renewals": renewals, "reason": reason})
        return
    say(f"{found.name} is restricted from now on.")


@app.command()
def lift(
    account: AccountArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays in the account's history.")],
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a restricted account spend again.

    Example: tallystick account lift C-1001 --reason "Cleared up"
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    lift_restriction(found.pk, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"account": account, "stops_purchases": False, "stops_renewals": False, "reason": reason})
        return
    say(f"{found.name} is not restricted any more.")


@app.command()
def close(
    account: AccountArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays in the account's history.")],
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let an account take nothing new: what was agreed is billed and collected until it is ended.

    Example: tallystick account close C-1001 --reason "The bakery was sold"
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    close_account(found.pk, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"account": account, "is_closed": True})
        return
    say(f"{found.name} takes nothing new from now on.")


@app.command()
def reopen(
    account: AccountArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays in the account's history.")],
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a closed account take something new again.

    Example: tallystick account reopen C-1001 --reason "A new owner"
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    reopen_account(found.pk, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"account": account, "is_closed": False})
        return
    say(f"{found.name} may take something new again.")


@app.command()
def pay(
    account: AccountArgument,
    amount: Annotated[str, typer.Option(help="How much arrived, in the account's currency, such as 25.00.")],
    reference: Annotated[str, typer.Option(help="What tells it at the bank.")] = "",
    on: Annotated[str, typer.Option(help="The day on which it arrived; today unless given.")] = "",
    for_invoices: Annotated[
        list[str] | None, typer.Option("--for", help="So much of it for an invoice, as INV-000001=10.00; repeatable.")
    ] = None,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Record a bank transfer that names no invoice: it settles the oldest due, the rest is credit of the account.

    Asks first where it is more than the account owes: what is left becomes credit.

    Example: tallystick account pay C-1001 --amount 25.00 --reference "statement 17" --yes
    """
    actor, paying = current_actor(), get_account(get_seller(seller).pk, external_id=account)
    actor.require(PAYMENTS_RECORD)
    amount_minor = parse_minor(amount, paying.currency)
    ask_about_rest(paying, amount_minor=amount_minor, yes=yes)
    transfer = record_account_transfer(
        paying.pk,
        amount_minor=amount_minor,
        reference=reference,
        received_on=parse_date(on, field="on") if on else None,
        shares=read_shares(for_invoices or (), currency=paying.currency, seller_code=paying.seller.code),
        at=clock.now(),
        actor=actor,
    )
    if as_json:
        print_json({"account": account, **transfer._asdict(), "currency": paying.currency})
    else:
        balance = money(get_funds(paying).balance_minor, paying.currency)
        say(f"{money(transfer.amount_minor, paying.currency)} arrived from {account}; its balance is {balance} now.")
