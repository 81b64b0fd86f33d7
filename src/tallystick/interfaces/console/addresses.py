"""Which address shows which page. Every page is behind the sign-in of the console's site."""

from __future__ import annotations

from tallystick.interfaces.console.pages import (
    account,
    accounts,
    api_keys,
    bill_run,
    bill_runs,
    catalog,
    check,
    invoice,
    invoices,
    palette,
    people,
    settings,
    subscriptions,
    today,
)
from tallystick.interfaces.console.site import site

__all__ = ["site"]

site.pages = (
    ("", "index", today.show_today),
    ("search/", "search", palette.find),
    # Billing
    ("bill-runs/", "bill_runs", bill_runs.list_bill_runs),
    ("bill-runs/new/", "bill_run_new", bill_runs.new_bill_run),
    ("bill-runs/<int:run_id>/", "bill_run", bill_run.show_bill_run),
    ("bill-runs/<int:run_id>/progress/", "bill_run_progress", bill_run.show_progress),
    ("bill-runs/<int:run_id>/post/", "bill_run_post", bill_run.post_run),
    ("bill-runs/<int:run_id>/cancel/", "bill_run_cancel", bill_run.cancel_run),
    ("bill-runs/<int:run_id>/drop/", "bill_run_drop", bill_run.drop),
    ("bill-runs/<int:run_id>/regenerate/", "bill_run_regenerate", bill_run.regenerate),
    ("invoices/", "invoices", invoices.list_invoices),
    ("invoices/<int:document_id>/", "invoice", invoice.show_invoice),
    ("invoices/<int:document_id>/lines/<int:position>/", "invoice_line", invoice.change_line),
    # Accounts
    ("accounts/", "accounts", accounts.list_accounts),
    ("accounts/<int:account_id>/", "account", account.show_account),
    ("accounts/<int:account_id>/manager/", "account_manager", account.set_manager),
    ("subscriptions/", "subscriptions", subscriptions.list_subscriptions),
    ("subscriptions/<int:subscription_id>/", "subscription", subscriptions.show_subscription),
    # Catalog
    ("services/", "services", catalog.list_services),
    ("services/<int:service_id>/", "service", catalog.show_service),
    ("plans/", "plans", catalog.list_plans),
    ("plans/<int:plan_id>/", "plan", catalog.show_plan),
    ("prices/", "prices", catalog.list_prices),
    # Settings
    ("sellers/", "sellers", settings.list_sellers),
    ("sellers/<int:seller_id>/", "seller", settings.show_seller),
    ("number-series/", "number_series", settings.list_number_series),
    ("billing-rules/", "billing_rules", settings.list_billing_rules),
    ("people/", "people", people.list_people),
    ("people/add/", "person_add", people.add_person),
    ("people/<int:user_id>/role/", "person_role", people.change_role),
    ("api-keys/", "api_keys", api_keys.list_keys),
    ("api-keys/issue/", "api_key_issue", api_keys.issue_key),
    ("api-keys/<int:key_id>/revoke/", "api_key_revoke", api_keys.revoke_key),
    ("check/", "check", check.show_check),
)
