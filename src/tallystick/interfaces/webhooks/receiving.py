"""Take a webhook in: size, proof, keep, answer. What it is about is looked at by a job (payments.md: R9)."""

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tallystick.errors import NotFound
from tallystick.payments.core.answers import BadNotice, Delivery
from tallystick.payments.core.ports import Holder
from tallystick.payments.operations.receive_notice import receive_notices
from tallystick.plumbing import clock

log = structlog.get_logger()
LARGEST_BODY = 64 * 1024


@csrf_exempt
@require_POST
def receive(request: HttpRequest, *, kind: str, seller: str, mode: str, token: str = "") -> HttpResponse:
    """200 when it is kept (or known already), 400 when it proves nothing, 404 for nobody's address, 413 when too large.

    Nothing of a refused delivery is kept or logged but that there was one.
    """
    body = _read_body(request)
    if body is None:
        return HttpResponse(status=413)
    delivery = Delivery(headers=dict(request.headers), body=body, path_token=token)
    try:
        receive_notices(kind, holder=Holder(seller, mode), delivery=delivery, at=clock.now())
    except BadNotice as error:
        log.warning("notice_refused", gateway=kind, seller=seller, reason=str(error))
        return HttpResponse(status=400)
    except NotFound:
        return HttpResponse(status=404)
    return HttpResponse(status=200)


def _read_body(request: HttpRequest) -> bytes | None:
    try:
        declared = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return None
    if declared > LARGEST_BODY:
        return None
    try:
        body = request.read(LARGEST_BODY + 1)
    except RequestDataTooBig:
        return None
    return None if len(body) > LARGEST_BODY else body
