"""What the pages behind a signed address say; a language is one value."""

from collections.abc import Mapping
from typing import NamedTuple


class PayPagePhrases(NamedTuple):
    """One language. Braces are filled in."""

    hint: str
    settled: str
    under_way: str
    closed: str
    download: str
    due_on: str
    paid_on: str
    paid: str
    waiting: str
    not_done: str
    changed: str
    failed: str


PAY_PAGE: Mapping[str, PayPagePhrases] = {
    "en": PayPagePhrases(
        hint="You pay on the page of our payment provider and come back here.",
        settled="This is paid. There is nothing left to pay.",
        under_way="A payment is under way. This page shows it as soon as it is confirmed.",
        closed="This payment link is no longer valid. Please ask us for another one.",
        download="Download PDF",
        due_on="due on {date}",
        paid_on="paid on {date}",
        paid="Thank you, your payment has arrived.",
        waiting="Thank you, your payment is under way; your bank may take some days to confirm it.",
        not_done="The payment was not completed. Nothing was taken; you can try again.",
        changed="What is to be paid has changed in the meantime. Please look again.",
        failed="The payment did not work. Nothing was taken; please try again or pay in another way.",
    ),
    "nl": PayPagePhrases(
        hint="U betaalt op de pagina van onze betaaldienst en komt hier terug.",
        settled="Dit is betaald. Er staat niets meer open.",
        under_way="Er is een betaling onderweg. Zodra ze bevestigd is, staat dat op deze pagina.",
        closed="Deze betaallink is niet meer geldig. Vraag ons om een nieuwe.",
        download="PDF downloaden",
        due_on="te betalen uiterlijk {date}",
        paid_on="betaald op {date}",
        paid="Dank u, uw betaling is binnen.",
        waiting="Dank u, uw betaling is onderweg; uw bank kan er enkele dagen over doen.",
        not_done="De betaling is niet afgerond. Er is niets afgeschreven; u kunt het opnieuw proberen.",
        changed="Het te betalen bedrag is intussen veranderd. Kijk nog eens.",
        failed="De betaling is niet gelukt. Er is niets afgeschreven; probeer het opnieuw of betaal anders.",
    ),
    "de": PayPagePhrases(
        hint="Sie zahlen auf der Seite unseres Zahlungsdienstes und kommen hierher zurück.",
        settled="Das ist bezahlt. Es ist nichts mehr offen.",
        under_way="Eine Zahlung ist unterwegs. Sobald sie bestätigt ist, steht es auf dieser Seite.",
        closed="Dieser Zahlungslink ist nicht mehr gültig. Bitte fordern Sie einen neuen an.",
        download="PDF herunterladen",
        due_on="zahlbar bis {date}",
        paid_on="bezahlt am {date}",
        paid="Vielen Dank, Ihre Zahlung ist eingegangen.",
        waiting="Vielen Dank, Ihre Zahlung ist unterwegs; die Bestätigung Ihrer Bank kann einige Tage dauern.",
        not_done="Die Zahlung wurde nicht abgeschlossen. Es wurde nichts abgebucht; Sie können es erneut versuchen.",
        changed="Der zu zahlende Betrag hat sich inzwischen geändert. Bitte sehen Sie noch einmal nach.",
        failed="Die Zahlung hat nicht geklappt. Es wurde nichts abgebucht; bitte versuchen Sie es erneut oder zahlen"
        " Sie auf andere Weise.",
    ),
    "fr": PayPagePhrases(
        hint="Vous payez sur la page de notre prestataire de paiement, puis vous revenez ici.",
        settled="C’est payé. Il ne reste rien à payer.",
        under_way="Un paiement est en cours. Cette page l’indiquera dès sa confirmation.",
        closed="Ce lien de paiement n’est plus valable. Veuillez nous en demander un autre.",
        download="Télécharger le PDF",
        due_on="à payer avant le {date}",
        paid_on="payé le {date}",
        paid="Merci, votre paiement est arrivé.",
        waiting="Merci, votre paiement est en cours ; votre banque peut mettre quelques jours à le confirmer.",
        not_done="Le paiement n’a pas été achevé. Rien n’a été débité ; vous pouvez réessayer.",
        changed="Le montant à payer a changé entre-temps. Veuillez vérifier à nouveau.",
        failed="Le paiement n’a pas abouti. Rien n’a été débité ; veuillez réessayer ou payer autrement.",
    ),
    "es": PayPagePhrases(
        hint="Paga en la página de nuestro proveedor de pagos y vuelve aquí.",
        settled="Está pagado. No queda nada por pagar.",
        under_way="Hay un pago en curso. Esta página lo mostrará en cuanto se confirme.",
        closed="Este enlace de pago ya no es válido. Pídanos otro, por favor.",
        download="Descargar PDF",
        due_on="vence el {date}",
        paid_on="pagado el {date}",
        paid="Gracias, su pago ha llegado.",
        waiting="Gracias, su pago está en curso; su banco puede tardar unos días en confirmarlo.",
        not_done="El pago no se completó. No se ha cobrado nada; puede intentarlo de nuevo.",
        changed="El importe a pagar ha cambiado entretanto. Vuelva a mirar, por favor.",
        failed="El pago no funcionó. No se ha cobrado nada; inténtelo de nuevo o pague de otra manera.",
    ),
}
