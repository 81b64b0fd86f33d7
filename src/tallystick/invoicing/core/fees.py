"""Additional fees on the bill of a run: each on an invoice of its own (CRM-31..33). Pure.

They are added to a bill that is assembled, never to one that came to nothing, and never to the bill of an action.
"""

from datetime import date, timedelta

from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import AccountToBill
from tallystick.invoicing.core.credit_rules import INVOICE
from tallystick.invoicing.core.draft import DraftBill, DraftDocument, DraftLine
from tallystick.invoicing.core.fee_terms import PricedFee, is_met
from tallystick.invoicing.core.per_invoice import PartlyDrafted
from tallystick.invoicing.core.taxing import compute_tax_lines
from tallystick.periods.anchor import Cycle
from tallystick.rating.charge import Charge, rate
from tallystick.rating.terms import ServiceTerms

FEE = "fee"


def add_fees(bill: DraftBill, *, account: AccountToBill, invoice_on: date) -> DraftBill:
    """The bill with the fees that it bears; raises the refusals of rating and taxes (a fee without a price)."""
    fees = compute_fees(bill, account=account, invoice_on=invoice_on)
    return bill._replace(documents=(*bill.documents, *fees)) if fees else bill


def add_possible_fees(drafted: PartlyDrafted, *, account: AccountToBill, invoice_on: date) -> PartlyDrafted:
    """The same where what fails leaves out its own invoices only (ZUO-13): then the fees, with the reason."""
    try:
        return drafted._replace(bill=add_fees(drafted.bill, account=account, invoice_on=invoice_on))
    except Refusal as refusal:
        return drafted._replace(reasons=(*drafted.reasons, str(refusal)))


def compute_fees(
    bill: DraftBill, *, account: AccountToBill, invoice_on: date, hold_kind: str = ""
) -> tuple[DraftDocument, ...]:
    """One invoice for each rule that the bill meets. Conditions look at the bill before fees; no bill, no fee.

    A fee that costs nothing is left out. They claim no service period, so that a run that is canceled and run again
    charges the same. Until they are posted they hold what the funds test counted for them (`hold_kind`).
    """
    terms = account.fee_terms
    if terms is None or not bill.documents:
        return ()
    total = sum(
        document.gross_minor if document.kind == INVOICE else -document.gross_minor for document in bill.documents
    )
    billed = {move.subscription_service_id for move in bill.moves}
    plan_ids = {each.plan_id for each in account.services if each.terms.subscription_service_id in billed}
    documents = []
    for fee in terms.fees:
        if is_met(fee.rule, payer=terms.payer, plan_ids=plan_ids, total_minor=total, on=invoice_on):
            documents += [_draft_fee(account, fee, charge, invoice_on, hold_kind) for charge in _rate(fee, invoice_on)]
    return tuple(documents)


def _rate(fee: PricedFee, on: date) -> list[Charge]:
    terms = ServiceTerms(
        subscription_service_id=0,
        quantity=1,
        cycle=Cycle(on, 1, 1),
        prices=fee.prices,
        override_price=None,
        discounts=(),
        starts_on=on,
        is_one_off=True,
        service=f"the fee {fee.rule.name}",
    )
    return [charge for charge in rate(terms, on) if charge.amount_minor]


def _draft_fee(
    account: AccountToBill, fee: PricedFee, charge: Charge, invoice_on: date, hold_kind: str
) -> DraftDocument:
    tax = account.taxes(fee.service.tax_category, fee.service.supply_kind, invoice_on)
    line = DraftLine(
        kind=FEE,
        subscription_service_id=None,
        description=fee.rule.name,
        period_start_on=None,
        period_end_on=None,
        quantity=charge.quantity,
        unit_price=charge.unit_price,
        part_days=0,
        full_days=0,
        percent=None,
        percent_of_minor=0,
        net_minor=charge.amount_minor,
        treatment=tax.treatment,
        tax_rate=tax.rate,
        revenue_code=fee.service.revenue_code,
        registration=tax.registration,
    )
    tax_lines = compute_tax_lines([line])
    tax_minor = sum(each.tax_minor for each in tax_lines)
    return DraftDocument(
        account_id=account.account_id,
        collection_method=account.collection_method,
        due_on=invoice_on + timedelta(days=account.net_terms_days[account.collection_method]),
        net_minor=charge.amount_minor,
        tax_minor=tax_minor,
        gross_minor=charge.amount_minor + tax_minor,
        lines=(line,),
        tax_lines=tax_lines,
        claims=(),
        hold_kind=hold_kind,
    )
