"""What the portal says of paying and of payment methods; a language is one value."""

from collections.abc import Mapping
from typing import NamedTuple


class PayingPhrases(NamedTuple):
    """One language. Braces are filled in. `failed_*` say what to do after a payment that did not work."""

    pay: str
    pay_hint: str
    page_hint: str
    confirm_hint: str
    tried_again: str
    under_way: str
    paid: str
    waiting: str
    failed_retry: str
    failed_act: str
    failed_new: str
    failed_stop: str
    changed: str
    not_paid: str
    past_due: str
    add: str
    replace: str
    use: str
    used: str
    remove: str
    remove_question: str
    remove_hint: str
    removed: str
    keep: str
    valid_until: str
    expired: str
    pending: str
    invalid: str
    stopped: str
    saved: str
    not_saved: str
    not_yet: str
    unavailable: str
    back: str


ENGLISH = PayingPhrases(
    pay="Pay {amount}",
    pay_hint="With {method}, at once.",
    page_hint="On our payment provider’s page, by card or bank account.",
    confirm_hint="Your saved card needs your confirmation or another card: on our payment provider’s page.",
    tried_again="It did not work; we try again with {method} on {date}. Or pay it now.",
    under_way="A payment of {amount} is under way. It is shown here as soon as it is confirmed.",
    paid="Thank you, your payment has arrived.",
    waiting="Thank you, your payment is under way; your bank may take some days to confirm it.",
    failed_retry="The payment did not work. Nothing was taken; please try again later or use another payment method.",
    failed_act="Your bank wants you to confirm this payment. Nothing was taken; press Pay again and confirm it there.",
    failed_new="This payment method no longer works. Nothing was taken; please add another one.",
    failed_stop="The payment was declined. Nothing was taken; please contact us.",
    changed="What is to be paid has changed in the meantime. Please look again.",
    not_paid="Nothing was paid. You can try again whenever you like.",
    past_due="A payment did not work. You keep everything that you have; please pay what is open.",
    add="Add a payment method",
    replace="Replace",
    use="Use for automatic payments",
    used="Automatic payments now use this method.",
    remove="Remove",
    remove_question="Remove {method}?",
    remove_hint="It is charged no more. Without another one, you pay your next invoices yourself.",
    removed="The payment method was removed.",
    keep="Keep it",
    valid_until="valid until {date}",
    expired="expired on {date}; please replace it",
    pending="waiting for confirmation by your bank",
    invalid="no longer accepted by your bank; please replace it",
    stopped="stopped after a declined payment; please contact us",
    saved="Your payment method is saved and is used for automatic payments.",
    not_saved="No payment method was saved. Nothing was changed.",
    not_yet="Your payment method is not confirmed yet; this page will show it.",
    unavailable="This is not possible at the moment. Nothing was changed; please try again later.",
    back="Back",
)

DUTCH = PayingPhrases(
    pay="{amount} betalen",
    pay_hint="Met {method}, direct.",
    page_hint="Op de pagina van onze betaaldienst, met kaart of bankrekening.",
    confirm_hint="Uw kaart vraagt om uw bevestiging, of kies een andere: op de pagina van onze betaaldienst.",
    tried_again="Het is niet gelukt; wij proberen het met {method} opnieuw op {date}. Of betaal nu.",
    under_way="Een betaling van {amount} is onderweg. U ziet haar hier zodra zij bevestigd is.",
    paid="Dank u, uw betaling is ontvangen.",
    waiting="Dank u, uw betaling is onderweg; de bevestiging door uw bank kan enkele dagen duren.",
    failed_retry="De betaling is niet gelukt. Er is niets afgeschreven; probeer het later of kies een andere methode.",
    failed_act="Uw bank wil dat u deze betaling bevestigt. Er is niets afgeschreven; betaal nog eens en bevestig daar.",
    failed_new="Deze betaalmethode werkt niet meer. Er is niets afgeschreven; voeg een andere toe.",
    failed_stop="De betaling is geweigerd. Er is niets afgeschreven; neem contact met ons op.",
    changed="Het te betalen bedrag is intussen veranderd. Kijk het nog eens na.",
    not_paid="Er is niet betaald. U kunt het altijd opnieuw proberen.",
    past_due="Een betaling is niet gelukt. U houdt alles wat u hebt; betaal alstublieft wat openstaat.",
    add="Betaalmethode toevoegen",
    replace="Vervangen",
    use="Gebruiken voor automatische betalingen",
    used="Automatische betalingen gebruiken nu deze methode.",
    remove="Verwijderen",
    remove_question="{method} verwijderen?",
    remove_hint="Er wordt niets meer mee betaald. Zonder een andere betaalt u uw volgende facturen zelf.",
    removed="De betaalmethode is verwijderd.",
    keep="Behouden",
    valid_until="geldig tot en met {date}",
    expired="verlopen op {date}; vervang deze alstublieft",
    pending="wacht op bevestiging door uw bank",
    invalid="niet meer geaccepteerd door uw bank; vervang deze alstublieft",
    stopped="gestopt na een geweigerde betaling; neem contact met ons op",
    saved="Uw betaalmethode is opgeslagen en wordt voor automatische betalingen gebruikt.",
    not_saved="Er is geen betaalmethode opgeslagen. Er is niets gewijzigd.",
    not_yet="Uw betaalmethode is nog niet bevestigd; u ziet haar hier zodra dat zo is.",
    unavailable="Dit is nu niet mogelijk. Er is niets gewijzigd; probeer het later nog eens.",
    back="Terug",
)

