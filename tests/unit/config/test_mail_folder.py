"""Mail that goes to a folder: one file a message, which a mail program opens."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import override_settings


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(EMAIL_FILE_PATH=str(tmp_path / "mail")):
        yield tmp_path / "mail"


def send(subject: str, message_id: str) -> None:
    message = EmailMessage(subject, "Hello", "us@a.example", ["them@b.example"], headers={"Message-ID": message_id})
    message.attach("invoice.pdf", b"%PDF-1.7", "application/pdf")
    get_connection("config.mail_folder.EmailBackend").send_messages([message])


def test_each_message_is_a_file_with_its_attachment(folder: Path) -> None:
    send("Invoice 1", "<delivery-1@a.example>")
    send("Invoice 2", "<delivery-2@a.example>")
    assert sorted(path.name for path in folder.iterdir()) == ["delivery-1@a.example.eml", "delivery-2@a.example.eml"]
    message = message_from_bytes((folder / "delivery-1@a.example.eml").read_bytes(), policy=default)
    assert message["Subject"] == "Invoice 1"
    assert [part.get_filename() for part in message.iter_attachments()] == ["invoice.pdf"]


def test_a_message_sent_again_takes_its_own_place(folder: Path) -> None:
    send("Invoice 1", "<delivery-1@a.example>")
    send("Invoice 1", "<delivery-1@a.example>")
    assert len(list(folder.iterdir())) == 1


def test_a_message_id_can_not_lead_out_of_the_folder(folder: Path) -> None:
    send("Invoice", "<../../elsewhere/x@a.example>")
    assert [path.parent for path in folder.rglob("*.eml")] == [folder]
