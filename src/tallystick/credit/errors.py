"""What credit refuses."""

from tallystick.errors import Conflict


class CreditNotFree(Conflict):
    """Account {account} has {free_minor} of customer credit free (minor units), which is less than {wanted_minor}."""

    code = "credit_not_free"
