"""What can be done in the house, who may do it, and how it is done through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.account_ways import ACCOUNT_WAYS
from tests.support.gateway_ways import GATEWAY_WAYS
from tests.support.method_ways import METHOD_WAYS
from tests.support.pay_page_ways import PAY_PAGE_WAYS
from tests.support.payment_run_ways import PAYMENT_RUN_WAYS
from tests.support.reconciling_ways import RECONCILING_WAYS
from tests.support.refund_ways import REFUND_WAYS
from tests.support.seat_ways import SEAT_WAYS
from tests.support.self_serve_ways import SELF_SERVE_WAYS
from tests.support.setup_ways import SETUP_WAYS
from tests.support.subscription_ways import SUBSCRIPTION_WAYS
from tests.support.ways import RUN_WAYS, ApiCall, ConsolePage, Ways
from tests.support.webhook_ways import WEBHOOK_WAYS

TABLE: Final = """
    capability                  permission             viewer  clerk  finance  admin
    look at accounts            records.read           yes     yes    yes      yes
    look at bill runs           records.read           yes     yes    yes      yes
    look at invoices            records.read           yes     yes    yes      yes
    look at payment runs        records.read           yes     yes    yes      yes
    check the books             ledger.check           yes     yes    yes      yes
    open an account             accounts.write         no      yes    yes      yes
    change an account           accounts.write         no      yes    yes      yes
    assign a manager            accounts.write         no      yes    yes      yes
    set an account managed      accounts.write         no      yes    yes      yes
    set an account self-serve   accounts.write         no      yes    yes      yes
    look at funds               records.read           yes     yes    yes      yes
    set a funding policy        credit.write           no      no     yes      yes
    restrict an account         credit.write           no      no     yes      yes
    lift a restriction          credit.write           no      no     yes      yes
    close an account            accounts.write         no      yes    yes      yes
    reopen an account           accounts.write         no      yes    yes      yes
    look at the clock           records.read           yes     yes    yes      yes
    set the clock               clock.set              no      no     no       yes
    move the clock on           clock.set              no      no     no       yes
    look at draws               records.read           yes     yes    yes      yes
    look at statements          records.read           yes     yes    yes      yes
    make statements             bill_runs.post         no      no     yes      yes
    set a contact               accounts.write         no      yes    yes      yes
    forget a contact            accounts.write         no      yes    yes      yes
    invite a customer user      accounts.write         no      yes    yes      yes
    end a customer access       accounts.write         no      yes    yes      yes
    save a payment method       payment_methods.write  no      yes    yes      yes
    refresh payment methods     payment_methods.write  no      yes    yes      yes
    look at method requests     records.read           yes     yes    yes      yes
    ask for payment methods     deliveries.send        no      yes    yes      yes
    look at expiring methods    records.read           yes     yes    yes      yes
    resume a payment method     payment_methods.write  no      yes    yes      yes
    agree a subscription        subscriptions.write    no      yes    yes      yes
    cancel a subscription       subscriptions.write    no      yes    yes      yes
    stop at the period's end    subscriptions.write    no      yes    yes      yes
    take a cancellation back    subscriptions.write    no      yes    yes      yes
    look at the standing        records.read           yes     yes    yes      yes
    issue a payment link        payments.collect       no      no     yes      yes
    look at payment links       records.read           yes     yes    yes      yes
    look at a payment link      records.read           yes     yes    yes      yes
    cancel a payment link       payments.collect       no      no     yes      yes
    subscribe with a method     payments.collect       no      no     yes      yes
    lead to a set-up page       payment_methods.write  no      yes    yes      yes
    choose a payment method     payment_methods.write  no      yes    yes      yes
    remove a payment method     payment_methods.write  no      yes    yes      yes
    pause a service             subscriptions.write    no      yes    yes      yes
    let a service go on         subscriptions.write    no      yes    yes      yes
    act on a subscription       subscriptions.act      no      no     yes      yes
    preview an action           subscriptions.act      no      no     yes      yes
    schedule an action          subscriptions.act      no      no     yes      yes
    cancel a scheduled action   subscriptions.act      no      no     yes      yes
    look at scheduled actions   records.read           yes     yes    yes      yes
    look at the queue           records.read           yes     yes    yes      yes
    switch services off         subscriptions.act      no      no     yes      yes
    delete a switching run      subscriptions.act      no      no     yes      yes
    discount a subscription     subscriptions.write    no      yes    yes      yes
    end its discount            subscriptions.write    no      yes    yes      yes
    discount an account         accounts.write         no      yes    yes      yes
    end an account's discount   accounts.write         no      yes    yes      yes
    import a file               imports.run            no      yes    yes      yes
    draft a bill run            bill_runs.create       no      yes    yes      yes
    change a draft line         bill_runs.edit         no      yes    yes      yes
    add a draft line            bill_runs.edit         no      yes    yes      yes
    drop a draft line           bill_runs.edit         no      yes    yes      yes
    drop an account             bill_runs.edit         no      yes    yes      yes
    draft an account again      bill_runs.edit         no      yes    yes      yes
    cancel a bill run           bill_runs.edit         no      yes    yes      yes
    deliver a run               deliveries.send        no      yes    yes      yes
    send an e-mail again        deliveries.send        no      yes    yes      yes
    record a bounce             deliveries.send        no      yes    yes      yes
    make a print batch          deliveries.send        no      yes    yes      yes
    reject a draft              bill_runs.edit         no      yes    yes      yes
    post a bill run             bill_runs.post         no      no     yes      yes
    correct an invoice          invoices.adjust        no      no     yes      yes
    post a correction           invoices.adjust        no      no     yes      yes
    reverse an invoice          invoices.adjust        no      no     yes      yes
    void a document             invoices.adjust        no      no     yes      yes
    cancel a bill               invoices.adjust        no      no     yes      yes
    record a transfer           payments.record        no      no     yes      yes
    record money of an account  payments.record        no      no     yes      yes
    release a held attempt      payments.record        no      no     yes      yes
    reconcile with gateways     payments.collect       no      no     yes      yes
    look at differences         records.read           yes     yes    yes      yes
    explain a difference        payments.record        no      no     yes      yes
    start a payment run         payment_runs.create    no      no     yes      yes
    cancel a payment run        payment_runs.create    no      no     yes      yes
    close failed payments       payment_runs.create    no      no     yes      yes
    set a failure limit         payment_methods.write  no      yes    yes      yes
    set a retry rule            sellers.write          no      no     no       yes
    look at a retry rule        records.read           yes     yes    yes      yes
    look at seats               records.read           yes     yes    yes      yes
    tell who has a seat         subscriptions.act      no      no     yes      yes
    look at gateways            records.read           yes     yes    yes      yes
    connect a gateway           sellers.write          no      no     no       yes
    switch a gateway            sellers.write          no      no     no       yes
    change a payment run        payment_runs.create    no      no     yes      yes
    delete a payment run        payment_runs.create    no      no     yes      yes
    schedule payment runs       payment_runs.create    no      no     yes      yes
    look at their schedules     records.read           yes     yes    yes      yes
    change payment schedules    payment_runs.create    no      no     yes      yes
    pause a payment schedule    payment_runs.create    no      no     yes      yes
    resume a payment schedule   payment_runs.create    no      no     yes      yes
    end a payment schedule      payment_runs.create    no      no     yes      yes
    deliver a payment run       deliveries.send        no      yes    yes      yes
    charge again                payments.collect       no      no     yes      yes
    add a service               catalog.write          no      no     no       yes
    add a plan                  catalog.write          no      no     no       yes
    add a price                 catalog.write          no      no     no       yes
    end a price                 catalog.write          no      no     no       yes
    look at a bundle            records.read           yes     yes    yes      yes
    set a bundle                catalog.write          no      no     no       yes
    look at fees                records.read           yes     yes    yes      yes
    set a fee                   catalog.write          no      no     no       yes
    remove a fee                catalog.write          no      no     no       yes
    make a monthly price        catalog.write          no      no     no       yes
    set the list price rule     catalog.write          no      no     no       yes
    set a reason code           sellers.write          no      no     no       yes
    make a seller               sellers.write          no      no     no       yes
    change legal texts          sellers.write          no      no     no       yes
    change a seller's settings  sellers.write          no      no     no       yes
    change a billing rule       sellers.write          no      no     no       yes
    add a bank account          sellers.write          no      no     no       yes
    add a VAT registration      sellers.write          no      no     no       yes
    set a tax rate              taxes.write            no      no     no       yes
    look at staff users         access.admin           no      no     no       yes
    make a staff user           access.admin           no      no     no       yes
    give a role                 access.admin           no      no     no       yes
    take a role                 access.admin           no      no     no       yes
    issue an API key            access.admin           no      no     no       yes
    revoke an API key           access.admin           no      no     no       yes
    schedule bill runs          bill_runs.create       no      yes    yes      yes
    preview a bill run          bill_runs.create       no      yes    yes      yes
    change a schedule           bill_runs.edit         no      yes    yes      yes
    pause a schedule            bill_runs.edit         no      yes    yes      yes
    resume a schedule           bill_runs.edit         no      yes    yes      yes
    cancel a schedule           bill_runs.edit         no      yes    yes      yes
    delete a bill run           bill_runs.edit         no      yes    yes      yes
    set renewal                 subscriptions.write    no      yes    yes      yes
    let runs post themselves    sellers.write          no      no     no       yes
    look at refunds             records.read           yes     yes    yes      yes
    give money back             payments.refund        no      no     yes      yes
    confirm a refund            payments.refund        no      no     yes      yes
    take a refund back          payments.refund        no      no     yes      yes
    look at webhooks            webhooks.admin         no      no     no       yes
    add a webhook               webhooks.admin         no      no     no       yes
    change a webhook            webhooks.admin         no      no     no       yes
    switch a webhook            webhooks.admin         no      no     no       yes
    replace a webhook's secret  webhooks.admin         no      no     no       yes
    remove a webhook            webhooks.admin         no      no     no       yes
    test a webhook              webhooks.admin         no      no     no       yes
    look at messages            webhooks.admin         no      no     no       yes
    look at a message           webhooks.admin         no      no     no       yes
    send a message again        webhooks.admin         no      no     no       yes
    send messages again         webhooks.admin         no      no     no       yes