GERMAN = PayingPhrases(
    pay="{amount} bezahlen",
    pay_hint="Mit {method}, sofort.",
    page_hint="Auf der Seite unseres Zahlungsdienstes, mit Karte oder Bankkonto.",
    confirm_hint="Mit Ihrer Bestätigung oder einer anderen Karte, auf der Seite unseres Zahlungsdienstes.",
    tried_again="Es hat nicht geklappt; wir versuchen es mit {method} noch einmal am {date}. Oder bezahlen Sie jetzt.",
    under_way="Eine Zahlung über {amount} ist unterwegs. Sie erscheint hier, sobald sie bestätigt ist.",
    paid="Danke, Ihre Zahlung ist eingegangen.",
    waiting="Danke, Ihre Zahlung ist unterwegs; die Bestätigung Ihrer Bank kann einige Tage dauern.",
    failed_retry="Die Zahlung ist fehlgeschlagen. Es wurde nichts abgebucht; bitte später oder anders versuchen.",
    failed_act="Ihre Bank verlangt eine Bestätigung. Nichts wurde abgebucht; bitte erneut bezahlen und bestätigen.",
    failed_new="Diese Zahlungsart funktioniert nicht mehr. Es wurde nichts abgebucht; bitte eine andere hinzufügen.",
    failed_stop="Die Zahlung wurde abgelehnt. Es wurde nichts abgebucht; bitte wenden Sie sich an uns.",
    changed="Der zu zahlende Betrag hat sich inzwischen geändert. Bitte sehen Sie noch einmal nach.",
    not_paid="Es wurde nichts bezahlt. Sie können es jederzeit noch einmal versuchen.",
    past_due="Eine Zahlung ist fehlgeschlagen. Sie behalten alles, was Sie haben; bitte bezahlen Sie, was offen ist.",
    add="Zahlungsart hinzufügen",
    replace="Ersetzen",
    use="Für automatische Zahlungen nutzen",
    used="Automatische Zahlungen nutzen jetzt diese Zahlungsart.",
    remove="Entfernen",
    remove_question="{method} entfernen?",
    remove_hint="Sie wird nicht mehr belastet. Ohne eine andere bezahlen Sie Ihre nächsten Rechnungen selbst.",
    removed="Die Zahlungsart wurde entfernt.",
    keep="Behalten",
    valid_until="gültig bis {date}",
    expired="abgelaufen am {date}; bitte ersetzen",
    pending="wartet auf die Bestätigung Ihrer Bank",
    invalid="von Ihrer Bank nicht mehr angenommen; bitte ersetzen",
    stopped="nach einer abgelehnten Zahlung angehalten; bitte wenden Sie sich an uns",
    saved="Ihre Zahlungsart ist gespeichert und wird für automatische Zahlungen genutzt.",
    not_saved="Es wurde keine Zahlungsart gespeichert. Es hat sich nichts geändert.",
    not_yet="Ihre Zahlungsart ist noch nicht bestätigt; sie erscheint hier, sobald das geschehen ist.",
    unavailable="Das ist im Moment nicht möglich. Es hat sich nichts geändert; bitte versuchen Sie es später.",
    back="Zurück",
)

