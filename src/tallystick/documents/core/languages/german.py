"""The words of a document in German."""

from tallystick.documents.core.words import KindWords, PaymentWords, TableWords, TreatmentWords, Words
from tallystick.taxes.core.treatment import Treatment

GERMAN = Words(
    code="de",
    locale="de",
    kinds={
        "invoice": KindWords("Rechnung", "Rechnungsnummer", "Rechnungsdatum", "Zu zahlen"),
        # "Gutschrift" would mean self-billing (section 14 (4) no. 10 UStG).
        "credit_note": KindWords("Rechnungskorrektur", "Belegnummer", "Datum", "Gutgeschriebener Betrag"),
        "debit_note": KindWords("Nachbelastung", "Belegnummer", "Datum", "Zu zahlen"),
    },
    treatments={
        Treatment.STANDARD: TreatmentWords("USt. {rate}"),
        Treatment.REDUCED: TreatmentWords("USt. {rate}"),
        Treatment.ZERO: TreatmentWords("USt. {rate}"),
        Treatment.EXEMPT: TreatmentWords("Steuerfrei", "Von der Umsatzsteuer befreit."),
        Treatment.REVERSE_CHARGE: TreatmentWords(
            "Reverse Charge",
            "Steuerschuldnerschaft des Leistungsempfängers "
            "(Reverse Charge; Artikel 44 und 196, Richtlinie 2006/112/EG).",
        ),
        Treatment.OUTSIDE_SCOPE: TreatmentWords(
            "Nicht steuerbar", "Nicht steuerbar: Der Leistungsort liegt am Sitz des Leistungsempfängers im Ausland."
        ),
        Treatment.NOT_REGISTERED: TreatmentWords(
            "Ohne USt.",
            "Es wird keine Umsatzsteuer berechnet: Der Verkäufer ist nicht für die Umsatzsteuer registriert.",
        ),
    },
    payment=PaymentWords(
        how_to_pay="So zahlen Sie",
        transfer_by="Per Überweisung",
        holder="Kontoinhaber",
        iban="IBAN",
        account_number="Kontonummer",
        bic="BIC",
        reference="Verwendungszweck",
        reference_follows="folgt mit der Nummer",
        scan="Scannen und zahlen",
        qr_alternative="QR-Code für eine SEPA-Überweisung mit den nebenstehenden Angaben",
        scan_online="Scannen und online zahlen",
        link_qr_alternative="QR-Code der Adresse, unter der dies online bezahlt werden kann",
        collected="Wird am {date} automatisch von {method} eingezogen. Sie müssen nichts tun.",
        online="Online zahlen unter",
        ask_us="Bitte wenden Sie sich wegen der Zahlung an uns.",
        credited="Dieser Betrag wird Ihrem Konto gutgeschrieben. Sie müssen nichts tun.",
        settled="Vollständig beglichen. Es ist nichts mehr zu zahlen.",
        nothing_to_pay="Es ist nichts zu zahlen.",
        withdrawn="Dieser Beleg ist aufgehoben. Es ist nichts zu zahlen.",
    ),
    table=TableWords(
        description="Beschreibung",
        quantity="Menge",
        unit_price="Einzelpreis",
        share="Anteil",
        days="{part}/{whole} Tage",
        percent_of="{percent} von {amount}",
        amount="Betrag in {currency}",
        subscription="Abonnement {reference}",
        other="Weitere Posten",
        subtotal="Zwischensumme",
        net_total="Summe netto",
        total="Gesamtbetrag",
        covered="Bezahlt oder verrechnet",
        difference="Differenz, nicht gefordert",
        vat_summary="Umsatzsteuer-Übersicht",
        rate="Behandlung",
        taxable="Nettobetrag",
        vat="USt.",
    ),
    due_on="Fällig am",
    customer_number="Kundennummer",
    buyer_reference="Ihre Referenz",
    corrects={
        "invoice": "Korrigiert Rechnung",
        "credit_note": "Korrigiert Rechnungskorrektur",
        "debit_note": "Korrigiert Nachbelastung",
    },
    corrected_document="{number} vom {date}",
    statement_of="Abrechnung der Abrufe im",
    number_follows="bei Ausstellung",
    draft="ENTWURF",
    canceled="STORNIERT",
    vat_number="USt-IdNr.",
    registration_number="Reg.-Nr.",
    page="Seite {page} von {pages}",
    draft_subject="Entwurf",
)
