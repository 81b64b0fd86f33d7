"""Mail what leads to the portal: a code to sign in with, an invitation, a request for a new payment method. Sent at
once; a code is kept nowhere."""

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from tallystick.access.core.login_codes import show_code
from tallystick.accounts.models import Account
from tallystick.accounts.queries import get_account_by_id
from tallystick.delivery.core.method_mails import MethodMail
from tallystick.delivery.core.portal_mails import PortalMail, get_portal_mail
from tallystick.delivery.rendering.compose_mail import compose_message_id
from tallystick.sellers.core.contrast import choose_ink
from tallystick.sellers.models import SellerProfile
from tallystick.sellers.queries import get_current_profile


def mail_login_code(account_id: int, *, to: str, code: str) -> None:
    """Mail a code in the language of one of the person's accounts, from its seller. Raises OSError, SMTPException."""
    account = get_account_by_id(account_id)
    words = get_portal_mail(account.language)
    seller = get_current_profile(account.seller_id)
    shown = show_code(code)
    subject = words.code_subject.format(code=shown, seller=seller.legal_name)
    _send(account, words, seller, to, subject, [words.code_mail], code=shown)


def mail_invitation(account: Account, *, to: str, portal_address: str) -> None:
    """Tell someone that they may see this account now, and where. Raises OSError, SMTPException."""
    words = get_portal_mail(account.language)
    seller = get_current_profile(account.seller_id)
    subject = words.invitation_subject.format(seller=seller.legal_name)
    told = [words.invitation_mail.format(account=account.name), words.invitation_how]
    _send(account, words, seller, to, subject, told, link=portal_address)


def mail_method_request(account: Account, *, to: str, request: MethodMail, portal_address: str, key: str) -> None:
    """Ask for a new payment method. `key` names the request: a mail server that got it twice can know.

    Raises OSError, SMTPException.
    """
    words = get_portal_mail(account.language)
    seller = get_current_profile(account.seller_id)
    told = [request.mail, request.how]
    _send(account, words, seller, to, request.subject, told, link=portal_address, message_key=key)


def _send(
    account: Account,
    words: PortalMail,
    seller: SellerProfile,
    to: str,
    subject: str,
    sentences: list[str],
    *,
    code: str = "",
    link: str = "",
    message_key: str = "",
) -> None:
    context = {
        "language": account.language[:2],
        "words": words,
        "subject": subject,
        "sentences": sentences,
        "code": code,
        "life": words.code_mail_life,
        "link": link,
        "seller": seller,
        "on_brand": choose_ink(seller.brand_color),
    }
    sender = seller.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {"Auto-Submitted": "auto-generated"}
    if message_key:
        headers["Message-ID"] = compose_message_id(message_key, sender=sender)
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("delivery/portal.txt", context),
        from_email=formataddr((seller.legal_name, sender)),
        to=[to],
        headers=headers,
    )
    message.attach_alternative(render_to_string("delivery/portal.html", context), "text/html")
    message.send()
