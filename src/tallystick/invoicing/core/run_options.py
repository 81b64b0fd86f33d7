"""What a bill run is asked for besides whom and when: exclusions, renewal, failures, posting and mailing by itself."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tallystick.errors import InvalidInput
from tallystick.invoicing.errors import AutoEmailNeedsAutoPost, AutoPostNotSupported

BILL, CATCH_UP = "bill", "catch_up"
RUN_KINDS: tuple[str, ...] = (BILL, CATCH_UP)
CHARGE_KINDS: tuple[str, ...] = ("one_off", "recurring", "usage")
MOST_EXCLUDED = 2
BY_ACCOUNT, BY_INVOICE = "account", "invoice"
FAILURE_RULES: tuple[str, ...] = (BY_ACCOUNT, BY_INVOICE)
"""account: one failure leaves out all invoices of its account (default); invoice: only the invoice that it is in."""
ADVISED_MONTHS = 6


class RunOptions(NamedTuple):
    """None for posting or mailing by itself means that it was not asked for; the billing rule then decides.

    `mails_zero` None: the billing rule decides whether invoices of zero are mailed.
    """

    excluded_kinds: tuple[str, ...] = ()
    renews_terms: bool = True
    failure_rule: str = BY_ACCOUNT
    auto_posts: bool | None = None
    auto_emails: bool | None = None
    mails_zero: bool | None = None


class SettledOptions(NamedTuple):
    """The options with every question answered, as a run or a schedule keeps them."""

    excluded_kinds: tuple[str, ...]
    renews_terms: bool
    failure_rule: str
    auto_posts: bool
    auto_emails: bool
    mails_zero: bool | None


def settle_options(
    options: RunOptions, *, supports_auto_post: bool, auto_posts_by_default: bool, seller: str
) -> SettledOptions:
    """Answer what was left open by the seller's billing rule (ZUO-16, ZUO-17).

    Refuses an option of auto-post that is sent at all while the rule does not support it (AutoPostNotSupported),
    auto-email without auto-post (AutoEmailNeedsAutoPost), impossible exclusions and failure rules.
    """
    _require_possible(options)
    sent = [name for name in ("auto_posts", "auto_emails") if getattr(options, name) is not None]
    if sent and not supports_auto_post:
        raise AutoPostNotSupported(seller=seller, field=sent[0])
    posts = options.auto_posts
    if posts is None:
        posts = supports_auto_post and auto_posts_by_default
    if options.auto_emails and not posts:
        raise AutoEmailNeedsAutoPost(field="auto_emails")
    return SettledOptions(
        tuple(dict.fromkeys(options.excluded_kinds)),
        options.renews_terms,
        options.failure_rule,
        posts,
        bool(options.auto_emails),
        options.mails_zero,
    )


def _require_possible(options: RunOptions) -> None:
    unknown = [kind for kind in options.excluded_kinds if kind not in CHARGE_KINDS]
    if unknown:
        told = f"There is no charge type {unknown[0]!r}; there are {', '.join(CHARGE_KINDS)}."
        raise InvalidInput(told, field="excluded_kinds")
    if len(set(options.excluded_kinds)) > MOST_EXCLUDED:
        raise InvalidInput("At most two of the three charge types can be left out.", field="excluded_kinds")
    if options.failure_rule not in FAILURE_RULES:
        raise InvalidInput(f"The failure rule must be one of {', '.join(FAILURE_RULES)}.", field="failure_rule")


def list_auto_post_warnings(
    *, auto_posts: bool, auto_emails: bool, first_posted_on: date | None, today: date
) -> Sequence[str]:
    """What is said where posting and mailing by itself are switched on (ZUO-51). Advice, never a refusal."""
    if not auto_posts and not auto_emails:
        return ()
    months = count_months(first_posted_on, today=today)
    served = f"has billed for {months} full month{'s' if months > 1 else ''}"
    served = served if months else "has billed for no full month yet"
    acts = "posting and mailing" if auto_emails else "posting"
    return (
        f"Recommended after about {ADVISED_MONTHS} months or more of billing and/or with very simple pricing;"
        f" this seller {served}.",
        f"Nobody will check the invoices before {acts}.",
    )


def count_months(first_on: date | None, *, today: date) -> int:
    """Full months since a day; 0 when there was none."""
    if first_on is None or first_on > today:
        return 0
    months = (today.year - first_on.year) * 12 + today.month - first_on.month
    return months - (today.day < first_on.day)
