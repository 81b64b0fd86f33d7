"""What a bill takes of an account's funds, service by service: model test and policy test together (UNI-7). Pure."""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tallystick.accounts.core.funding import POSTPAID, POSTPAID_MODES, PREPAID
from tallystick.credit.core.model_tests import (
    PAY_AFTER,
    PAY_BEFORE,
    POSTBILL,
    AccountFunds,
    passes_pay_after,
    passes_pay_before,
    passes_postbill,
)
from tallystick.credit.core.spendable import compute_spendable, may_spend
from tallystick.taxes.core.computation import tax_on

NO_FUNDS, OVER_LIMIT, RESTRICTED = "no_funds", "over_limit", "restricted"


class NetPart(NamedTuple):
    """Net of a service in one tax group of one document, in minor units; rate in percent."""

    group: Hashable
    rate: Decimal
    net_minor: int


class Renewal(NamedTuple):
    """A due, rated service. `requires_id` is a service of the catalog. `is_last`: the service ends with this bill."""

    subscription_service_id: int
    subscription_id: int
    service_id: int
    requires_id: int | None
    is_mandatory: bool
    billing_model: str
    is_last: bool
    parts: tuple[NetPart, ...]

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing: it then never fails for lack of funds (CRM-17)."""
        return sum(part.net_minor for part in self.parts) <= 0

    @property
    def is_final_arrears(self) -> bool:
        """Whether it was used and ends: no renewal, so that it is billed whatever is owed (CRM-37)."""
        return self.is_last and self.billing_model == POSTBILL


class Purse:
    """An account's funds while a bill is put together. All amounts are gross.

    What a service costs is what it adds to its document so far, tax rounded for all of it, so that the sum of what was
    tested is exactly the sum of the documents.
    """

    def __init__(self, funds: AccountFunds) -> None:
        self._funds = funds
        self._nets: dict[Hashable, int] = {}
        self.taken_minor = 0
        self.taken_before_minor = 0
        self._spendable_minor = compute_spendable(
            funds.policy,
            balance_minor=funds.balance_minor,
            held_minor=funds.held_minor,
            limit_minor=funds.credit_limit_minor or 0,
            is_restricted=funds.is_restricted,
            is_blocked=funds.is_blocked,
            blocked_allows_own_funds=funds.blocked_allows_own_funds,
        )

    def take_all(self, unit: Sequence[Renewal]) -> str | None:
        """Take every service of a unit, or none and say why."""
        before = dict(self._nets), self.taken_minor, self.taken_before_minor
        for renewal in unit:
            taken_minor, taken_before_minor = self.taken_minor, self.taken_before_minor
            cost_minor = self.spend(renewal)
            if renewal.is_free or renewal.is_final_arrears:
                continue
            reason = self._judge(renewal, cost_minor, taken_minor, taken_before_minor)
            if reason is not None:
                self._nets, self.taken_minor, self.taken_before_minor = before
                return reason
        return None

    def spend(self, renewal: Renewal) -> int:
        """Take a service whatever is there; return by how much that raises the gross of all documents."""
        cost_minor = 0
        for group, rate, net_minor in renewal.parts:
            so_far = self._nets.get(group, 0)
            self._nets[group] = so_far + net_minor
            cost_minor += net_minor + tax_on(so_far + net_minor, rate=rate) - tax_on(so_far, rate=rate)
        self.taken_minor += cost_minor
        if renewal.billing_model == PAY_BEFORE:
            self.taken_before_minor += cost_minor
        return cost_minor

    def _judge(self, renewal: Renewal, cost_minor: int, taken_minor: int, taken_before_minor: int) -> str | None:
        """Both tests must pass: that of the billing model and that of the funding policy (UNI-7)."""
        funds = self._funds
        if renewal.billing_model == PAY_BEFORE:
            is_drawn = funds.policy in POSTPAID_MODES
            taken = taken_minor + funds.fees_minor if is_drawn else taken_before_minor + funds.fees_before_minor
            passes = passes_pay_before(cost_minor, available_minor=funds.own_minor - taken)
        elif renewal.billing_model == PAY_AFTER:
            debt_minor = funds.debt_minor + taken_minor + funds.fees_minor
            passes = passes_pay_after(cost_minor, debt_minor=debt_minor, limit_minor=funds.limit_minor)
        else:
            passes = passes_postbill(debt_minor=funds.debt_minor, limit_minor=funds.limit_minor)
        if passes and self.has_room(taken_minor + cost_minor + funds.fees_minor):
            return None
        if funds.is_restricted and funds.policy == POSTPAID:
            return RESTRICTED
        return NO_FUNDS if renewal.billing_model == PAY_BEFORE or funds.policy == PREPAID else OVER_LIMIT

    def has_room(self, amount_minor: int) -> bool:
        """Whether the funding policy lets a bill of so much pass."""
        return may_spend(amount_minor, spendable_minor=self._spendable_minor)
