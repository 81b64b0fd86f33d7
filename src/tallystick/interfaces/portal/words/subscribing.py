"""What the portal says of a customer's subscription; a language is one value."""

from collections.abc import Mapping
from typing import NamedTuple


class SubscribingPhrases(NamedTuple):
    """One language. Braces are filled in. `told_*` is said after something was done."""

    title: str
    none: str
    active: str
    trial: str
    past_due: str
    ends: str
    rests: str
    renews: str
    cancel: str
    cancel_question: str
    cancel_hint: str
    keep: str
    keep_hint: str
    again: str
    again_question: str
    again_hint: str
    needs_method: str
    told_canceled: str
    told_kept: str
    told_begun: str
    told_waiting: str
    told_failed: str
    told_limit: str
    told_not_possible: str


ENGLISH = SubscribingPhrases(
    title="Subscription",
    none="You have no subscription at the moment.",
    active="Active",
    trial="Free until {date}",
    past_due="A payment is open. You keep everything that you have.",
    ends="Ends on {date}. Until then you keep everything.",
    rests="Paused",
    renews="Renews by itself on {date}",
    cancel="Cancel",
    cancel_question="Cancel {plan}?",
    cancel_hint="It ends on {date}, the end of the period that you have. Until then you keep everything.",
    keep="Keep it",
    keep_hint="Nothing is charged now; it simply goes on.",
    again="Subscribe again to {plan}",
    again_question="Subscribe to {plan}?",
    again_hint="{amount} with VAT is charged now with {method}. It begins as soon as the payment is confirmed.",
    needs_method="Add a payment method first; it is charged then.",
    told_canceled="Your subscription is canceled. You keep everything until its end.",
    told_kept="Your subscription goes on.",
    told_begun="Thank you, your payment has arrived and your subscription is active.",
    told_waiting="Your payment is under way. Your subscription begins when it is confirmed.",
    told_failed="The payment did not work, and nothing was taken. Try another payment method.",
    told_limit="This payment method can’t be charged at the moment. Please use another one.",
    told_not_possible="This is not possible at the moment. Nothing was changed.",
)

DUTCH = SubscribingPhrases(
    title="Abonnement",
    none="U hebt op dit moment geen abonnement.",
    active="Actief",
    trial="Gratis tot {date}",
    past_due="Er staat een betaling open. U houdt alles wat u hebt.",
    ends="Eindigt op {date}. Tot dan houdt u alles.",
    rests="Gepauzeerd",
    renews="Wordt vanzelf verlengd op {date}",
    cancel="Opzeggen",
    cancel_question="{plan} opzeggen?",
    cancel_hint="Het eindigt op {date}, het einde van de lopende periode. Tot dan houdt u alles.",
    keep="Behouden",
    keep_hint="Er wordt nu niets afgeschreven; het loopt gewoon door.",
    again="Opnieuw abonneren op {plan}",
    again_question="Abonneren op {plan}?",
    again_hint="{amount} inclusief btw wordt nu betaald met {method}. Het begint zodra de betaling bevestigd is.",
    needs_method="Voeg eerst een betaalmethode toe; daarmee wordt betaald.",
    told_canceled="Uw abonnement is opgezegd. U houdt alles tot het einde.",
    told_kept="Uw abonnement loopt door.",
    told_begun="Dank u, uw betaling is ontvangen en uw abonnement is actief.",
    told_waiting="Uw betaling is onderweg. Uw abonnement begint zodra zij bevestigd is.",
    told_failed="De betaling is niet gelukt en er is niets afgeschreven. Probeer een andere betaalmethode.",
    told_limit="Met deze betaalmethode kan nu niet worden betaald. Kies een andere.",
    told_not_possible="Dit is nu niet mogelijk. Er is niets gewijzigd.",
)

