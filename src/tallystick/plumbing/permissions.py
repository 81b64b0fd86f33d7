"""All permissions, and what each allows in one sentence. `access` hands them out; operations require them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SELLERS_WRITE: Final = "sellers.write"
CATALOG_WRITE: Final = "catalog.write"
ACCOUNTS_WRITE: Final = "accounts.write"
ACCESS_ADMIN: Final = "access.admin"
SUBSCRIPTIONS_WRITE: Final = "subscriptions.write"
SUBSCRIPTIONS_ACT: Final = "subscriptions.act"
USAGE_WRITE: Final = "usage.write"
TAXES_WRITE: Final = "taxes.write"
PAYMENT_METHODS_WRITE: Final = "payment_methods.write"
CREDIT_WRITE: Final = "credit.write"
BILL_RUNS_CREATE: Final = "bill_runs.create"
BILL_RUNS_EDIT: Final = "bill_runs.edit"
BILL_RUNS_POST: Final = "bill_runs.post"
INVOICES_ADJUST: Final = "invoices.adjust"
PAYMENT_RUNS_CREATE: Final = "payment_runs.create"
PAYMENTS_COLLECT: Final = "payments.collect"
PAYMENTS_RECORD: Final = "payments.record"
PAYMENTS_REFUND: Final = "payments.refund"
DELIVERIES_SEND: Final = "deliveries.send"
RECORDS_READ: Final = "records.read"
ROLLUPS_READ: Final = "rollups.read"
LEDGER_CHECK: Final = "ledger.check"
IMPORTS_RUN: Final = "imports.run"
CLOCK_SET: Final = "clock.set"
WEBHOOKS_ADMIN: Final = "webhooks.admin"

PERMISSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        SELLERS_WRITE: "create and change sellers, their number series, bank accounts and billing rules",
        CATALOG_WRITE: "create and change services, plans, prices and discounts",
        ACCOUNTS_WRITE: "create and change accounts, their profiles, contacts and terms",
        ACCESS_ADMIN: "give staff their roles, create and revoke API keys",
        SUBSCRIPTIONS_WRITE: "create and change subscriptions and their services",
        SUBSCRIPTIONS_ACT: "do actions on subscriptions that bill at once, switch services off and bring them back",
        USAGE_WRITE: "record usage",
        TAXES_WRITE: "create and change tax rates",
        PAYMENT_METHODS_WRITE: "save and revoke payment methods",
        CREDIT_WRITE: "set limits and blocks of accounts",
        BILL_RUNS_CREATE: "create bill runs and draft invoices",
        BILL_RUNS_EDIT: "drop accounts from a bill run, change draft lines, cancel a bill run before posting",
        BILL_RUNS_POST: "post invoices, which gives them their numbers and makes them owed",
        INVOICES_ADJUST: "issue credit notes, void and write off posted invoices",
        PAYMENT_RUNS_CREATE: "create payment runs",
        PAYMENTS_COLLECT: "charge saved payment methods",
        PAYMENTS_RECORD: "record money that arrived outside a gateway",
        PAYMENTS_REFUND: "send money back",
        DELIVERIES_SEND: "e-mail and print posted invoices",
        RECORDS_READ: "look at accounts, subscriptions, invoices, payments and runs",
        ROLLUPS_READ: "look at the rollups and the gap between them",
        LEDGER_CHECK: "run the check of the books",
        IMPORTS_RUN: "import catalogs, accounts and subscriptions from files",
        CLOCK_SET: "set and advance the business clock",
        WEBHOOKS_ADMIN: "say which programs outside hear of what happens, and send it again",
    }
)
"""Every permission with what it allows, so that "You may not {sentence}." reads well."""