"""


WAYS: Final[Mapping[str, Ways]] = {
    **ACCOUNT_WAYS,
    **GATEWAY_WAYS,
    **METHOD_WAYS,
    **PAYMENT_RUN_WAYS,
    **REFUND_WAYS,
    **RUN_WAYS,
    **RECONCILING_WAYS,
    **PAY_PAGE_WAYS,
    **SEAT_WAYS,
    **SELF_SERVE_WAYS,
    **SETUP_WAYS,
    **SUBSCRIPTION_WAYS,
    **WEBHOOK_WAYS,
    "look at bill runs": Ways(
        ApiCall("GET", "/bill-runs"), cli=("bill-run", "list"), console=ConsolePage("bill-runs/")
    ),
    "look at invoices": Ways(
        ApiCall("GET", "/invoices/{invoice_id}"),
        cli=("invoice", "show", "{invoice_number}"),
        console=ConsolePage("invoices/{invoice_id}/"),
    ),
    "look at payment runs": Ways(
        ApiCall("GET", "/payment-runs"), cli=("payment-run", "list"), console=ConsolePage("payment-runs/")
    ),
    "check the books": Ways(ApiCall("GET", "/check"), cli=("check",), console=ConsolePage("check/")),
    "import a file": Ways(
        ApiCall("POST", "/imports"),
        cli=("import", "accounts", "{file}"),
        console=ConsolePage("imports/", {"kind": "accounts"}),
    ),
    "draft a bill run": Ways(
        ApiCall("POST", "/bill-runs", {"target_on": "2026-04-01"}),
        cli=("bill-run", "create", "--target", "2026-04-01", "--no-wait"),
        console=ConsolePage("bill-runs/new/", {"seller": "{seller_id}", "target_on": "2026-04-01"}),
    ),
    "change a draft line": Ways(
        ApiCall("PATCH", "/invoices/{draft_id}/lines/{position}", {"net_minor": 900, "reason": "agreed by phone"}),
        console=ConsolePage("invoices/{draft_id}/lines/1/", {"amount": "9.00", "reason": "agreed by phone"}),
    ),
    "add a draft line": Ways(
        ApiCall(
            "POST", "/invoices/{draft_id}/lines", {"service": "seat", "net_minor": 900, "reason": "forgotten by sales"}
        ),
        console=ConsolePage(
            "invoices/{draft_id}/lines/new/", {"service": "seat", "amount": "9.00", "reason": "forgotten by sales"}
        ),
    ),
    "drop a draft line": Ways(
        ApiCall("POST", "/invoices/{draft_id}/lines/{position}/drop", {"reason": "promised for free"}),
        console=ConsolePage("invoices/{draft_id}/lines/1/drop/", {"reason": "promised for free"}),
    ),
    "drop an account": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/accounts/{other_account_id}/drop", {"reason": "disputed"}),
        console=ConsolePage("bill-runs/{run_id}/drop/", {"account": "{other_account_id}", "reason": "disputed"}),
    ),
    "draft an account again": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/accounts/{other_account_id}/regenerate"),
        console=ConsolePage("bill-runs/{run_id}/regenerate/", {"account": "{other_account_id}"}),
    ),
    "cancel a bill run": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/cancel", {"reason": "wrong date"}),
        cli=("bill-run", "cancel", "{run_number}", "--reason", "wrong date", "--yes", "--no-wait"),
        console=ConsolePage("bill-runs/{run_id}/cancel/", {"reason": "wrong date"}),
    ),
    "deliver a run": Ways(
        ApiCall("POST", "/deliveries", {"run_id": "{posted_run_id}"}),
        cli=("deliver", "{posted_run_number}", "--yes", "--no-wait"),
        console=ConsolePage("bill-runs/{posted_run_id}/deliver/", {"way": "email"}),
    ),
    "send an e-mail again": Ways(
        ApiCall("POST", "/deliveries/{no_id}/retry", {}), console=ConsolePage("deliveries/{no_id}/retry/", {})
    ),
    "record a bounce": Ways(
        ApiCall("POST", "/deliveries/{no_id}/bounce", {"reason": "550 unknown"}),
        console=ConsolePage("deliveries/{no_id}/bounce/", {"reason": "550 unknown"}),
    ),
    "make a print batch": Ways(
        ApiCall("POST", "/print-batches", {}), console=ConsolePage("print-batches/make/", {"seller": "acme"})
    ),
    "post a bill run": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/post"),
        cli=("bill-run", "post", "{run_number}", "--yes", "--no-wait"),
        console=ConsolePage("bill-runs/{run_id}/post/", {"asked": "{question}"}),
    ),
    "record a transfer": Ways(
        ApiCall("POST", "/invoices/{invoice_id}/payments", {"amount_minor": 100}),
        cli=("invoice", "pay", "{invoice_number}", "--amount", "1.00"),
        console=ConsolePage("invoices/{invoice_id}/pay/", {"amount": "1.00", "received_on": "2026-03-01"}),
    ),
    "record money of an account": Ways(
        ApiCall("POST", "/accounts/{account_id}/payments", {"amount_minor": 100}),
        cli=("account", "pay", "A-1", "--amount", "1.00", "--yes"),
        console=ConsolePage("accounts/{account_id}/pay/", {"amount": "1.00", "received_on": "2026-03-01"}),
    ),
    "release a held attempt": Ways(
        ApiCall("POST", "/payment-attempts/{no_id}/release", {"reason": "compared"}),
        console=ConsolePage("payment-attempts/{no_id}/release/", {"reason": "compared"}),
    ),
    "start a payment run": Ways(
        ApiCall("POST", "/payment-runs", {"target_on": "2026-03-01"}),
        cli=("payment-run", "create", "--yes", "--no-wait"),
        console=ConsolePage("payment-runs/new/", {"seller": "{seller_id}", "target_on": "2026-03-01"}),
    ),
    "cancel a payment run": Ways(
        ApiCall("POST", "/payment-runs/{payment_run_id}/cancel", {"reason": "by hand"}),
        cli=("payment-run", "cancel", "{payment_run_number}", "--reason", "by hand"),
        console=ConsolePage("payment-runs/{payment_run_id}/cancel/", {"reason": "by hand"}),
    ),
    "close failed payments": Ways(
        ApiCall("POST", "/payment-runs/{payment_run_id}/close", {"item_ids": [1], "note": "pays by transfer"}),
        console=ConsolePage("payment-runs/{payment_run_id}/close/", {"item": "1", "note": "pays by transfer"}),
    ),
    "charge again": Ways(
        ApiCall("POST", "/payment-runs/{payment_run_id}/retry", {}),
        cli=("payment-run", "retry", "{payment_run_number}", "--yes", "--no-wait"),
        console=ConsolePage("payment-runs/{payment_run_id}/retry/", {}),
    ),
    "reject a draft": Ways(
        ApiCall("POST", "/invoices/{draft_id}/reject", {"reason": "ask them first"}),
        cli=("invoice", "reject", "draft:{draft_id}", "--reason", "ask them first"),
        console=ConsolePage("invoices/{draft_id}/reject/", {"reason": "ask them first"}),
    ),
    "correct an invoice": Ways(
        ApiCall(
            "POST", "/invoices/{invoice_id}/corrections", {"kind": "credit_note", "net_minor": 100, "reason": "agreed"}
        ),
        cli=("invoice", "credit", "{invoice_number}", "--net-minor", "100", "--reason", "agreed", "--yes"),
        console=ConsolePage("invoices/{invoice_id}/credit/", {"amount": "1.00", "reason": "agreed"}),
    ),
    "post a correction": Ways(
        ApiCall("POST", "/invoices/{note_id}/post"),
        cli=("invoice", "post", "draft:{note_id}"),
        console=ConsolePage("invoices/{note_id}/post/", {}),
    ),
    "reverse an invoice": Ways(
        ApiCall("POST", "/invoices/{invoice_id}/reverse", {"reason": "wrong price"}),
        cli=("invoice", "reverse", "{invoice_number}", "--reason", "wrong price", "--yes"),
        console=ConsolePage("invoices/{invoice_id}/reverse/", {"reason": "wrong price"}),
    ),
    "void a document": Ways(
        ApiCall("POST", "/invoices/{invoice_id}/void", {"reason": "never ordered"}),
        cli=("invoice", "void", "{invoice_number}", "--reason", "never ordered", "--yes"),
        console=ConsolePage("invoices/{invoice_id}/void/", {"reason": "never ordered"}),
    ),
    "cancel a bill": Ways(
        ApiCall("POST", "/bills/{bill_id}/cancel", {"reason": "wrong month"}),
        cli=("invoice", "cancel-bill", "{invoice_number}", "--reason", "wrong month", "--yes"),
        console=ConsolePage("invoices/{invoice_id}/cancel-bill/", {"reason": "wrong month"}),
    ),
    "look at the clock": Ways(ApiCall("GET", "/clock"), cli=("clock",), console=ConsolePage("")),
    "set the clock": Ways(
        ApiCall("PUT", "/clock", {"mode": "set", "at": "2026-04-03T09:00:00Z"}),
        cli=("clock", "--at", "2026-04-03"),
        console=ConsolePage("clock/", {"way": "set", "at": "2026-04-03T09:00"}),
    ),
    "move the clock on": Ways(
        ApiCall("POST", "/clock/advance", {"until": "2026-04-03T09:00:00Z"}),
        cli=("clock", "--advance-to", "2026-04-03"),
        console=ConsolePage("clock/", {"way": "advance", "at": "2026-04-03T09:00"}),
    ),
    "look at statements": Ways(
        ApiCall("GET", "/statement-runs"), cli=("statement", "list"), console=ConsolePage("statements/")
    ),
    "make statements": Ways(
        ApiCall("POST", "/statement-runs", {}),
        cli=("statement", "make"),
        console=ConsolePage("statements/new/", {"seller": "acme"}),
    ),
}
