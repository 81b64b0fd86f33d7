"""What the accounts room refuses."""

from tallystick.errors import Conflict, InvalidInput, NotFound


class AccountUnknown(NotFound):
    """There is no account {account}."""

    code = "account_unknown"
    field = "account"


class AccountExists(Conflict):
    """There is an account {account} already."""

    code = "account_exists"
    field = "external_id"


class AccountInvalid(InvalidInput):
    """This account can't be saved: {problems}."""

    code = "account_invalid"


class AccountClosed(Conflict):
    """The account {account} is closed and takes nothing new: open it again first."""

    code = "account_closed"
    field = "account"


class CurrencyIsFixed(Conflict):
    """The account is billed in {currency}, which can't change: make another account for {wanted}."""

    code = "currency_is_fixed"
    field = "currency"


class BillingModeHasItsWay(Conflict):
    """The account is {mode}; setting it managed, and leaving that, are acts of their own."""

    code = "billing_mode_has_its_way"
    field = "billing_mode"


class FundingPolicyClash(Conflict):
    """The account can't become {wanted}: {reason}."""

    code = "funding_policy_clash"
    field = "funding_policy"


class ManagerNotAllowed(InvalidInput):
    """{email} can't manage accounts of this seller: {reason}."""

    code = "manager_not_allowed"
    field = "manager_email"


class ContactRoleUnknown(InvalidInput):
    """There is no contact role {role}; there are admin and billing."""

    code = "contact_role_unknown"
    field = "role"


class AccountDiscountInvalid(InvalidInput):
    """This discount can't be given: {problems}."""

    code = "account_discount_invalid"


class AccountDiscountUnknown(NotFound):
    """There is no such discount of an account."""

    code = "account_discount_unknown"
