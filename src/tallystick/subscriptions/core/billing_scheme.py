"""The schemes of billing terms (CRM-52): under which kind of terms a subscription is billed. Pure."""

#: Normal: by bill runs, under the billing model of the plan. Prepaid: in advance and from the account's own funds only.
NORMAL, PREPAID = "normal", "prepaid"
SCHEMES: tuple[str, ...] = (NORMAL, PREPAID)


def becomes_normal(before: str, *, after: str) -> bool:
    """Whether an amendment is one that bills at once: only where the scheme becomes normal from another (CRM-39)."""
    return before != NORMAL and after == NORMAL


#: The billing model that a prepaid subscription follows, whatever its plan says.
PAY_BEFORE = "prebill_pay_before"


def effective_model(scheme: str, *, billing_model: str) -> str:
    """How a subscription is billed: by its plan's model, or prepaid."""
    return PAY_BEFORE if scheme == PREPAID else billing_model
