"""Which database and which mail server: what the environment says, in Django's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.database import compose_database
from config.mail import compose_mail

HOME = Path("/data/tallystick")


def test_without_a_named_server_the_embedded_one_is_used() -> None:
    database = compose_database({})
    assert (database["ENGINE"], database["NAME"]) == ("tallystick.plumbing.embedded.backend", "tallystick")


def test_a_database_on_the_embedded_server_may_be_named() -> None:
    assert compose_database({"TALLYSTICK_DATABASE": "tallystick_demo"})["NAME"] == "tallystick_demo"


def test_a_named_server_is_used_as_it_is_named() -> None:
    url = "postgresql://billing:s%40crt@db.internal:6432/books?sslmode=require&application_name=tallystick"
    database = compose_database({"TALLYSTICK_DATABASE_URL": url, "TALLYSTICK_DATABASE": "ignored"})
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "billing", "s@crt", "db.internal", "6432", "books",
    ]  # fmt: skip
    assert database["OPTIONS"] == {"sslmode": "require", "application_name": "tallystick"}


def test_a_socket_is_an_address_too() -> None:
    database = compose_database({"TALLYSTICK_DATABASE_URL": "postgresql:///books?host=/run/postgresql"})
    assert (database["HOST"], database["NAME"]) == ("/run/postgresql", "books")


def test_mail_goes_to_a_folder_unless_told_otherwise() -> None:
    mail = compose_mail({}, home=HOME)
    assert mail["EMAIL_BACKEND"] == "config.mail_folder.EmailBackend"
    assert mail["EMAIL_FILE_PATH"] == "/data/tallystick/mail"
    named = compose_mail({"TALLYSTICK_EMAIL_URL": "file:///srv/my%20mail"}, home=HOME)
    assert named["EMAIL_FILE_PATH"] == "/srv/my mail"


@pytest.mark.parametrize(
    ("scheme", "port", "starts_tls", "is_tls"),
    [("smtp", 25, False, False), ("smtp+starttls", 587, True, False), ("smtps", 465, False, True)],
)
def test_mail_goes_to_a_named_server(scheme: str, port: int, starts_tls: bool, is_tls: bool) -> None:
    mail = compose_mail({"TALLYSTICK_EMAIL_URL": f"{scheme}://ada:p%3Aw@mail.internal"}, home=HOME)
    assert mail == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.internal",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "ada",
        "EMAIL_HOST_PASSWORD": "p:w",
        "EMAIL_USE_TLS": starts_tls,
        "EMAIL_USE_SSL": is_tls,
        "EMAIL_TIMEOUT": 60,
    }


def test_an_unknown_kind_of_mail_server_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="imap"):
        compose_mail({"TALLYSTICK_EMAIL_URL": "imap://mail.internal"}, home=HOME)
