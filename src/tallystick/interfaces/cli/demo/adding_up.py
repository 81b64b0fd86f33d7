"""What the demo adds up to: both rollups, the gap, the check, and the figures that a program reads."""

from typing import Any

from tallystick.accounts.queries import count_accounts
from tallystick.collection.queries.runs import get_payment_run_progress
from tallystick.delivery.queries.deliveries import count_deliveries
from tallystick.interfaces.cli.demo.stage import Stage
from tallystick.interfaces.cli.output import meter, say
from tallystick.interfaces.cli.rollup_output import show_billing_totals, show_gap_totals, show_payment_totals
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.journeys.check_books import INVARIANTS, check_books
from tallystick.ledger.core.chart import RECEIVABLE
from tallystick.ledger.queries.balances import sum_ledger_accounts
from tallystick.plumbing import clock
from tallystick.rollups import queries as rollups
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.queries import count_subscriptions


def show_rollups(stage: Stage) -> None:
    """The totals of both rollups, and why they differ; computed also where nobody reads along."""
    seller = get_seller(stage.seller_code)
    today, month = clock.today(seller.time_zone), stage.company.target_on
    expected = rollups.compute_billing_totals(seller, month=month, as_of=today, actor=stage.finance)
    arrived = rollups.compute_payment_totals(seller, as_of=today, actor=stage.finance)
    missing = rollups.compute_gap_totals(seller, month=month, as_of=today, actor=stage.finance)
    if stage.tells:
        say(f"{rollups.BILLING_QUESTION} {month:%B %Y}")
        show_billing_totals(expected)
        say(f"\n{rollups.PAYMENTS_QUESTION}")
        show_payment_totals(arrived)
        say(f"\n{rollups.GAP_QUESTION}")
        show_gap_totals(missing)


def check(stage: Stage) -> str:
    """Prove the books; "ok" or "broken"."""
    with meter("Checking") as progress:
        breaches = list(check_books(actor=stage.finance))
        found = write_count(len(breaches), noun="breach", nouns="breaches")
        progress.finish(f"{write_count(len(INVARIANTS), noun='invariant')}, {found}")
    for breach in breaches[:20]:
        stage.tell(f"  broken: {breach}")
    stage.tell(f"{len(INVARIANTS)} invariants hold." if not breaches else f"{found}!")
    return "broken" if breaches else "ok"


def compute_figures(stage: Stage, *, bill_run_id: int, payment_run_id: int, check: str) -> dict[str, Any]:
    """The demo in figures, amounts in minor units of the company's currency."""
    seller = get_seller(stage.seller_code)
    billed = get_run_progress(bill_run_id)
    collected = get_payment_run_progress(payment_run_id)
    sent = {each.channel: each.deliveries for each in count_deliveries(bill_run_id) if each.status == "sent"}
    books = {each.ledger_account: each.amount_minor for each in sum_ledger_accounts(seller.code)}
    return {
        "seller": seller.code,
        "currency": seller.currency,
        "accounts": count_accounts(seller.pk),
        "subscriptions": count_subscriptions(seller.pk),
        "invoices_posted": billed.posted_documents,
        "invoiced_minor": sum(total.gross_minor for total in billed.totals),
        "emailed": sent.get("email", 0),
        "printed": sent.get("print", 0),
        "tried": sum(total.payments + total.errors + total.pending for total in collected.totals),
        "collected_minor": sum(total.payments_minor for total in collected.totals),
        "payments_failed": sum(total.errors for total in collected.totals),
        "failed_minor": sum(total.errors_minor for total in collected.totals),
        "open_receivable_minor": books.get(RECEIVABLE, 0),
        "check": check,
        "is_ok": check == "ok",
    }
