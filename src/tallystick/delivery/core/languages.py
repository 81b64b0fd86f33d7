"""The five languages of e-mails; a test holds them to the languages of documents."""

from tallystick.delivery.core.mail_words import MailWords

ENGLISH = MailWords(
    code="en",
    due="{title} {number}: {amount}, due on {date}",
    collected="{title} {number}: {amount}, collected on {date}",
    settled="{title} {number}: {amount}, settled",
    nothing_to_pay="{title} {number}: {amount}, nothing to pay",
    credited="{title} {number}: {amount} credited",
    withdrawn="{title} {number}: {amount}, withdrawn",
    greeting="Hello {name},",
    attached={
        "invoice": "Your invoice {number} of {date} is attached.",
        "credit_note": "Your credit note {number} of {date} is attached.",
        "debit_note": "Your debit note {number} of {date} is attached.",
    },
    corrects={
        "invoice": "It corrects invoice {number} of {date}.",
        "credit_note": "It corrects credit note {number} of {date}.",
        "debit_note": "It corrects debit note {number} of {date}.",
    },
    questions="Any questions? Simply reply to this e-mail.",
)

DUTCH = MailWords(
    code="nl",
    due="{title} {number}: {amount}, te betalen uiterlijk {date}",
    collected="{title} {number}: {amount}, wordt afgeschreven op {date}",
    settled="{title} {number}: {amount}, voldaan",
    nothing_to_pay="{title} {number}: {amount}, niets te betalen",
    credited="{title} {number}: {amount} gecrediteerd",
    withdrawn="{title} {number}: {amount}, ingetrokken",
    greeting="Beste {name},",
    attached={
        "invoice": "In de bijlage vindt u factuur {number} van {date}.",
        "credit_note": "In de bijlage vindt u creditfactuur {number} van {date}.",
        "debit_note": "In de bijlage vindt u debetnota {number} van {date}.",
    },
    corrects={
        "invoice": "Deze corrigeert factuur {number} van {date}.",
        "credit_note": "Deze corrigeert creditfactuur {number} van {date}.",
        "debit_note": "Deze corrigeert debetnota {number} van {date}.",
    },
    questions="Vragen? Beantwoord gewoon deze e-mail.",
)

GERMAN = MailWords(
    code="de",
    due="{title} {number}: {amount}, fällig am {date}",
    collected="{title} {number}: {amount}, Einzug am {date}",
    settled="{title} {number}: {amount}, beglichen",
    nothing_to_pay="{title} {number}: {amount}, nichts zu zahlen",
    credited="{title} {number}: {amount} gutgeschrieben",
    withdrawn="{title} {number}: {amount}, aufgehoben",
    greeting="Guten Tag {name},",
    attached={
        "invoice": "im Anhang finden Sie die Rechnung {number} vom {date}.",
        "credit_note": "im Anhang finden Sie die Rechnungskorrektur {number} vom {date}.",
        "debit_note": "im Anhang finden Sie die Nachbelastung {number} vom {date}.",
    },
    corrects={
        "invoice": "Sie korrigiert die Rechnung {number} vom {date}.",
        "credit_note": "Sie korrigiert die Rechnungskorrektur {number} vom {date}.",
        "debit_note": "Sie korrigiert die Nachbelastung {number} vom {date}.",
    },
    questions="Haben Sie Fragen? Antworten Sie einfach auf diese E-Mail.",
)

FRENCH = MailWords(
    code="fr",
    due="{title} {number} : {amount}, à payer au plus tard le {date}",
    collected="{title} {number} : {amount}, prélèvement le {date}",
    settled="{title} {number} : {amount}, réglé",
    nothing_to_pay="{title} {number} : {amount}, rien à payer",
    credited="{title} {number} : {amount} crédité",
    withdrawn="{title} {number} : {amount}, retiré",
    greeting="Bonjour {name},",
    attached={
        "invoice": "Vous trouverez ci-joint la facture {number} du {date}.",
        "credit_note": "Vous trouverez ci-joint l’avoir {number} du {date}.",
        "debit_note": "Vous trouverez ci-joint la note de débit {number} du {date}.",
    },
    corrects={
        "invoice": "Ce document corrige la facture {number} du {date}.",
        "credit_note": "Ce document corrige l’avoir {number} du {date}.",
        "debit_note": "Ce document corrige la note de débit {number} du {date}.",
    },
    questions="Des questions ? Répondez simplement à cet e-mail.",
)

SPANISH = MailWords(
    code="es",
    due="{title} {number}: {amount}, vence el {date}",
    collected="{title} {number}: {amount}, se cobrará el {date}",
    settled="{title} {number}: {amount}, pagado",
    nothing_to_pay="{title} {number}: {amount}, nada que pagar",
    credited="{title} {number}: {amount} abonado",
    withdrawn="{title} {number}: {amount}, retirado",
    greeting="Hola, {name}:",
    attached={
        "invoice": "Adjuntamos la factura {number} del {date}.",
        "credit_note": "Adjuntamos la factura rectificativa {number} del {date}.",
        "debit_note": "Adjuntamos la nota de débito {number} del {date}.",
    },
    corrects={
        "invoice": "Este documento rectifica la factura {number} del {date}.",
        "credit_note": "Este documento rectifica la factura rectificativa {number} del {date}.",
        "debit_note": "Este documento rectifica la nota de débito {number} del {date}.",
    },
    questions="¿Alguna pregunta? Responda a este correo.",
)

LANGUAGES: dict[str, MailWords] = {words.code: words for words in (ENGLISH, DUTCH, GERMAN, FRENCH, SPANISH)}
