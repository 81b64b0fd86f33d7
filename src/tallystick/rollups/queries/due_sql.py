"""Which accounts have something to be billed in a month, in SQL; `who` are the accounts.

Billed in advance, a period falls due on its first day; in arrears, on the boundary or the end at which it is over. So
it says of a month what rating says of the bill runs of its days.
"""

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan, Service
from tallystick.sellers.models import BillingRule
from tallystick.subscriptions.core.lifecycle import BILLABLE_SERVICE_STATUSES, BILLABLE_STATUSES
from tallystick.subscriptions.models import FormerTerms, Subscription, SubscriptionService

_ENDS_ON = "least(s.ends_on, b.ends_on)"

# A first part that the seller gives away is never billed: billing begins with the first full period, unless the
# service ends in its first part.
_FROM_ON = (
    f"CASE WHEN s.billed_through > s.starts_on OR {_ENDS_ON} < t.cycle_origin_on"
    " OR coalesce(r.bills_partial_first, true)"
    " THEN s.billed_through ELSE greatest(s.billed_through, t.cycle_origin_on) END"
)

# The last boundary of the cycle before the month's end lies in the last month that is a multiple of the interval away
# from the origin's: on the anchor day, or on that month's last.
_MONTHS = (
    "((extract(year FROM %(month_start_on)s::date) - extract(year FROM t.cycle_origin_on)) * 12"
    " + extract(month FROM %(month_start_on)s::date) - extract(month FROM t.cycle_origin_on))"
)
_LAST_OF_MONTHS = f"""
    SELECT least(first.on_day + t.anchor_day - 1, (first.on_day + interval '1 month - 1 day')::date)
      FROM (SELECT (date_trunc('month', t.cycle_origin_on::timestamp) + make_interval(
                    months => (floor({_MONTHS} / t.interval_months) * t.interval_months)::int))::date AS on_day) first
"""
# Cycles of days are counted from their origin.
_LAST_OF_DAYS = (
    "t.cycle_origin_on + t.interval_days"
    " * floor((%(month_end_on)s::date - 1 - t.cycle_origin_on)::numeric / t.interval_days)::int"
)
_LAST_BOUNDARY = f"""
    SELECT CASE WHEN t.interval_days > 0 THEN {_LAST_OF_DAYS} ELSE ({_LAST_OF_MONTHS}) END
           AS on_day
"""
_IS_OVER = f"last.on_day > due.from_on OR ({_ENDS_ON} > due.from_on AND {_ENDS_ON} < %(month_end_on)s)"

DUE_ACCOUNTS = f"""
    SELECT DISTINCT s.account_id
      FROM who JOIN {SubscriptionService._meta.db_table} s ON s.account_id = who.id
      JOIN {Subscription._meta.db_table} b ON b.id = s.subscription_id
      LEFT JOIN {FormerTerms._meta.db_table} f ON f.id = s.former_terms_id
      JOIN {Plan._meta.db_table} p ON p.id = coalesce(f.plan_id, b.plan_id)
      JOIN {Service._meta.db_table} v ON v.id = s.service_id
      JOIN {Account._meta.db_table} a ON a.id = s.account_id
      LEFT JOIN {BillingRule._meta.db_table} r ON r.seller_id = a.seller_id,
   LATERAL (SELECT coalesce(f.cycle_origin_on, b.cycle_origin_on) AS cycle_origin_on,
                   coalesce(f.interval_months, b.interval_months) AS interval_months,
                   coalesce(f.interval_days, b.interval_days) AS interval_days,
                   coalesce(f.anchor_day, b.anchor_day) AS anchor_day) t,
   LATERAL (SELECT {_FROM_ON} AS from_on) due, LATERAL ({_LAST_BOUNDARY}) last
     WHERE s.billed_through < %(month_end_on)s
       AND s.status = ANY(%(billable_services)s) AND b.status = ANY(%(billable)s)
       AND due.from_on < %(month_end_on)s AND ({_ENDS_ON} IS NULL OR {_ENDS_ON} > due.from_on)
       AND CASE WHEN v.kind = '{Service.ONE_OFF}' THEN s.billed_through <= s.starts_on
                WHEN p.billing_model = 'postbill_pay_after' THEN {_IS_OVER} ELSE true END
"""
DUE_PARAMS = {"billable_services": list(BILLABLE_SERVICE_STATUSES), "billable": list(BILLABLE_STATUSES)}
