"""The mails that ask for a new payment method, in the five languages of documents."""

from collections.abc import Mapping
from typing import NamedTuple

from tallystick.delivery.core.method_requests import Occasion


class MethodMail(NamedTuple):
    """One occasion in one language: the subject, and the sentences. Takes {seller}, {method}, {amount} and {day}."""

    subject: str
    mail: str
    how: str


LANGUAGES: Mapping[str, Mapping[Occasion, MethodMail]] = {
    "en": {
        Occasion.FAILED: MethodMail(
            "{seller}: we need another payment method",
            "We could not collect {amount} with {method}, and it can't be charged any more.",
            "Please save another payment method in the portal, or pay there.",
        ),
        Occasion.UNCONFIRMED: MethodMail(
            "{seller}: please confirm your payment",
            "Your bank wants you to confirm the payment of {amount} with {method}.",
            "Please pay in the portal, where your bank asks you to confirm it, or save another payment method.",
        ),
        Occasion.EXPIRING: MethodMail(
            "{seller}: your payment method expires on {day}",
            "Your payment method {method} expires on {day}.",
            "Please save a new one in the portal, so that your invoices go on being paid by themselves.",
        ),
    },
    "nl": {
        Occasion.FAILED: MethodMail(
            "{seller}: wij hebben een andere betaalmethode nodig",
            "Wij konden {amount} niet incasseren via {method}; deze betaalmethode werkt niet meer.",
            "Sla in het portaal een andere betaalmethode op, of betaal daar.",
        ),
        Occasion.UNCONFIRMED: MethodMail(
            "{seller}: bevestig uw betaling",
            "Uw bank vraagt u de betaling van {amount} via {method} te bevestigen.",
            "Betaal in het portaal, waar uw bank om uw bevestiging vraagt, of sla een andere betaalmethode op.",
        ),
        Occasion.EXPIRING: MethodMail(
            "{seller}: uw betaalmethode verloopt op {day}",
            "Uw betaalmethode {method} verloopt op {day}.",
            "Sla in het portaal een nieuwe op, zodat uw facturen vanzelf betaald blijven worden.",
        ),
    },
    "de": {
        Occasion.FAILED: MethodMail(
            "{seller}: wir brauchen eine andere Zahlungsart",
            "Wir konnten {amount} nicht über {method} einziehen; diese Zahlungsart lässt sich nicht mehr belasten.",
            "Bitte hinterlegen Sie im Portal eine andere Zahlungsart, oder zahlen Sie dort.",
        ),
        Occasion.UNCONFIRMED: MethodMail(
            "{seller}: bitte bestätigen Sie Ihre Zahlung",
            "Ihre Bank möchte, dass Sie die Zahlung von {amount} über {method} bestätigen.",
            "Bitte zahlen Sie im Portal, wo Ihre Bank um die Bestätigung bittet, oder hinterlegen Sie eine andere"
            " Zahlungsart.",
        ),
        Occasion.EXPIRING: MethodMail(
            "{seller}: Ihre Zahlungsart läuft am {day} ab",
            "Ihre Zahlungsart {method} läuft am {day} ab.",
            "Bitte hinterlegen Sie im Portal eine neue, damit Ihre Rechnungen weiter von selbst bezahlt werden.",
        ),
    },
    "fr": {
        Occasion.FAILED: MethodMail(
            "{seller} : il nous faut un autre moyen de paiement",
            "Nous n’avons pas pu prélever {amount} avec {method}, qui ne peut plus être débité.",
            "Veuillez enregistrer un autre moyen de paiement sur le portail, ou y payer.",
        ),
        Occasion.UNCONFIRMED: MethodMail(
            "{seller} : veuillez confirmer votre paiement",
            "Votre banque vous demande de confirmer le paiement de {amount} avec {method}.",
            "Veuillez payer sur le portail, où votre banque vous demandera de confirmer, ou enregistrer un autre moyen"
            " de paiement.",
        ),
        Occasion.EXPIRING: MethodMail(
            "{seller} : votre moyen de paiement expire le {day}",
            "Votre moyen de paiement {method} expire le {day}.",
            "Veuillez en enregistrer un nouveau sur le portail, pour que vos factures restent payées automatiquement.",
        ),
    },
    "es": {
        Occasion.FAILED: MethodMail(
            "{seller}: necesitamos otro método de pago",
            "No hemos podido cobrar {amount} con {method}, que ya no admite cargos.",
            "Guarde otro método de pago en el portal, o pague allí.",
        ),
        Occasion.UNCONFIRMED: MethodMail(
            "{seller}: confirme su pago",
            "Su banco le pide que confirme el pago de {amount} con {method}.",
            "Pague en el portal, donde su banco le pedirá la confirmación, o guarde otro método de pago.",
        ),
        Occasion.EXPIRING: MethodMail(
            "{seller}: su método de pago caduca el {day}",
            "Su método de pago {method} caduca el {day}.",
            "Guarde uno nuevo en el portal para que sus facturas se sigan pagando solas.",
        ),
    },
}


def get_method_mail(language: str, *, occasion: Occasion) -> MethodMail:
    """The words of an account's language, such as "nl" for "nl-BE"; English where we don't speak it."""
    return LANGUAGES.get(language[:2].lower(), LANGUAGES["en"])[occasion]
