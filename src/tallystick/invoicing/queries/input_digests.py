"""Digests of what drafts were made from: the same statement when they are drafted and when they are posted.

Of services, trials, prices and discounts (of a service, its subscription, its account) only that counts which the
billed periods look at: the services with a live claim of the draft, what begins before the end of the claim, and an end
only where it lies before that. So a price from next year on changes nothing, nor does a service that was agreed since.
Fees are not in it: the definition at the run counts.
"""

from collections.abc import Iterable

from tallystick.accounts.models import Account, AccountDiscount, AccountProfile
from tallystick.catalog.models import Plan, Price, Service
from tallystick.invoicing.core.input_digest import SEPARATOR, list_changed_topics
from tallystick.invoicing.models import BillingClaim, BillRun, BillRunAccount, Document
from tallystick.plumbing.statements import as_array, fetch_rows, joining_without_loops
from tallystick.sellers.models import BillingRule, SellerProfile, VatRegistration
from tallystick.subscriptions.core.lifecycle import BILLABLE_SERVICE_STATUSES, BILLABLE_STATUSES
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionDiscount, SubscriptionService
from tallystick.taxes.models import TaxRate

RUN_ACCOUNTS = BillRunAccount._meta.db_table

# Rows of large tables are looked up one by one by their keys (LATERAL ... OFFSET 0), and what was looked up is joined
# without nested loops: so no plan depends on how many rows a table is thought to have, which in the middle of a run is
# not known. Whether a claim is released is asked outside its lookup, or an index of all live claims would be read for
# each document.
_CLAIMED = f"""
    SELECT d.account_id, c.subscription_service_id, c.kind, c.start_on, c.end_on, a.service_id, b.plan_id, k.currency,
           b.id AS subscription_id,
           concat_ws('|', a.quantity, a.unit_price_override, a.description, a.starts_on,
                     least(a.ends_on, b.ends_on, c.end_on), b.interval_months, b.interval_days, b.anchor_day,
                     b.cycle_origin_on, b.starts_on,
                     CASE WHEN b.trial_until_on > c.start_on THEN least(b.trial_until_on, c.end_on) END,
                     CASE WHEN b.trial_until_on > c.start_on THEN b.trial_converts END,
                     b.collection_method, b.is_invoiced_separately, b.plan_id,
                     a.status = ANY(%s) AND b.status = ANY(%s)) AS agreed
      FROM unnest(%s::bigint[]) AS asked (account_id)
      JOIN LATERAL (SELECT id, account_id FROM {Document._meta.db_table} x WHERE x.run_id = %s
                       AND x.account_id = asked.account_id AND x.status = 'draft' OFFSET 0) d ON true
      JOIN LATERAL (SELECT * FROM {BillingClaim._meta.db_table} x WHERE x.document_id = d.id
                    OFFSET 0) c ON c.released_at IS NULL
      JOIN LATERAL (SELECT * FROM {SubscriptionService._meta.db_table} x WHERE x.id = c.subscription_service_id
                    OFFSET 0) a ON true
      JOIN LATERAL (SELECT * FROM {Subscription._meta.db_table} x WHERE x.id = a.subscription_id OFFSET 0) b ON true
      JOIN LATERAL (SELECT currency FROM {Account._meta.db_table} x WHERE x.id = d.account_id OFFSET 0) k ON true"""

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

# What the services of a subscription share, and what everything of an account does. Both are looked up by their keys.
_SHARED = f"""
    SELECT o.subscription_id, o.end_on, x.row FROM (SELECT DISTINCT subscription_id, end_on FROM claimed) o
      JOIN LATERAL (SELECT string_agg(concat_ws('|', v.position, v.kind, v.value, v.label, v.from_on,
                           CASE WHEN v.until_on < o.end_on THEN v.until_on END), '|' ORDER BY v.position) AS row
                      FROM {SubscriptionDiscount._meta.db_table} v WHERE v.subscription_id = o.subscription_id
                       AND (v.from_on IS NULL OR v.from_on < o.end_on) OFFSET 0) x ON x.row IS NOT NULL"""

_OF_ACCOUNTS = f"""
    SELECT o.account_id, o.end_on, x.row FROM (SELECT DISTINCT account_id, end_on FROM claimed) o
      JOIN LATERAL (SELECT string_agg(concat_ws('|', v.position, v.percent, v.label, v.from_on,
                           CASE WHEN v.until_on < o.end_on THEN v.until_on END), '|' ORDER BY v.position) AS row
                      FROM {AccountDiscount._meta.db_table} v WHERE v.account_id = o.account_id
                       AND (v.from_on IS NULL OR v.from_on < o.end_on) OFFSET 0) x ON x.row IS NOT NULL"""

# A supply is taxed where the seller or the buyer is, on a day up to the invoice date.
_RATES = f"""
    SELECT t.country, md5(string_agg(concat_ws('|', t.seller_id, t.category, t.rate, t.valid_from,
           CASE WHEN t.valid_until <= r.invoice_on THEN t.valid_until END), '|' ORDER BY t.id)) AS hash
      FROM {TaxRate._meta.db_table} t, run r
     WHERE (t.seller_id IS NULL OR t.seller_id = r.seller_id) AND t.valid_from <= r.invoice_on GROUP BY 1"""

