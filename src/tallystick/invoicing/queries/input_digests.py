"""Digests of what drafts were made from: the same statement when they are drafted and when they are posted.

Of services, prices and discounts only that counts which the billed periods look at: the services with a live claim of
the draft, what begins before the end of the claim, and an end only where it lies before that. So a price from next
year on changes nothing, nor does a service that was agreed since. Fees are not in it: the
definition at the run counts.
"""

from collections.abc import Iterable
from typing import Any

from tallystick.accounts.models import Account, AccountProfile
from tallystick.catalog.models import Plan, Price, Service
from tallystick.invoicing.core.input_digest import SEPARATOR, list_changed_topics
from tallystick.invoicing.models import BillingClaim, BillRun, BillRunAccount, Document
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.sellers.models import BillingRule, SellerProfile, VatRegistration
from tallystick.subscriptions.core.lifecycle import BILLABLE_SERVICE_STATUSES, BILLABLE_STATUSES
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionService
from tallystick.taxes.models import TaxRate

RUN_ACCOUNTS = BillRunAccount._meta.db_table

_CLAIMED = f"""
    SELECT d.account_id, c.subscription_service_id, c.kind, c.start_on, c.end_on, a.service_id, b.plan_id, k.currency,
           concat_ws('|', a.quantity, a.unit_price_override, a.description, a.starts_on,
                     least(a.ends_on, b.ends_on, c.end_on), b.interval_months, b.anchor_day, b.cycle_origin_on,
                     b.collection_method, b.is_invoiced_separately, b.plan_id,
                     a.status = ANY(%s) AND b.status = ANY(%s)) AS agreed
      FROM {Document._meta.db_table} d
      JOIN {BillingClaim._meta.db_table} c ON c.document_id = d.id AND c.released_at IS NULL
      JOIN {SubscriptionService._meta.db_table} a ON a.id = c.subscription_service_id
      JOIN {Subscription._meta.db_table} b ON b.id = a.subscription_id
      JOIN {Account._meta.db_table} k ON k.id = d.account_id
     WHERE d.run_id = %s AND d.account_id = ANY(%s::bigint[]) AND d.status = 'draft'"""

# A run asks for a few combinations of service, plan and period thousands of times.
_PRICED = f"""
    SELECT o.service_id, o.plan_id, o.currency, o.end_on, md5(concat_ws('|', s.row, l.row, (
           SELECT string_agg((to_jsonb(p) - 'id' - 'valid_until')::text || coalesce(
                      CASE WHEN p.valid_until < o.end_on THEN p.valid_until END::text, ''), '|' ORDER BY p.id)
             FROM {Price._meta.db_table} p
            WHERE p.service_id = o.service_id AND p.currency = o.currency AND p.valid_from < o.end_on
              AND (p.plan_id IS NULL OR p.plan_id = o.plan_id)))) AS hash
      FROM (SELECT DISTINCT service_id, plan_id, currency, end_on FROM claimed) o
      JOIN (SELECT id, to_jsonb(v)::text AS row FROM {Service._meta.db_table} v) s ON s.id = o.service_id
      JOIN (SELECT id, (to_jsonb(v) - 'name' - 'ranking_level')::text AS row FROM {Plan._meta.db_table} v) l
        ON l.id = o.plan_id"""

_DISCOUNTED = f"""
    SELECT o.subscription_service_id, o.end_on, string_agg(concat_ws('|', x.position, x.kind, x.value, x.label,
           x.from_on, CASE WHEN x.until_on < o.end_on THEN x.until_on END), '|' ORDER BY x.position, x.id) AS row
      FROM (SELECT DISTINCT subscription_service_id, end_on FROM claimed) o
      JOIN {ServiceDiscount._meta.db_table} x ON x.subscription_service_id = o.subscription_service_id
       AND (x.from_on IS NULL OR x.from_on < o.end_on)
     GROUP BY 1, 2"""

# A supply is taxed where the seller or the buyer is, on a day up to the invoice date.
_RATES = f"""
    SELECT t.country, md5(string_agg(concat_ws('|', t.seller_id, t.category, t.rate, t.valid_from,
           CASE WHEN t.valid_until <= r.invoice_on THEN t.valid_until END), '|' ORDER BY t.id)) AS hash
      FROM {TaxRate._meta.db_table} t, run r
     WHERE (t.seller_id IS NULL OR t.seller_id = r.seller_id) AND t.valid_from <= r.invoice_on GROUP BY 1"""

