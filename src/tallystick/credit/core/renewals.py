"""Which due services of an account are renewed, by its funds and in rank order (CRM-13 to CRM-17, CRM-37). Pure."""

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby
from typing import NamedTuple

from tallystick.accounts.core.funding import POSTPAID_MODES, PREPAID
from tallystick.credit.core.model_tests import PAY_BEFORE, AccountFunds
from tallystick.credit.core.purse import NO_FUNDS, Purse, Renewal

BY_SERVICE, BY_SUBSCRIPTION, BY_ACCOUNT = "service", "subscription", "account"
GRANULARITIES = (BY_SERVICE, BY_SUBSCRIPTION, BY_ACCOUNT)
NO_PREREQUISITE, NO_MANDATORY = "no_prerequisite", "no_mandatory"


class NotRenewed(NamedTuple):
    """A service that failed, and why. Only what is queued may be switched off by a deactivation run."""

    subscription_service_id: int
    reason: str
    is_queued: bool


class Decision(NamedTuple):
    """What is renewed (places in the order given), what is not, and how much more money would renew all of it."""

    renewed: tuple[int, ...]
    not_renewed: tuple[NotRenewed, ...]
    shortfall_minor: int


def decide_renewals(renewals: Sequence[Renewal], *, funds: AccountFunds, granularity: str = BY_SERVICE) -> Decision:
    """Spend the funds in the order of the renewals; what does not pass is not renewed.

    A unit (service, subscription or account) passes or fails as a whole; a later, cheaper one may still pass. A service
    whose prerequisite failed is not renewed, nor an optional one whose subscription lost a mandatory one (CRM-15). Free
    services are never queued, nor is what ends anyway.
    """
    ruled_out: dict[int, str] = {}
    while True:
        failed = _spend(renewals, funds, granularity, ruled_out)
        # A prerequisite may rank behind its dependent, in another group, and fail after that one passed.
        losses = _Losses(funds, [each for each in renewals if each.subscription_service_id in failed])
        passed = (each for each in renewals if each.subscription_service_id not in failed)
        bereft = {each.subscription_service_id: reason for each in passed if (reason := losses.find_bar(each))}
        if not bereft:
            break
        ruled_out |= bereft
    return Decision(
        renewed=tuple(place for place, each in enumerate(renewals) if each.subscription_service_id not in failed),
        not_renewed=tuple(
            NotRenewed(each.subscription_service_id, reason, is_queued=not (each.is_free or each.is_last))
            for each in renewals
            if (reason := failed.get(each.subscription_service_id))
        ),
        shortfall_minor=_compute_shortfall(renewals, failed, funds),
    )


class _Losses:
    """Services that are off or failed, and what that means for those that depend on them."""

    def __init__(self, funds: AccountFunds, failed: Sequence[Renewal] = ()) -> None:
        self._services = {(subscription, service) for subscription, service, _ in funds.off}
        self._halved = {subscription for subscription, _, is_mandatory in funds.off if is_mandatory}
        for each in failed:
            self.add(each)

    def add(self, renewal: Renewal) -> None:
        self._services.add((renewal.subscription_id, renewal.service_id))
        if renewal.is_mandatory:
            self._halved.add(renewal.subscription_id)

    def find_bar(self, renewal: Renewal) -> str | None:
        """Why a service can't be renewed whatever money there is."""
        if renewal.is_final_arrears:
            return None
        if renewal.requires_id is not None and (renewal.subscription_id, renewal.requires_id) in self._services:
            return NO_PREREQUISITE
        return NO_MANDATORY if not renewal.is_mandatory and renewal.subscription_id in self._halved else None


def _spend(
    renewals: Sequence[Renewal], funds: AccountFunds, granularity: str, ruled_out: dict[int, str]
) -> dict[int, str]:
    """Try unit by unit in rank order; return why each service that failed did."""
    purse, losses = Purse(funds), _Losses(funds)
    failed: dict[int, str] = {}

    def fail(renewal: Renewal, reason: str) -> None:
        failed[renewal.subscription_service_id] = reason
        losses.add(renewal)

    for _, members in groupby(renewals, key=_UNITS[granularity]):
        unit: list[Renewal] = []
        for each in members:
            bar = ruled_out.get(each.subscription_service_id) or losses.find_bar(each)
            if bar:
                fail(each, bar)
            else:
                unit.append(each)
        reason = purse.take_all(unit)
        if reason is not None:
            _fail_unit(unit, reason, purse, losses, fail)
    return failed


def _fail_unit(
    unit: Sequence[Renewal], reason: str, purse: Purse, losses: _Losses, fail: Callable[[Renewal, str], None]
) -> None:
    """What costs something fails; what is free goes on, unless it depends on what failed."""
    for each in unit:
        if not (each.is_free or each.is_final_arrears):
            fail(each, reason)
    for each in unit:
        if each.is_free or each.is_final_arrears:
            bar = losses.find_bar(each)
            if bar:
                fail(each, bar)
            else:
                purse.spend(each)


def _compute_shortfall(renewals: Sequence[Renewal], failed: dict[int, str], funds: AccountFunds) -> int:
    """How much more money would renew every service that is paid before, as far as money is what they lack (CRM-16)."""
    if not any(each.billing_model == PAY_BEFORE and _fails_for_money(each, failed) for each in renewals):
        return 0
    everything, losses = Purse(funds), _Losses(funds)
    for each in renewals:
        if losses.find_bar(each):
            losses.add(each)
        elif each.billing_model == PAY_BEFORE or each.subscription_service_id not in failed:
            everything.spend(each)
    missing_minor = everything.taken_before_minor + funds.fees_before_minor - funds.own_minor
    if funds.policy == PREPAID or funds.policy in POSTPAID_MODES:
        missing_minor = max(missing_minor, everything.taken_minor + funds.fees_minor + funds.debt_minor)
    return max(missing_minor, 0)


def _fails_for_money(renewal: Renewal, failed: dict[int, str]) -> bool:
    return failed.get(renewal.subscription_service_id) == NO_FUNDS


_UNITS: dict[str, Callable[[Renewal], Hashable]] = {
    BY_SERVICE: lambda renewal: renewal.subscription_service_id,
    BY_SUBSCRIPTION: lambda renewal: renewal.subscription_id,
    BY_ACCOUNT: lambda renewal: None,
}