_SELLER = f"""
    SELECT concat_ws('|', u.proration_method, u.bills_partial_first, u.credit_rule, u.change_day,
                     u.bills_cancellation_day, u.proration_unit, u.funds_granularity, u.fees_in_credit_check) AS rule,
           u.net_terms_automatic_days, u.net_terms_remittance_days, f.country,
           (SELECT string_agg(concat_ws('|', v.country, v.number, v.starts_on, v.ends_until, v.scheme), '|'
                              ORDER BY v.id)
              FROM {VatRegistration._meta.db_table} v, run r
             WHERE v.seller_id = r.seller_id AND v.starts_on <= r.invoice_on) AS registrations
      FROM run r JOIN {BillingRule._meta.db_table} u ON u.seller_id = r.seller_id
      JOIN LATERAL (SELECT country FROM {SellerProfile._meta.db_table} WHERE seller_id = r.seller_id
                     ORDER BY version DESC LIMIT 1) f ON true"""

_OF_CLAIMS = """
    SELECT c.account_id, md5(string_agg(concat_ws('|', c.subscription_service_id, c.kind, c.start_on, c.end_on,
           c.agreed), '|' ORDER BY c.subscription_service_id, c.kind, c.start_on)) AS agreed,
           md5(string_agg(p.hash, '|' ORDER BY c.subscription_service_id, c.kind, c.start_on)) AS priced,
           md5(string_agg(concat_ws('/', x.row, y.row, z.row), '|'
                          ORDER BY c.subscription_service_id, c.kind, c.start_on)) AS discounted
      FROM claimed c
      JOIN priced p USING (service_id, plan_id, currency, end_on)
      LEFT JOIN discounted x USING (subscription_service_id, end_on)
      LEFT JOIN shared y USING (subscription_id, end_on)
      LEFT JOIN of_accounts z ON z.account_id = c.account_id AND z.end_on = c.end_on
     GROUP BY 1"""


def compute_digests(run_id: int, *, account_ids: Iterable[int]) -> dict[int, str]:
    """The digest of each of these accounts of a run as things are now. Inside a transaction."""
    ids = as_array(account_ids)
    parts = (
        "concat_ws('|', k.billing_mode, coalesce(k.net_terms_days::text, concat_ws('|', s.net_terms_automatic_days,"
        " s.net_terms_remittance_days)), k.buyer_reference, k.funding_policy, s.rule, p.id)",
        "g.agreed",
        "g.priced",
        "g.discounted",
        "concat_ws('|', s.registrations, own.hash, theirs.hash)",
    )
    digest = f" || '{SEPARATOR}' || ".join(f"left(md5(coalesce({part}, '')), 8)" for part in parts)
    statement = (
        f"WITH run AS (SELECT * FROM {BillRun._meta.db_table} WHERE id = %s),"
        f" claimed AS MATERIALIZED ({_CLAIMED}), priced AS MATERIALIZED ({_PRICED}),"
        f" discounted AS MATERIALIZED ({_DISCOUNTED}), shared AS MATERIALIZED ({_SHARED}),"
        f" of_accounts AS MATERIALIZED ({_OF_ACCOUNTS}),"
        f" rates AS MATERIALIZED ({_RATES}), seller AS MATERIALIZED ({_SELLER}), of_claims AS ({_OF_CLAIMS})"
        f" SELECT k.id AS account_id, {digest} AS digest FROM unnest(%s::bigint[]) AS asked (account_id)"
        f" JOIN LATERAL (SELECT * FROM {Account._meta.db_table} x WHERE x.id = asked.account_id OFFSET 0) k ON true"
        f" JOIN LATERAL (SELECT id, country FROM {AccountProfile._meta.db_table} x WHERE x.account_id = k.id"
        " AND x.is_current OFFSET 0) p ON true CROSS JOIN seller s"
        " LEFT JOIN of_claims g ON g.account_id = k.id LEFT JOIN rates own ON own.country = s.country"
        " LEFT JOIN rates theirs ON theirs.country = p.country"
    )
    params = [run_id, list(BILLABLE_SERVICE_STATUSES), list(BILLABLE_STATUSES), ids, run_id, ids]
    with joining_without_loops():
        return dict(fetch_rows(statement, params))


def list_changed_accounts(run_id: int, *, account_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Accounts whose drafts were made from something that is otherwise now, each with what that is."""
    now = compute_digests(run_id, account_ids=account_ids)
    kept = fetch_rows(
        f"SELECT account_id, input_digest FROM {RUN_ACCOUNTS}"
        " WHERE run_id = %s AND account_id = ANY(%s::bigint[]) AND input_digest <> ''",
        [run_id, as_array(now)],
    )
    return {
        account_id: list_changed_topics(before, now=now[account_id])
        for account_id, before in kept
        if before != now[account_id]
    }