_SELLER = f"""
    SELECT concat_ws('|', u.proration_method, u.bills_partial_first, u.credit_rule) AS rule,
           u.net_terms_automatic_days, u.net_terms_remittance_days, f.country,
           (SELECT string_agg(concat_ws('|', v.country, v.number, v.starts_on, v.ends_until), '|' ORDER BY v.id)
              FROM {VatRegistration._meta.db_table} v, run r
             WHERE v.seller_id = r.seller_id AND v.starts_on <= r.invoice_on) AS registrations
      FROM run r JOIN {BillingRule._meta.db_table} u ON u.seller_id = r.seller_id
      JOIN LATERAL (SELECT country FROM {SellerProfile._meta.db_table} WHERE seller_id = r.seller_id
                     ORDER BY version DESC LIMIT 1) f ON true"""

_OF_CLAIMS = """
    SELECT c.account_id, md5(string_agg(concat_ws('|', c.subscription_service_id, c.kind, c.start_on, c.end_on,
           c.agreed), '|' ORDER BY c.subscription_service_id, c.kind, c.start_on)) AS agreed,
           md5(string_agg(p.hash, '|' ORDER BY c.subscription_service_id, c.kind, c.start_on)) AS priced,
           md5(string_agg(x.row, '|' ORDER BY c.subscription_service_id, c.kind, c.start_on)) AS discounted
      FROM claimed c
      JOIN priced p USING (service_id, plan_id, currency, end_on)
      LEFT JOIN discounted x USING (subscription_service_id, end_on)
     GROUP BY 1"""


def digest_sql(run_id: int, *, account_ids: Iterable[int]) -> tuple[str, list[Any]]:
    """A SELECT of (account_id, digest) of accounts of a run as things are now, and its parameters."""
    ids = as_array(account_ids)
    parts = (
        "concat_ws('|', k.billing_mode, coalesce(k.net_terms_days::text, concat_ws('|', s.net_terms_automatic_days,"
        " s.net_terms_remittance_days)), k.buyer_reference, s.rule, p.id)",
        "g.agreed",
        "g.priced",
        "g.discounted",
        "concat_ws('|', s.registrations, own.hash, theirs.hash)",
    )
    digest = f" || '{SEPARATOR}' || ".join(f"left(md5(coalesce({part}, '')), 8)" for part in parts)
    statement = (
        f"WITH run AS (SELECT * FROM {BillRun._meta.db_table} WHERE id = %s),"
        f" claimed AS MATERIALIZED ({_CLAIMED}), priced AS MATERIALIZED ({_PRICED}),"
        f" discounted AS MATERIALIZED ({_DISCOUNTED}),"
        f" rates AS MATERIALIZED ({_RATES}), seller AS MATERIALIZED ({_SELLER}), of_claims AS ({_OF_CLAIMS})"
        f" SELECT k.id AS account_id, {digest} AS digest FROM {Account._meta.db_table} k CROSS JOIN seller s"
        f" JOIN {AccountProfile._meta.db_table} p ON p.account_id = k.id AND p.is_current"
        " LEFT JOIN of_claims g ON g.account_id = k.id LEFT JOIN rates own ON own.country = s.country"
        " LEFT JOIN rates theirs ON theirs.country = p.country WHERE k.id = ANY(%s::bigint[])"
    )
    return statement, [run_id, list(BILLABLE_SERVICE_STATUSES), list(BILLABLE_STATUSES), run_id, ids, ids]


def list_changed_accounts(run_id: int, *, account_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Accounts whose drafts were made from something that is otherwise now, each with what that is."""
    now, params = digest_sql(run_id, account_ids=account_ids)
    rows = fetch_rows(
        f"SELECT r.account_id, r.input_digest, n.digest FROM {RUN_ACCOUNTS} r JOIN ({now}) n USING (account_id)"
        " WHERE r.run_id = %s AND r.input_digest NOT IN ('', n.digest)",
        [*params, run_id],
    )
    return {account_id: list_changed_topics(before, now=digest) for account_id, before, digest in rows}