FRENCH = PayingPhrases(
    pay="Payer {amount}",
    pay_hint="Avec {method}, tout de suite.",
    page_hint="Sur la page de notre prestataire, par carte ou compte bancaire.",
    confirm_hint="Votre carte demande votre confirmation, ou une autre carte : sur la page de notre prestataire.",
    tried_again="Cela n’a pas abouti ; nous réessayons avec {method} le {date}. Ou réglez maintenant.",
    under_way="Un paiement de {amount} est en cours. Il apparaîtra ici dès sa confirmation.",
    paid="Merci, votre paiement est arrivé.",
    waiting="Merci, votre paiement est en cours ; votre banque peut mettre quelques jours à le confirmer.",
    failed_retry="Le paiement n’a pas abouti. Rien n’a été débité ; réessayez plus tard ou autrement.",
    failed_act="Votre banque demande une confirmation. Rien n’a été débité ; payez à nouveau et confirmez.",
    failed_new="Ce moyen de paiement ne fonctionne plus. Rien n’a été débité ; veuillez en ajouter un autre.",
    failed_stop="Le paiement a été refusé. Rien n’a été débité ; veuillez nous contacter.",
    changed="Le montant à payer a changé entre-temps. Veuillez vérifier.",
    not_paid="Rien n’a été payé. Vous pouvez réessayer quand vous voulez.",
    past_due="Un paiement n’a pas abouti. Vous gardez tout ce que vous avez ; merci de régler ce qui est dû.",
    add="Ajouter un moyen de paiement",
    replace="Remplacer",
    use="Utiliser pour les paiements automatiques",
    used="Les paiements automatiques utilisent maintenant ce moyen.",
    remove="Supprimer",
    remove_question="Supprimer {method} ?",
    remove_hint="Il ne sera plus débité. Sans un autre, vous réglez vous-même vos prochaines factures.",
    removed="Le moyen de paiement a été supprimé.",
    keep="Le garder",
    valid_until="valable jusqu’au {date}",
    expired="expiré le {date} ; veuillez le remplacer",
    pending="en attente de confirmation par votre banque",
    invalid="plus accepté par votre banque ; veuillez le remplacer",
    stopped="arrêté après un paiement refusé ; veuillez nous contacter",
    saved="Votre moyen de paiement est enregistré et sert aux paiements automatiques.",
    not_saved="Aucun moyen de paiement n’a été enregistré. Rien n’a changé.",
    not_yet="Votre moyen de paiement n’est pas encore confirmé ; il apparaîtra ici.",
    unavailable="Ce n’est pas possible pour le moment. Rien n’a changé ; veuillez réessayer plus tard.",
    back="Retour",
)

SPANISH = PayingPhrases(
    pay="Pagar {amount}",
    pay_hint="Con {method}, al momento.",
    page_hint="En la página de nuestro proveedor de pagos, con tarjeta o cuenta.",
    confirm_hint="Su tarjeta pide su confirmación, o use otra: en la página de nuestro proveedor de pagos.",
    tried_again="No ha funcionado; lo intentaremos de nuevo con {method} el {date}. O pague ahora.",
    under_way="Hay un pago de {amount} en curso. Aparecerá aquí en cuanto se confirme.",
    paid="Gracias, su pago ha llegado.",
    waiting="Gracias, su pago está en curso; su banco puede tardar unos días en confirmarlo.",
    failed_retry="El pago no ha funcionado. No se ha cobrado nada; inténtelo más tarde o de otra forma.",
    failed_act="Su banco pide que confirme este pago. No se ha cobrado nada; pague de nuevo y confírmelo.",
    failed_new="Esta forma de pago ya no funciona. No se ha cobrado nada; añada otra.",
    failed_stop="El pago ha sido rechazado. No se ha cobrado nada; póngase en contacto con nosotros.",
    changed="El importe a pagar ha cambiado entretanto. Compruébelo de nuevo.",
    not_paid="No se ha pagado nada. Puede intentarlo de nuevo cuando quiera.",
    past_due="Un pago no ha funcionado. Usted conserva todo lo que tiene; pague lo que está pendiente.",
    add="Añadir una forma de pago",
    replace="Sustituir",
    use="Usar para los pagos automáticos",
    used="Los pagos automáticos usan ahora esta forma.",
    remove="Quitar",
    remove_question="¿Quitar {method}?",
    remove_hint="No se cobrará más con ella. Sin otra, pagará usted sus próximas facturas.",
    removed="La forma de pago se ha quitado.",
    keep="Conservarla",
    valid_until="válida hasta el {date}",
    expired="caducó el {date}; sustitúyala",
    pending="a la espera de confirmación de su banco",
    invalid="su banco ya no la acepta; sustitúyala",
    stopped="detenida tras un pago rechazado; póngase en contacto con nosotros",
    saved="Su forma de pago está guardada y se usa para los pagos automáticos.",
    not_saved="No se ha guardado ninguna forma de pago. No ha cambiado nada.",
    not_yet="Su forma de pago aún no está confirmada; aparecerá aquí.",
    unavailable="Ahora no es posible. No ha cambiado nada; inténtelo más tarde.",
    back="Volver",
)

PAYING: Mapping[str, PayingPhrases] = {"en": ENGLISH, "nl": DUTCH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
