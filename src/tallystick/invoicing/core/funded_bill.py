"""A bill with its fees, where funds bound it: the fees are tested with what bears them (CRM-32). Pure.

Which fees a bill bears depends on what is renewed, and what is renewed on what fees take: so the bill is assembled
again with its fees set aside until nothing new comes in. What is set aside never shrinks, so that this ends.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tallystick.accounts.core.funding import INVOICED, POSTPAID_MODES
from tallystick.credit.core.model_tests import PAY_BEFORE, POSTBILL, AccountFunds, passes_pay_after, passes_pay_before
from tallystick.credit.core.purse import Purse
from tallystick.invoicing.core.assembly import AccountToBill, assemble_bill
from tallystick.invoicing.core.credit_rules import INVOICE
from tallystick.invoicing.core.draft import DraftBill, DraftDocument
from tallystick.invoicing.core.fees import add_fees, compute_fees

CREDIT = "credit"


class _Tested(NamedTuple):
    """A bill without its fees, the fees, and the funds with those set aside."""

    bill: DraftBill
    fees: tuple[DraftDocument, ...]
    funds: AccountFunds


def assemble_bill_with_fees(account: AccountToBill, *, target_on: date, invoice_on: date) -> DraftBill:
    """What a run drafts for an account as a whole: what passes its funds tests, and the fees of that.

    A fee never breaks a limit, unless the seller does not count fees: services that leave no room for the fees of
    their bill are not renewed, and a bill of what is free bears no fee that does not fit. What collecting should bring
    in (`shortfall_minor`) covers the fees. Raises the refusals of rating and taxes.
    """
    terms, funds = account.fee_terms, account.funds
    if terms is None or funds is None or not terms.is_tested:
        bill = assemble_bill(account, target_on=target_on, invoice_on=invoice_on)
        return add_fees(bill, account=account, invoice_on=invoice_on)
    tested = _test(account, funds, target_on, invoice_on)
    bill = tested.bill
    if bill.shortfall_minor:
        missing_minor = _compute_shortfall(account, funds, bill.shortfall_minor, target_on, invoice_on)
        bill = bill._replace(shortfall_minor=missing_minor)
    if not tested.fees or not _has_room(account, tested):
        return bill
    return bill._replace(documents=(*bill.documents, *tested.fees))


def _test(account: AccountToBill, funds: AccountFunds, target_on: date, invoice_on: date) -> _Tested:
    while True:
        bill = assemble_bill(account._replace(funds=funds), target_on=target_on, invoice_on=invoice_on)
        hold_kind = _hold_kind(account, funds, bill)
        fees = compute_fees(bill, account=account, invoice_on=invoice_on, hold_kind=hold_kind)
        gross_minor = _sum_gross(fees)
        is_before = hold_kind == CREDIT
        aside = (gross_minor, 0) if is_before else (0, gross_minor)
        before_minor = max(funds.fees_before_minor, aside[0])
        after_minor = max(funds.fees_after_minor, aside[1])
        if (before_minor, after_minor) == (funds.fees_before_minor, funds.fees_after_minor):
            return _Tested(bill, fees, funds)
        funds = funds._replace(fees_before_minor=before_minor, fees_after_minor=after_minor)


def _hold_kind(account: AccountToBill, funds: AccountFunds, bill: DraftBill) -> str:
    """Fees are paid as the bill is: by credit where all of it is paid before, else as what is paid after."""
    models = _list_models(account, bill)
    if funds.policy == INVOICED and models == {PAY_BEFORE}:
        return CREDIT
    return funds.hold_kind


def _list_models(account: AccountToBill, bill: DraftBill) -> set[str]:
    """The billing models of what a bill renews."""
    billed = {move.subscription_service_id for move in bill.moves}
    return {each.billing_model for each in account.services if each.terms.subscription_service_id in billed}


def _compute_shortfall(
    account: AccountToBill, funds: AccountFunds, missing_minor: int, target_on: date, invoice_on: date
) -> int:
    """What is missing for all that is paid before, with the fees of the bill that it would then be."""
    while True:
        richer = funds._replace(
            balance_minor=funds.balance_minor + missing_minor,
            free_credit_minor=funds.free_credit_minor + missing_minor,
        )
        more_minor = _test(account, richer, target_on, invoice_on).bill.shortfall_minor
        if not more_minor:
            return missing_minor
        missing_minor += more_minor


def _has_room(account: AccountToBill, tested: _Tested) -> bool:
    """Whether fees fit beside what was renewed. Where something was tested, they were set aside; this is for bills of
    what is free. What is billed afterwards is tested by what was owed before, with fees as without."""
    bill, fees, funds = tested
    total_minor = _sum_gross(bill.documents)
    fees_minor = _sum_gross(fees)
    if not Purse(funds).has_room(total_minor + fees_minor):
        return False
    if fees[0].hold_kind == CREDIT and funds.policy == INVOICED:
        return passes_pay_before(total_minor + fees_minor, available_minor=funds.own_minor)
    if funds.policy in POSTPAID_MODES or POSTBILL in _list_models(account, bill):
        return True
    debt_minor = funds.debt_minor + total_minor
    return passes_pay_after(fees_minor, debt_minor=debt_minor, limit_minor=funds.limit_minor)


def _sum_gross(documents: Sequence[DraftDocument]) -> int:
    return sum(each.gross_minor if each.kind == INVOICE else -each.gross_minor for each in documents)
