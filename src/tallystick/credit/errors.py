"""What credit refuses."""

from tallystick.errors import Conflict


class CreditNotFree(Conflict):
    """Account {account} has {free_minor} of customer credit free (minor units), which is less than {wanted_minor}."""

    code = "credit_not_free"


class NothingRestricts(Conflict):
    """{account} is not restricted, so there is nothing to lift."""

    code = "nothing_restricts"


class NotPostpaid(Conflict):
    """Only a postpaid account is restricted by hand; {account} is {policy}. Lower its limit or block it instead."""

    code = "not_postpaid"
