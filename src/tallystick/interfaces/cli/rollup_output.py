"""How rollups are printed: tables for people, and plain values for programs."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from tallystick.interfaces.cli.output import money, print_table, say
from tallystick.interfaces.counts import write_count
from tallystick.rollups import queries as rollups

WAYS_OF_PAYING = {"self_serve": "self-serve", "managed": "managed"}


def show_billing(rows: Sequence[rollups.BillingRow], totals: Iterable[rollups.BillingTotal], *, month: date) -> None:
    """Print the billing rollup."""
    print_table(
        f"{rollups.BILLING_QUESTION} {month:%B %Y}",
        ("Account, plan", "How they pay", "Revenue class", "Manager", "Contact", "Should pay", "MRR", "Owes"),
        [
            (
                "\n".join((f"{row.account.external_id} {row.account.name}", *row.plans)),
                WAYS_OF_PAYING[row.account.billing_mode],
                rollups.CLASS_WORDS[row.revenue.revenue_class],
                row.account.manager_name or row.account.manager_email,
                row.account.contact_name or row.account.contact_email,
                _write_should_pay(row),
                money(row.revenue.mrr_forecast_minor, row.account.currency),
                _write_owed(row),
            )
            for row in rows
        ],
        right=("Should pay", "MRR", "Owes"),
    )
    show_billing_totals(totals)


def show_billing_totals(totals: Iterable[rollups.BillingTotal]) -> None:
    """Print what everybody should pay together."""
    for total in totals:
        say(
            f"{write_count(total.accounts, noun='account')}, {total.managed_accounts:,} of them managed: "
            f"should pay {money(total.should_pay_minor, total.currency)}{_write_not_billed(total)}, "
            f"MRR {money(total.mrr_forecast_minor, total.currency)} "
            f"(confirmed {money(total.mrr_confirmed_minor, total.currency)}), "
            f"owe {money(total.receivable_minor, total.currency)}, "
            f"overdue {money(total.overdue_minor, total.currency)}"
        )


def _write_should_pay(row: rollups.BillingRow) -> str:
    if row.should_pay_minor is None:
        return "not billed yet"
    return money(row.should_pay_minor, row.account.currency)


def _write_owed(row: rollups.BillingRow) -> str:
    owed, overdue = (money(amount, row.account.currency) for amount in row.owed)
    return f"{owed}\noverdue {overdue}" if row.owed.overdue_minor else owed


def _write_not_billed(total: rollups.BillingTotal) -> str:
    if not total.not_billed_accounts:
        return ""
    mrr = money(total.not_billed_mrr_minor, total.currency)
    return f" ({total.not_billed_accounts:,} not billed yet, MRR {mrr})"


def show_payments(
    rows: Sequence[rollups.PaymentRow], totals: Iterable[rollups.PaymentTotal], *, month: date | None
) -> None:
    """Print the payments rollup, of one month or of all."""
    print_table(
        f"{rollups.PAYMENTS_QUESTION} {f'{month:%B %Y}' if month else 'All months'}",
        ("Day", "Account", "Invoices", "Amount", "Status", "By", "Reference", "Why"),
        [
            (
                row.on,
                f"{row.account_external_id} {row.account_name}",
                ", ".join(each.number for each in row.invoices),
                _write_amount(row),
                row.bucket,
                row.method_label or rollups.PAYMENT_WAYS[row.way].lower(),
                "\n".join(part for part in (row.reference, row.dashboard_url) if part),
                row.why,
            )
            for row in rows
        ],
        right=("Amount",),
    )
    show_payment_totals(totals)


def _write_amount(row: rollups.PaymentRow) -> str:
    parts = (
        (row.given_back_minor - row.taken_back_minor, "given back"),
        (row.taken_back_minor, "taken back"),
        (row.unused_minor, "without invoice"),
    )
    notes = [f"{money(minor, row.currency)} {words}" for minor, words in parts if minor > 0]
    return "\n".join((money(row.amount_minor, row.currency), *notes))


def show_payment_totals(totals: Iterable[rollups.PaymentTotal]) -> None:
    """Print how many payments are in which bucket."""
    for total in totals:
        parts = ((total.given_back_minor, "went back"), (total.unused_minor, "without invoice"))
        notes = "".join(f", {money(minor, total.currency)} {words}" for minor, words in parts if minor)
        say(f"{total.payments:,} {total.bucket}: {money(total.amount_minor, total.currency)}{notes}")


def show_gap(rows: Sequence[rollups.GapRow], totals: Iterable[rollups.GapTotal], *, month: date) -> None:
    """Print the gap."""
    print_table(
        f"{rollups.GAP_QUESTION} {month:%B %Y}",
        ("Account", "Asked for", "Arrived", "Missing", "Why"),
        [
            (
                f"{row.account.external_id} {row.account.name}",
                money(row.expected_minor, row.account.currency),
                money(row.gateway_minor + row.transfer_minor + row.from_before_minor, row.account.currency),
                money(row.difference_minor, row.account.currency),
                "; ".join(f"{rollups.GAP_REASONS[each.reason]}: {each.why}" for each in row.reasons),
            )
            for row in rows
        ],
        right=("Asked for", "Arrived", "Missing"),
    )
    show_gap_totals(totals)


def show_nothing_asked(state: rollups.MonthState, *, month: date) -> None:
    """Say of a month without posted documents that nothing could arrive for it, and what to do next."""
    if state.has_drafts:
        say(f"Nothing was asked for in {month:%B %Y} yet: its invoices are drafts.")
        say("Next: tallystick bill-run list, then bill-run review NUMBER and bill-run post NUMBER")
    else:
        say(f"Nothing was asked for in {month:%B %Y}: no invoice is dated in it.")
        say(f"Next: tallystick bill-run create --target {_last_day(month)}")


def _last_day(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1) - timedelta(days=1)


def show_gap_totals(totals: Iterable[rollups.GapTotal]) -> None:
    """Print what is missing in each currency, and why."""
    for total in totals:
        say(
            f"{money(total.expected_minor, total.currency)} asked for, "
            f"{money(total.gateway_minor, total.currency)} arrived by gateway, "
            f"{money(total.transfer_minor, total.currency)} by transfer, "
            f"{money(total.from_before_minor, total.currency)} credit from before: "
            f"{money(total.difference_minor, total.currency)} missing "
            f"from {write_count(total.accounts_with_gap, noun='account')}"
        )
        for each in total.reasons:
            say(
                f"  {rollups.GAP_REASONS[each.reason]}: {money(each.amount_minor, total.currency)} "
                f"from {write_count(each.accounts, noun='account')}"
            )


def billing_as_json(row: rollups.BillingRow) -> dict[str, Any]:
    """A row of the billing rollup; what it should pay is null while it is not billed yet."""
    parts = (row.account, row.asked, row.revenue, row.owed)
    merged = {name: value for part in parts for name, value in part._asdict().items()}
    told = {"billing_state": row.billing_state, "should_pay_minor": row.should_pay_minor}
    return {**merged, **told, "plans": row.plans, "note": row.note}


def payment_as_json(row: rollups.PaymentRow) -> dict[str, Any]:
    """A row of the payments rollup."""
    return {**row._asdict(), "invoices": [each.number for each in row.invoices]}


def gap_as_json(row: rollups.GapRow) -> dict[str, Any]:
    """A row of the gap, with its reasons."""
    reasons = [{**each._asdict(), "invoices": [invoice.number for invoice in each.invoices]} for each in row.reasons]
    return {**row._asdict(), "account": row.account._asdict(), "reasons": reasons}


def total_as_json(value: Any) -> dict[str, Any]:
    """A total of any rollup."""
    plain: dict[str, Any] = value._asdict()
    if isinstance(value, rollups.GapTotal):
        plain["reasons"] = [each._asdict() for each in value.reasons]
    if isinstance(value, rollups.BillingTotal):
        plain["classes"] = dict(value.classes)
    return plain
