"""The mails that lead to the portal, in the five languages of documents: a code to sign in, an invitation."""

from collections.abc import Mapping
from typing import NamedTuple


class PortalMail(NamedTuple):
    """One language. Takes {code}, {seller} and {account}."""

    code_subject: str
    code_mail: str
    code_mail_life: str
    invitation_subject: str
    invitation_mail: str
    invitation_how: str
    open_portal: str
    greeting: str


LANGUAGES: Mapping[str, PortalMail] = {
    "en": PortalMail(
        code_subject="{code} is your code for {seller}",
        code_mail="Your code to sign in is:",
        code_mail_life="It is valid for 15 minutes. If you did not ask for it, you can ignore this e-mail.",
        invitation_subject="{seller}: your invoices online",
        invitation_mail="You can now see the invoices of {account} online, and what is to be paid.",
        invitation_how="You sign in with this e-mail address and a code that we send you; you need no password.",
        open_portal="Open the portal",
        greeting="Hello,",
    ),
    "nl": PortalMail(
        code_subject="{code} is uw code voor {seller}",
        code_mail="Uw code om in te loggen is:",
        code_mail_life="De code is 15 minuten geldig. Hebt u er niet om gevraagd, dan kunt u deze e-mail negeren.",
        invitation_subject="{seller}: uw facturen online",
        invitation_mail="U kunt de facturen van {account} nu online bekijken, en zien wat er te betalen is.",
        invitation_how="U logt in met dit e-mailadres en een code die wij u sturen; een wachtwoord is niet nodig.",
        open_portal="Portaal openen",
        greeting="Goedendag,",
    ),
    "de": PortalMail(
        code_subject="{code} ist Ihr Code für {seller}",
        code_mail="Ihr Code für die Anmeldung lautet:",
        code_mail_life="Er gilt 15 Minuten. Haben Sie ihn nicht angefordert, können Sie diese E-Mail ignorieren.",
        invitation_subject="{seller}: Ihre Rechnungen online",
        invitation_mail="Sie können die Rechnungen von {account} nun online sehen, und was zu zahlen ist.",
        invitation_how="Sie melden sich mit dieser E-Mail-Adresse und einem Code an, den wir Ihnen senden.",
        open_portal="Portal öffnen",
        greeting="Guten Tag,",
    ),
    "fr": PortalMail(
        code_subject="{code} est votre code pour {seller}",
        code_mail="Votre code de connexion est :",
        code_mail_life="Il est valable 15 minutes. Si vous ne l’avez pas demandé, vous pouvez ignorer cet e-mail.",
        invitation_subject="{seller} : vos factures en ligne",
        invitation_mail="Vous pouvez désormais voir en ligne les factures de {account}, et ce qui est à payer.",
        invitation_how="Vous vous connectez avec cette adresse e-mail et un code que nous vous envoyons.",
        open_portal="Ouvrir le portail",
        greeting="Bonjour,",
    ),
    "es": PortalMail(
        code_subject="{code} es su código para {seller}",
        code_mail="Su código para entrar es:",
        code_mail_life="Es válido durante 15 minutos. Si no lo ha pedido, puede ignorar este correo.",
        invitation_subject="{seller}: sus facturas en línea",
        invitation_mail="Ahora puede ver en línea las facturas de {account}, y lo que hay que pagar.",
        invitation_how="Entra con esta dirección de correo y un código que le enviamos; no necesita contraseña.",
        open_portal="Abrir el portal",
        greeting="Buenos días:",
    ),
}


def get_portal_mail(language: str) -> PortalMail:
    """The words of an account's language, such as "nl" for "nl-BE"; English where we don't speak it."""
    return LANGUAGES.get(language[:2].lower(), LANGUAGES["en"])
