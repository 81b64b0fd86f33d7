"""The words of a document in Spanish."""

from tallystick.documents.core.words import KindWords, PaymentWords, TableWords, TreatmentWords, Words
from tallystick.taxes.core.treatment import Treatment

SPANISH = Words(
    code="es",
    locale="es",
    kinds={
        "invoice": KindWords("Factura", "Número de factura", "Fecha de factura", "Importe a pagar"),
        "credit_note": KindWords("Factura rectificativa", "Número de factura", "Fecha", "Importe abonado"),
        "debit_note": KindWords("Nota de débito", "Número", "Fecha", "Importe a pagar"),
    },
    treatments={
        Treatment.STANDARD: TreatmentWords("IVA {rate}"),
        Treatment.REDUCED: TreatmentWords("IVA {rate}"),
        Treatment.ZERO: TreatmentWords("IVA {rate}"),
        Treatment.EXEMPT: TreatmentWords("Exento", "Exento de IVA."),
        Treatment.REVERSE_CHARGE: TreatmentWords(
            "Inversión",
            "Inversión del sujeto pasivo (reverse charge): el destinatario liquida el IVA "
            "(artículos 44 y 196, Directiva 2006/112/CE).",
        ),
        Treatment.OUTSIDE_SCOPE: TreatmentWords(
            "No sujeto",
            "No sujeto a IVA: la prestación se localiza donde está establecido el destinatario, en el extranjero.",
        ),
        Treatment.NOT_REGISTERED: TreatmentWords(
            "Sin IVA", "No se repercute IVA: el vendedor no está registrado a efectos del IVA."
        ),
    },
    payment=PaymentWords(
        how_to_pay="Cómo pagar",
        transfer_by="Por transferencia bancaria",
        holder="Titular",
        iban="IBAN",
        account_number="Número de cuenta",
        bic="BIC",
        reference="Referencia de pago",
        reference_follows="seguirá con el número",
        scan="Escanear para pagar",
        qr_alternative="Código QR para una transferencia SEPA con los datos impresos al lado",
        collected="Se cobrará automáticamente de {method} el {date}. No tiene que hacer nada.",
        online="Pagar en línea en",
        ask_us="Póngase en contacto con nosotros para acordar el pago.",
        credited="Este importe se abona en su cuenta. No tiene que hacer nada.",
        settled="Pagado en su totalidad. No queda nada por pagar.",
        nothing_to_pay="No hay nada que pagar.",
        withdrawn="Este documento se ha retirado. No hay nada que pagar.",
    ),
    table=TableWords(
        description="Descripción",
        quantity="Cantidad",
        unit_price="Precio unitario",
        share="Parte",
        days="{part}/{whole} días",
        percent_of="{percent} de {amount}",
        amount="Importe en {currency}",
        subscription="Suscripción {reference}",
        other="Otros cargos",
        subtotal="Subtotal",
        net_total="Total sin IVA",
        total="Total",
        covered="Pagado o abonado",
        difference="Diferencia no reclamada",
        vat_summary="Desglose del IVA",
        rate="Régimen",
        taxable="Base imponible",
        vat="IVA",
    ),
    due_on="Fecha de vencimiento",
    customer_number="Número de cliente",
    buyer_reference="Su referencia",
    corrects={
        "invoice": "Rectifica la factura",
        "credit_note": "Rectifica la factura rectificativa",
        "debit_note": "Rectifica la nota de débito",
    },
    corrected_document="{number} del {date}",
    statement_of="Extracto de cargos de",
    number_follows="al emitirse",
    draft="BORRADOR",
    canceled="CANCELADA",
    vat_number="NIF-IVA",
    registration_number="N.º de registro",
    page="Página {page} de {pages}",
    draft_subject="Borrador",
)
