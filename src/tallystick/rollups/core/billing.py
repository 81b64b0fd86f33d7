"""The billing rollup: what each account should pay. Rows, filters, totals."""

from collections.abc import Iterable
from typing import NamedTuple

from tallystick.rollups.core.revenue_class import REVENUE_CLASSES, Revenue

BILLING_QUESTION = "What should each account pay?"

BILLED, PARTLY_BILLED, NOT_BILLED_YET, NOTHING_DUE = "billed", "partly_billed", "not_billed_yet", "nothing_due"
#: How far an account was billed for the month, and what that means.
BILLING_STATES: dict[str, str] = {
    BILLED: "What falls due in the month was billed and posted.",
    PARTLY_BILLED: "A document of the month is posted, and more falls due in it that is not.",
    NOT_BILLED_YET: "Something falls due in the month, and no document of it is posted.",
    NOTHING_DUE: "Nothing falls due in the month, such as between two yearly bills.",
}


def find_billing_state(*, has_posted: bool, has_due: bool) -> str:
    """How far an account was billed: by whether documents of the month are posted, and whether more waits to be."""
    if has_posted:
        return PARTLY_BILLED if has_due else BILLED
    return NOT_BILLED_YET if has_due else NOTHING_DUE


class BillingFilters(NamedTuple):
    """Which accounts; empty does not ask.

    `search` is a part of the account's id or name, or of its manager's or admin contact's name or e-mail; `plan` a
    plan's code; `billing_mode` self_serve or managed; `revenue_class` one of REVENUE_CLASSES.
    """

    search: str = ""
    billing_mode: str = ""
    segment: str = ""
    plan: str = ""
    manager_email: str = ""
    revenue_class: str = ""


class RollupAccount(NamedTuple):
    """Who it is: the account, who owns it at the seller, and whom to talk to at the customer (DEM-63)."""

    account_id: int
    external_id: str
    name: str
    currency: str
    billing_mode: str
    segment: str
    manager_name: str
    manager_email: str
    contact_name: str
    contact_email: str


class Asked(NamedTuple):
    """What the documents dated in the month ask for, in minor units: issued less credit notes, and drafts apart."""

    should_pay_minor: int = 0
    drafted_minor: int = 0


class Owed(NamedTuple):
    """What an account owes today, from whatever month, in minor units; `overdue_minor` is the part due before today."""

    receivable_minor: int = 0
    overdue_minor: int = 0


class BillingRow(NamedTuple):
    """One account, amounts in minor units of its currency.

    `plans` are the names of the plans of its running subscriptions, `billing_state` is one of BILLING_STATES. `note`
    says why a value could not be told; such a service adds nothing to MRR.
    """

    account: RollupAccount
    plans: tuple[str, ...]
    asked: Asked
    revenue: Revenue
    owed: Owed
    billing_state: str
    note: str = ""

    @property
    def key(self) -> int:
        """What the next page is asked for by (`after_id`)."""
        return self.account.account_id

    @property
    def should_pay_minor(self) -> int | None:
        """What the documents dated in the month ask for; None while it is not billed yet, as nobody knows it then."""
        return None if self.billing_state == NOT_BILLED_YET else self.asked.should_pay_minor

    @property
    def amounts_minor(self) -> tuple[int | None, ...]:
        """Should pay, drafted, MRR forecast, MRR confirmed, receivable, overdue."""
        _, forecast_minor, confirmed_minor = self.revenue
        return (self.should_pay_minor, self.asked.drafted_minor, forecast_minor, confirmed_minor, *self.owed)


class BillingTotal(NamedTuple):
    """The sums of rows of one currency. `classes` says how many accounts are in each class, in their order.

    `not_billed_accounts` are not billed yet for the month, and `not_billed_mrr_minor` is what they are worth a month.
    """

    currency: str
    accounts: int
    should_pay_minor: int
    drafted_minor: int
    mrr_forecast_minor: int
    mrr_confirmed_minor: int
    receivable_minor: int
    overdue_minor: int
    managed_accounts: int
    not_billed_accounts: int
    not_billed_mrr_minor: int
    classes: tuple[tuple[str, int], ...]


class BillingGroup(NamedTuple):
    """Accounts of one currency with the same revenue and billing state each; what was asked and is owed are sums."""

    currency: str
    is_managed: bool
    accounts: int
    revenue: Revenue
    asked: Asked
    owed: Owed
    billing_state: str


def compute_totals(groups: Iterable[BillingGroup]) -> list[BillingTotal]:
    """Totals by currency, by its code. MRR is rounded for each account, so that a total is the sum of its column."""
    sums: dict[str, list[int]] = {}
    classes: dict[str, dict[str, int]] = {}
    for group in groups:
        revenue_class, forecast, confirmed = group.revenue
        is_not_billed = group.billing_state == NOT_BILLED_YET
        amounts = (
            group.accounts,
            *group.asked,
            forecast * group.accounts,
            confirmed * group.accounts,
            *group.owed,
            group.accounts if group.is_managed else 0,
            group.accounts if is_not_billed else 0,
            forecast * group.accounts if is_not_billed else 0,
        )
        so_far = sums.setdefault(group.currency, [0] * len(amounts))
        for place, amount in enumerate(amounts):
            so_far[place] += amount
        counts = classes.setdefault(group.currency, dict.fromkeys(REVENUE_CLASSES, 0))
        counts[revenue_class] += group.accounts
    return [
        BillingTotal._make((currency, *so_far, tuple(classes[currency].items())))
        for currency, so_far in sorted(sums.items())
    ]
