"""The words of a document in Dutch."""

from tallystick.documents.core.words import KindWords, PaymentWords, TableWords, TreatmentWords, Words
from tallystick.taxes.core.treatment import Treatment

DUTCH = Words(
    code="nl",
    locale="nl",
    kinds={
        "invoice": KindWords("Factuur", "Factuurnummer", "Factuurdatum", "Te betalen"),
        "credit_note": KindWords("Creditfactuur", "Creditfactuurnummer", "Datum", "Gecrediteerd bedrag"),
        "debit_note": KindWords("Debetnota", "Debetnotanummer", "Datum", "Te betalen"),
    },
    treatments={
        Treatment.STANDARD: TreatmentWords("Btw {rate}"),
        Treatment.REDUCED: TreatmentWords("Btw {rate}"),
        Treatment.ZERO: TreatmentWords("Btw {rate}"),
        Treatment.EXEMPT: TreatmentWords("Vrijgesteld", "Vrijgesteld van btw."),
        Treatment.REVERSE_CHARGE: TreatmentWords(
            "Btw verlegd",
            "Btw verlegd (reverse charge): de afnemer is de btw verschuldigd "
            "(artikelen 44 en 196, Richtlijn 2006/112/EG).",
        ),
        Treatment.OUTSIDE_SCOPE: TreatmentWords(
            "Niet belast",
            "Niet belast met btw: de plaats van dienst is waar de afnemer is gevestigd, in het buitenland.",
        ),
        Treatment.NOT_REGISTERED: TreatmentWords(
            "Geen btw", "Er wordt geen btw berekend: de verkoper is niet voor de btw geregistreerd."
        ),
    },
    payment=PaymentWords(
        how_to_pay="Hoe te betalen",
        transfer_by="Per bankoverschrijving",
        holder="Ten name van",
        iban="IBAN",
        account_number="Rekeningnummer",
        bic="BIC",
        reference="Betalingskenmerk",
        reference_follows="volgt met het nummer",
        scan="Scan om te betalen",
        qr_alternative="QR-code voor een SEPA-overschrijving met de gegevens die ernaast staan",
        collected="Wordt automatisch afgeschreven van {method} op {date}. U hoeft niets te doen.",
        online="Online betalen op",
        ask_us="Neem contact met ons op om de betaling af te spreken.",
        credited="Dit bedrag wordt met uw rekening verrekend. U hoeft niets te doen.",
        settled="Volledig voldaan. Er staat niets meer open.",
        nothing_to_pay="U hoeft niets te betalen.",
        withdrawn="Dit document is ingetrokken. U hoeft niets te betalen.",
    ),
    table=TableWords(
        description="Omschrijving",
        quantity="Aantal",
        unit_price="Prijs per stuk",
        share="Aandeel",
        days="{part}/{whole} dagen",
        percent_of="{percent} van {amount}",
        amount="Bedrag in {currency}",
        subscription="Abonnement {reference}",
        other="Overige kosten",
        subtotal="Subtotaal",
        net_total="Totaal exclusief btw",
        total="Totaal",
        covered="Betaald of verrekend",
        difference="Verschil, niet gevraagd",
        vat_summary="Btw-overzicht",
        rate="Behandeling",
        taxable="Grondslag",
        vat="Btw",
    ),
    due_on="Vervaldatum",
    customer_number="Klantnummer",
    buyer_reference="Uw referentie",
    corrects={
        "invoice": "Corrigeert factuur",
        "credit_note": "Corrigeert creditfactuur",
        "debit_note": "Corrigeert debetnota",
    },
    corrected_document="{number} van {date}",
    statement_of="Overzicht van opgenomen bedragen in",
    number_follows="bij uitgifte",
    draft="CONCEPT",
    canceled="VERVALLEN",
    vat_number="Btw-nr.",
    registration_number="Reg.nr.",
    page="Pagina {page} van {pages}",
    draft_subject="Concept",
)
