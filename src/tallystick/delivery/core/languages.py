"""The five languages of e-mails; a test holds them to the languages of documents."""

from tallystick.delivery.core.mail_words import CollectionSentences, MailSubjects, MailWords

ENGLISH = MailWords(
    code="en",
    subjects=MailSubjects(
        due="{title} {number}: {amount}, due on {date}",
        collected="{title} {number}: {amount}, collected on {date}",
        collecting="{title} {number}: {amount}, collected automatically",
        settled="{title} {number}: {amount}, settled",
        nothing_to_pay="{title} {number}: {amount}, nothing to pay",
        credited="{title} {number}: {amount} credited",
        withdrawn="{title} {number}: {amount}, withdrawn",
    ),
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
    transfer="Please transfer by {date}",
    transfer_overdue="Please transfer, due since {date}",
    pay="Amount due by {date}",
    pay_overdue="Amount due since {date}",
    amount="Amount",
    colon=": ",
    collection=CollectionSentences(
        soon="It will soon be collected automatically from {method}. You need not do anything.",
        under_way="It is being collected automatically from {method}. You need not do anything.",
        to_confirm="Your bank asks you to confirm the payment from {method}.",
        failed="We could not collect this invoice from {method}.",
    ),
    see_online="See and download it online:",
    questions="Any questions? Simply reply to this e-mail.",
)

DUTCH = MailWords(
    code="nl",
    subjects=MailSubjects(
        due="{title} {number}: {amount}, te betalen uiterlijk {date}",
        collected="{title} {number}: {amount}, wordt afgeschreven op {date}",
        collecting="{title} {number}: {amount}, wordt automatisch afgeschreven",
        settled="{title} {number}: {amount}, voldaan",
        nothing_to_pay="{title} {number}: {amount}, niets te betalen",
        credited="{title} {number}: {amount} gecrediteerd",
        withdrawn="{title} {number}: {amount}, ingetrokken",
    ),
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
    transfer="Graag overmaken uiterlijk {date}",
    transfer_overdue="Graag overmaken, vervallen op {date}",
    pay="Te betalen uiterlijk {date}",
    pay_overdue="Te betalen sinds {date}",
    amount="Bedrag",
    colon=": ",
    collection=CollectionSentences(
        soon="Het wordt binnenkort automatisch afgeschreven van {method}. U hoeft niets te doen.",
        under_way="Het wordt op dit moment automatisch afgeschreven van {method}. U hoeft niets te doen.",
        to_confirm="Uw bank vraagt u de betaling van {method} te bevestigen.",
        failed="Wij konden deze factuur niet afschrijven van {method}.",
    ),
    see_online="Online bekijken en downloaden:",
    questions="Vragen? Beantwoord gewoon deze e-mail.",
)

GERMAN = MailWords(
    code="de",
    subjects=MailSubjects(
        due="{title} {number}: {amount}, fällig am {date}",
        collected="{title} {number}: {amount}, Einzug am {date}",
        collecting="{title} {number}: {amount}, wird automatisch eingezogen",
        settled="{title} {number}: {amount}, beglichen",
        nothing_to_pay="{title} {number}: {amount}, nichts zu zahlen",
        credited="{title} {number}: {amount} gutgeschrieben",
        withdrawn="{title} {number}: {amount}, aufgehoben",
    ),
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
    transfer="Bitte überweisen Sie bis zum {date}",
    transfer_overdue="Bitte überweisen Sie, fällig seit dem {date}",
    pay="Zu zahlen bis zum {date}",
    pay_overdue="Zu zahlen seit dem {date}",
    amount="Betrag",
    colon=": ",
    collection=CollectionSentences(
        soon="Der Betrag wird demnächst automatisch von {method} eingezogen. Sie müssen nichts tun.",
        under_way="Der Betrag wird gerade automatisch von {method} eingezogen. Sie müssen nichts tun.",
        to_confirm="Ihre Bank bittet Sie, die Zahlung von {method} zu bestätigen.",
        failed="Diese Rechnung konnten wir nicht von {method} einziehen.",
    ),
    see_online="Online ansehen und herunterladen:",
    questions="Haben Sie Fragen? Antworten Sie einfach auf diese E-Mail.",
)

FRENCH = MailWords(
    code="fr",
    subjects=MailSubjects(
        due="{title} {number} : {amount}, à payer au plus tard le {date}",
        collected="{title} {number} : {amount}, prélèvement le {date}",
        collecting="{title} {number} : {amount}, prélèvement automatique",
        settled="{title} {number} : {amount}, réglé",
        nothing_to_pay="{title} {number} : {amount}, rien à payer",
        credited="{title} {number} : {amount} crédité",
        withdrawn="{title} {number} : {amount}, retiré",
    ),
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
    transfer="Merci de virer au plus tard le {date}",
    transfer_overdue="Merci de virer, échéance dépassée depuis le {date}",
    pay="À payer au plus tard le {date}",
    pay_overdue="À payer depuis le {date}",
    amount="Montant",
    colon=" : ",
    collection=CollectionSentences(
        soon="Ce montant sera bientôt prélevé automatiquement sur {method}. Vous n’avez rien à faire.",
        under_way="Ce montant est en cours de prélèvement automatique sur {method}. Vous n’avez rien à faire.",
        to_confirm="Votre banque vous demande de confirmer le paiement par {method}.",
        failed="Nous n’avons pas pu prélever cette facture sur {method}.",
    ),
    see_online="Consulter et télécharger en ligne :",
    questions="Des questions ? Répondez simplement à cet e-mail.",
)

SPANISH = MailWords(
    code="es",
    subjects=MailSubjects(
        due="{title} {number}: {amount}, vence el {date}",
        collected="{title} {number}: {amount}, se cobrará el {date}",
        collecting="{title} {number}: {amount}, se cobra automáticamente",
        settled="{title} {number}: {amount}, pagado",
        nothing_to_pay="{title} {number}: {amount}, nada que pagar",
        credited="{title} {number}: {amount} abonado",
        withdrawn="{title} {number}: {amount}, retirado",
    ),
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
    transfer="Transfiera, por favor, a más tardar el {date}",
    transfer_overdue="Transfiera, por favor, vencido desde el {date}",
    pay="A pagar a más tardar el {date}",
    pay_overdue="A pagar desde el {date}",
    amount="Importe",
    colon=": ",
    collection=CollectionSentences(
        soon="Se cobrará en breve automáticamente de {method}. No tiene que hacer nada.",
        under_way="Se está cobrando automáticamente de {method}. No tiene que hacer nada.",
        to_confirm="Su banco le pide que confirme el pago de {method}.",
        failed="No hemos podido cobrar esta factura de {method}.",
    ),
    see_online="Ver y descargar en línea:",
    questions="¿Alguna pregunta? Responda a este correo.",
)

LANGUAGES: dict[str, MailWords] = {words.code: words for words in (ENGLISH, DUTCH, GERMAN, FRENCH, SPANISH)}
