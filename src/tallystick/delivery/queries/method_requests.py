"""What customers were told about their payment methods."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from tallystick.delivery.models import MethodRequest


def list_method_requests(*, account_id: int | None = None, after_id: int = 0) -> QuerySet[MethodRequest]:
    """Requests to one account or to all, with account and method, in the order in which they were made."""
    requests = MethodRequest.objects.select_related("account__seller", "method").filter(pk__gt=after_id).order_by("pk")
    return requests if account_id is None else requests.filter(account_id=account_id)


def list_method_requests_by_id(ids: Collection[int]) -> Iterable[MethodRequest]:
    """Requests with account, seller and method."""
    return list_method_requests().filter(pk__in=list(ids))
