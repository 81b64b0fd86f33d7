"""Where e-mail really goes: a person who reads "sent" must know when it only went into a folder."""

from django.conf import settings


def find_mail_folder() -> str:
    """The folder into which e-mails are written because no mail server is set; "" where a server takes them."""
    return str(getattr(settings, "EMAIL_FILE_PATH", None) or "")


def explain_mail(emails: int) -> str:
    """What is said of e-mails that no server took; "" where there are none, or a server takes them."""
    folder = find_mail_folder()
    if not emails or not folder:
        return ""
    return f"E-mail is written to {folder}, no mail server is set (TALLYSTICK_EMAIL_URL)."
