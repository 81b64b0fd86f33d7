"""The billing rollup: what each account should pay. Rows, filters, totals."""

from collections.abc import Iterable
from typing import NamedTuple

from tallystick.rollups.core.revenue_class import REVENUE_CLASSES, Revenue

BILLING_QUESTION = "What should each account pay?"


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

    `plans` are the names of the plans of its running subscriptions. `note` says why a value could not be told; such
    a service adds nothing to MRR.
    """

    account: RollupAccount
    plans: tuple[str, ...]
    asked: Asked
    revenue: Revenue
    owed: Owed
    note: str = ""

    @property
    def key(self) -> int:
        """What the next page is asked for by (`after_id`)."""
        return self.account.account_id

    @property
    def amounts_minor(self) -> tuple[int, ...]:
        """Should pay, drafted, MRR forecast, MRR confirmed, receivable, overdue."""
        return (*self.asked, self.revenue.mrr_forecast_minor, self.revenue.mrr_confirmed_minor, *self.owed)


class BillingTotal(NamedTuple):
    """The sums of rows of one currency. `classes` says how many accounts are in each class, in their order."""

    currency: str
    accounts: int
    should_pay_minor: int
    drafted_minor: int
    mrr_forecast_minor: int
    mrr_confirmed_minor: int
    receivable_minor: int
    overdue_minor: int
    managed_accounts: int
    classes: tuple[tuple[str, int], ...]


def compute_totals(rows: Iterable[BillingRow]) -> list[BillingTotal]:
    """Totals by currency, by its code. Sums of what the rows show, so that a total is the sum of its column."""
    sums: dict[str, list[int]] = {}
    classes: dict[str, dict[str, int]] = {}
    for row in rows:
        currency = row.account.currency
        amounts = (1, *row.amounts_minor, int(row.account.billing_mode == "managed"))
        so_far = sums.setdefault(currency, [0] * len(amounts))
        for place, amount in enumerate(amounts):
            so_far[place] += amount
        counts = classes.setdefault(currency, dict.fromkeys(REVENUE_CLASSES, 0))
        counts[row.revenue.revenue_class] += 1
    return [
        BillingTotal._make((currency, *so_far, tuple(classes[currency].items())))
        for currency, so_far in sorted(sums.items())
    ]
