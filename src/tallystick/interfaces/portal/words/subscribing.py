"""What the portal says of what is subscribed to; a language is one value."""

from typing import NamedTuple


class SubscribingPhrases(NamedTuple):
    """One language. Braces are filled in. The first ones say how a subscription stands."""

    title: str
    look: str
    active: str
    trial: str
    past_due: str
    paused: str
    begins: str
    ends: str
    next: str
    none: str
    plans: str
    managed: str
    ask: str
    per_month: str
    per_months: str
    per_year: str
    per_days: str
    subscribe: str
    subscribe_question: str
    charged_now: str
    charged_debt: str
    by_method: str
    by_page: str
    renews: str
    cancel: str
    cancel_question: str
    cancel_hint: str
    cancel_now_hint: str
    keep: str
    resume: str
    resume_hint: str
    canceled: str
    resumed: str
    begun: str
    waiting: str
    not_begun: str
    changed: str
    no_method: str
    unavailable: str


ENGLISH = SubscribingPhrases(
    title="Subscription",
    look="See it, subscribe or cancel",
    active="Active.",
    trial="Trial until {date}.",
    past_due="A payment did not work. You keep everything that you have; please pay what is open.",
    paused="Paused.",
    begins="Begins on {date}.",
    ends="Ends on {date}. It stays yours until then.",
    next="Next payment on {date}: {amount} including any VAT",
    none="There is no subscription.",
    plans="Choose a plan",
    managed="Your contract is managed by us, so it is not changed here. Please write to us.",
    ask="It was agreed for a certain time. Please write to us if you want to end it.",
    per_month="{amount} a month, including any VAT",
    per_months="{amount} for {count} months, including any VAT",
    per_year="{amount} a year, including any VAT",
    per_days="{amount} for {count} days, including any VAT",
    subscribe="Subscribe",
    subscribe_question="Subscribe to {plan}?",
    charged_now="{amount} is charged now, including any VAT. It begins as soon as that is paid.",
    charged_debt="Of this, {amount} is for invoices that are open already.",
    by_method="It is charged to {method}.",
    by_page="You pay on our payment provider’s page and come back here.",
    renews="It renews by itself until you cancel; you can do so here at any time.",
    cancel="Cancel",
    cancel_question="Cancel {plan}?",
    cancel_hint="It ends on {date} and stays yours until then. You are not charged for the time after.",
    cancel_now_hint="Nothing is paid ahead, so it ends today.",
    keep="Keep it",
    resume="Resume",
    resume_hint="Nothing is charged now.",
    canceled="It is canceled.",
    resumed="It goes on. Nothing was charged.",
    begun="Thank you, your payment has arrived and your subscription has begun.",
    waiting="Thank you, your payment is under way. Your subscription begins as soon as it is confirmed.",
    not_begun="The payment was not completed, so nothing has begun. You can try again whenever you like.",
    changed="This has changed in the meantime. Please look again.",
    no_method="Please add a payment method first; nothing was changed.",
    unavailable="This is not possible at the moment. Nothing was changed; please try again later.",
)

