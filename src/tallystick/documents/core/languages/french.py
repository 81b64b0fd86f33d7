"""The words of a document in French."""

from tallystick.documents.core.words import KindWords, PaymentWords, TableWords, TreatmentWords, Words
from tallystick.taxes.core.treatment import Treatment

FRENCH = Words(
    code="fr",
    locale="fr",
    kinds={
        "invoice": KindWords("Facture", "Numéro de facture", "Date de facture", "Montant à payer"),
        "credit_note": KindWords("Avoir", "Numéro d’avoir", "Date", "Montant crédité"),
        "debit_note": KindWords("Note de débit", "Numéro", "Date", "Montant à payer"),
    },
    treatments={
        Treatment.STANDARD: TreatmentWords("TVA {rate}"),
        Treatment.REDUCED: TreatmentWords("TVA {rate}"),
        Treatment.ZERO: TreatmentWords("TVA {rate}"),
        Treatment.EXEMPT: TreatmentWords("Exonéré", "Exonéré de TVA."),
        Treatment.REVERSE_CHARGE: TreatmentWords(
            "Autoliquidation",
            "Autoliquidation (reverse charge) : la TVA est due par le preneur "
            "(articles 44 et 196, directive 2006/112/CE).",
        ),
        Treatment.OUTSIDE_SCOPE: TreatmentWords(
            "Hors champ",
            "Non soumis à la TVA : le lieu de la prestation est celui où le preneur est établi, à l’étranger.",
        ),
        Treatment.NOT_REGISTERED: TreatmentWords(
            "Sans TVA", "Aucune TVA n’est facturée : le vendeur n’est pas immatriculé à la TVA."
        ),
    },
    payment=PaymentWords(
        how_to_pay="Comment payer",
        transfer_by="Par virement bancaire",
        holder="Titulaire",
        iban="IBAN",
        account_number="Numéro de compte",
        bic="BIC",
        reference="Référence de paiement",
        reference_follows="suivra avec le numéro",
        scan="Scanner pour payer",
        qr_alternative="Code QR pour un virement SEPA avec les coordonnées imprimées à côté",
        collected="Sera prélevé automatiquement sur {method} le {date}. Vous n’avez rien à faire.",
        online="Payer en ligne sur",
        ask_us="Veuillez nous contacter pour convenir du paiement.",
        credited="Ce montant est crédité sur votre compte. Vous n’avez rien à faire.",
        settled="Entièrement réglé. Il ne reste rien à payer.",
        nothing_to_pay="Il n’y a rien à payer.",
        withdrawn="Ce document est retiré. Il n’y a rien à payer.",
    ),
    table=TableWords(
        description="Désignation",
        quantity="Quantité",
        unit_price="Prix unitaire",
        share="Part",
        days="{part}/{whole} jours",
        percent_of="{percent} de {amount}",
        amount="Montant en {currency}",
        subscription="Abonnement {reference}",
        other="Autres frais",
        subtotal="Sous-total",
        net_total="Total hors TVA",
        total="Total",
        covered="Payé ou crédité",
        difference="Différence non réclamée",
        vat_summary="Récapitulatif de TVA",
        rate="Régime",
        taxable="Base imposable",
        vat="TVA",
    ),
    due_on="Date d’échéance",
    customer_number="Numéro de client",
    buyer_reference="Votre référence",
    corrects={
        "invoice": "Corrige la facture",
        "credit_note": "Corrige l’avoir",
        "debit_note": "Corrige la note de débit",
    },
    corrected_document="{number} du {date}",
    statement_of="Relevé des montants prélevés en",
    number_follows="à l’émission",
    draft="PROJET",
    canceled="ANNULÉ",
    vat_number="N° TVA",
    registration_number="N° d’immat.",
    page="Page {page} sur {pages}",
    draft_subject="Projet",
)
