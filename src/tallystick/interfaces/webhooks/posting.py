"""Post to our own door without a network: the way of a gateway of this house, through the same address and view."""

from io import BytesIO
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.urls import Resolver404, resolve


def post_to_ourselves(url: str, body: bytes) -> int:
    """Post a form to one of our addresses; the status of the answer, 404 where there is none."""
    path = urlsplit(url).path
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
    }
    try:
        match = resolve(path)
    except Resolver404:
        return 404
    return int(match.func(WSGIRequest(environ), *match.args, **match.kwargs).status_code)