GERMAN = SubscribingPhrases(
    title="Abonnement",
    none="Sie haben zurzeit kein Abonnement.",
    active="Aktiv",
    trial="Kostenlos bis {date}",
    past_due="Eine Zahlung ist offen. Sie behalten alles, was Sie haben.",
    ends="Endet am {date}. Bis dahin behalten Sie alles.",
    rests="Pausiert",
    renews="Verlängert sich von selbst am {date}",
    cancel="Kündigen",
    cancel_question="{plan} kündigen?",
    cancel_hint="Es endet am {date}, dem Ende des laufenden Zeitraums. Bis dahin behalten Sie alles.",
    keep="Behalten",
    keep_hint="Jetzt wird nichts abgebucht; es läuft einfach weiter.",
    again="{plan} erneut abonnieren",
    again_question="{plan} abonnieren?",
    again_hint="{amount} mit MwSt. werden jetzt mit {method} bezahlt. Es beginnt, sobald die Zahlung bestätigt ist.",
    needs_method="Fügen Sie zuerst eine Zahlungsart hinzu; damit wird bezahlt.",
    told_canceled="Ihr Abonnement ist gekündigt. Sie behalten alles bis zu seinem Ende.",
    told_kept="Ihr Abonnement läuft weiter.",
    told_begun="Danke, Ihre Zahlung ist eingegangen und Ihr Abonnement ist aktiv.",
    told_waiting="Ihre Zahlung ist unterwegs. Ihr Abonnement beginnt, sobald sie bestätigt ist.",
    told_failed="Die Zahlung ist fehlgeschlagen, es wurde nichts abgebucht. Bitte eine andere Zahlungsart nutzen.",
    told_limit="Diese Zahlungsart kann zurzeit nicht belastet werden. Bitte nutzen Sie eine andere.",
    told_not_possible="Das ist im Moment nicht möglich. Es hat sich nichts geändert.",
)

FRENCH = SubscribingPhrases(
    title="Abonnement",
    none="Vous n’avez pas d’abonnement en ce moment.",
    active="Actif",
    trial="Gratuit jusqu’au {date}",
    past_due="Un paiement est en attente. Vous gardez tout ce que vous avez.",
    ends="Prend fin le {date}. Jusque-là, vous gardez tout.",
    rests="En pause",
    renews="Se renouvelle automatiquement le {date}",
    cancel="Résilier",
    cancel_question="Résilier {plan} ?",
    cancel_hint="Il prend fin le {date}, à la fin de la période en cours. Jusque-là, vous gardez tout.",
    keep="Le garder",
    keep_hint="Rien n’est débité maintenant ; il continue simplement.",
    again="S’abonner à nouveau à {plan}",
    again_question="S’abonner à {plan} ?",
    again_hint="{amount} TVA comprise sont débités maintenant avec {method}. Il commence dès le paiement confirmé.",
    needs_method="Ajoutez d’abord un moyen de paiement ; c’est lui qui sera débité.",
    told_canceled="Votre abonnement est résilié. Vous gardez tout jusqu’à sa fin.",
    told_kept="Votre abonnement continue.",
    told_begun="Merci, votre paiement est arrivé et votre abonnement est actif.",
    told_waiting="Votre paiement est en cours. Votre abonnement commence dès qu’il est confirmé.",
    told_failed="Le paiement n’a pas abouti et rien n’a été débité. Essayez un autre moyen de paiement.",
    told_limit="Ce moyen de paiement ne peut pas être débité en ce moment. Veuillez en utiliser un autre.",
    told_not_possible="Ce n’est pas possible pour le moment. Rien n’a changé.",
)

SPANISH = SubscribingPhrases(
    title="Suscripción",
    none="En este momento no tiene ninguna suscripción.",
    active="Activa",
    trial="Gratis hasta el {date}",
    past_due="Hay un pago pendiente. Usted conserva todo lo que tiene.",
    ends="Termina el {date}. Hasta entonces lo conserva todo.",
    rests="En pausa",
    renews="Se renueva sola el {date}",
    cancel="Cancelar",
    cancel_question="¿Cancelar {plan}?",
    cancel_hint="Termina el {date}, al final del período en curso. Hasta entonces lo conserva todo.",
    keep="Conservarla",
    keep_hint="Ahora no se cobra nada; simplemente continúa.",
    again="Suscribirse de nuevo a {plan}",
    again_question="¿Suscribirse a {plan}?",
    again_hint="Ahora se cobran {amount} con IVA mediante {method}. Empieza en cuanto se confirme el pago.",
    needs_method="Añada primero una forma de pago; con ella se cobrará.",
    told_canceled="Su suscripción está cancelada. Lo conserva todo hasta su fin.",
    told_kept="Su suscripción continúa.",
    told_begun="Gracias, su pago ha llegado y su suscripción está activa.",
    told_waiting="Su pago está en curso. Su suscripción empieza cuando se confirme.",
    told_failed="El pago no ha funcionado y no se ha cobrado nada. Pruebe otra forma de pago.",
    told_limit="Esta forma de pago no se puede cobrar en este momento. Use otra.",
    told_not_possible="Ahora no es posible. No ha cambiado nada.",
)

SUBSCRIBING: Mapping[str, SubscribingPhrases] = {
    "en": ENGLISH,
    "nl": DUTCH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
}
