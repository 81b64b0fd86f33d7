"""Where an account stands with what it subscribed to: subscriptions and first payments under way, put together."""

from tallystick.accounts.core.new_account import MANAGED
from tallystick.accounts.models import Account
from tallystick.collection.queries.renewals import SUBSCRIPTION
from tallystick.payments.queries import list_live_purposes
from tallystick.subscriptions.core.self_serve import Agreed, tell_standing
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.queries.scheduled_ends import is_canceling


def find_standing(account: Account) -> str:
    """One word of `subscriptions.core.self_serve`: none, pending, active, past_due or canceled."""
    subscriptions = list(Subscription.objects.filter(account=account).order_by("pk"))
    waiting = [f"{SUBSCRIPTION}{each.pk}" for each in subscriptions if each.status == "draft"]
    return tell_standing(
        [Agreed(each.status, is_canceling(each)) for each in subscriptions],
        is_managed=account.billing_mode == MANAGED,
        is_checking_out=bool(list_live_purposes(waiting)),
    )