DUTCH = SubscribingPhrases(
    title="Abonnement",
    look="Bekijken, abonneren of opzeggen",
    active="Actief.",
    trial="Proefperiode tot {date}.",
    past_due="Een betaling is niet gelukt. U houdt alles wat u hebt; betaal alstublieft wat openstaat.",
    paused="Gepauzeerd.",
    begins="Begint op {date}.",
    ends="Eindigt op {date}. Tot dan blijft het van u.",
    next="Volgende betaling op {date}: {amount} inclusief btw",
    none="Er is geen abonnement.",
    plans="Kies een abonnement",
    managed="Uw contract wordt door ons beheerd en wordt hier niet gewijzigd. Schrijf ons alstublieft.",
    ask="Het is voor een bepaalde tijd afgesproken. Schrijf ons als u het wilt beëindigen.",
    per_month="{amount} per maand, inclusief btw",
    per_months="{amount} per {count} maanden, inclusief btw",
    per_year="{amount} per jaar, inclusief btw",
    per_days="{amount} per {count} dagen, inclusief btw",
    subscribe="Abonneren",
    subscribe_question="Abonneren op {plan}?",
    charged_now="Er wordt nu {amount} afgeschreven, inclusief btw. Het begint zodra dat betaald is.",
    charged_debt="Daarvan is {amount} voor facturen die al openstaan.",
    by_method="Het wordt afgeschreven van {method}.",
    by_page="U betaalt op de pagina van onze betaaldienst en komt hier terug.",
    renews="Het wordt vanzelf verlengd totdat u opzegt; dat kan hier altijd.",
    cancel="Opzeggen",
    cancel_question="{plan} opzeggen?",
    cancel_hint="Het eindigt op {date} en blijft tot dan van u. Voor de tijd daarna betaalt u niets.",
    cancel_now_hint="Er is niets vooruitbetaald, dus het eindigt vandaag.",
    keep="Behouden",
    resume="Toch doorgaan",
    resume_hint="Er wordt nu niets afgeschreven.",
    canceled="Het is opgezegd.",
    resumed="Het gaat door. Er is niets afgeschreven.",
    begun="Dank u, uw betaling is ontvangen en uw abonnement is begonnen.",
    waiting="Dank u, uw betaling is onderweg. Uw abonnement begint zodra zij bevestigd is.",
    not_begun="De betaling is niet afgerond; er is niets begonnen. U kunt het altijd opnieuw proberen.",
    changed="Dit is intussen veranderd. Kijk het nog eens na.",
    no_method="Voeg eerst een betaalmethode toe; er is niets gewijzigd.",
    unavailable="Dit is nu niet mogelijk. Er is niets gewijzigd; probeer het later nog eens.",
)

GERMAN = SubscribingPhrases(
    title="Abonnement",
    look="Ansehen, abonnieren oder kündigen",
    active="Aktiv.",
    trial="Probezeit bis {date}.",
    past_due="Eine Zahlung ist fehlgeschlagen. Sie behalten alles, was Sie haben; bitte bezahlen Sie, was offen ist.",
    paused="Pausiert.",
    begins="Beginnt am {date}.",
    ends="Endet am {date}. Bis dahin bleibt es Ihres.",
    next="Nächste Zahlung am {date}: {amount} einschließlich USt.",
    none="Es gibt kein Abonnement.",
    plans="Wählen Sie einen Tarif",
    managed="Ihr Vertrag wird von uns betreut und hier nicht geändert. Bitte schreiben Sie uns.",
    ask="Es ist für eine bestimmte Zeit vereinbart. Bitte schreiben Sie uns, wenn Sie es beenden möchten.",
    per_month="{amount} im Monat, einschließlich USt.",
    per_months="{amount} für {count} Monate, einschließlich USt.",
    per_year="{amount} im Jahr, einschließlich USt.",
    per_days="{amount} für {count} Tage, einschließlich USt.",
    subscribe="Abonnieren",
    subscribe_question="{plan} abonnieren?",
    charged_now="Jetzt werden {amount} abgebucht, einschließlich USt. Es beginnt, sobald das bezahlt ist.",
    charged_debt="Davon sind {amount} für Rechnungen, die schon offen sind.",
    by_method="Abgebucht wird von {method}.",
    by_page="Sie zahlen auf der Seite unseres Zahlungsdienstes und kommen hierher zurück.",
    renews="Es verlängert sich von selbst, bis Sie kündigen; das können Sie hier jederzeit.",
    cancel="Kündigen",
    cancel_question="{plan} kündigen?",
    cancel_hint="Es endet am {date} und bleibt bis dahin Ihres. Für die Zeit danach zahlen Sie nichts.",
    cancel_now_hint="Es ist nichts im Voraus bezahlt; darum endet es heute.",
    keep="Behalten",
    resume="Fortsetzen",
    resume_hint="Es wird jetzt nichts abgebucht.",
    canceled="Es ist gekündigt.",
    resumed="Es geht weiter. Es wurde nichts abgebucht.",
    begun="Danke, Ihre Zahlung ist eingegangen und Ihr Abonnement hat begonnen.",
    waiting="Danke, Ihre Zahlung ist unterwegs. Ihr Abonnement beginnt, sobald sie bestätigt ist.",
    not_begun="Die Zahlung wurde nicht abgeschlossen; es hat nichts begonnen. Sie können es erneut versuchen.",
    changed="Das hat sich inzwischen geändert. Bitte sehen Sie noch einmal nach.",
    no_method="Bitte fügen Sie zuerst eine Zahlungsart hinzu; es hat sich nichts geändert.",
    unavailable="Das ist im Moment nicht möglich. Es hat sich nichts geändert; bitte versuchen Sie es später.",
)
