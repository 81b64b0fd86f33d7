"""Which customers need a new payment method: a charge failed so that only they can help, or their method ends soon."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tallystick.accounts.models import AccountProfile, Contact
from tallystick.collection.queries.collectable import OPEN_MINOR
from tallystick.delivery.core.method_requests import PRESSING, Need, Occasion
from tallystick.delivery.models import Delivery, MethodRequest
from tallystick.invoicing.models import Document
from tallystick.payments.core.failures import FAILURES, Advice
from tallystick.payments.core.method_rules import EXPIRES_SOON
from tallystick.payments.models import AttemptPurpose, PaymentAttempt, PaymentMethod
from tallystick.payments.queries import list_expiring_methods
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.sellers.models import Seller

ATTEMPTS = PaymentAttempt._meta.db_table
DELIVERIES = Delivery._meta.db_table
DOCUMENTS = Document._meta.db_table
METHODS = PaymentMethod._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table

OCCASION_OF: dict[Advice, Occasion] = {
    Advice.NEW_METHOD: Occasion.FAILED,
    Advice.CUSTOMER_ACTION: Occasion.UNCONFIRMED,
}
CODES = [code for code, words in FAILURES.items() if words.advice in OCCASION_OF]

# The last charge of each open invoice, where only the customer can help: unless another method took the place of the
# one that failed, it was saved anew or resumed by staff, or a payment is under way.
_FAILED = f"""
    SELECT d.account_id, t.method_id, t.failure_code, t.final_at,
           (SELECT max(v.sent_at) FROM {DELIVERIES} v WHERE v.document_id = d.id AND v.channel = 'email'
               AND v.sent_at >= t.final_at)
      FROM {DOCUMENTS} d
      JOIN LATERAL (
           SELECT t.id, t.method_id, t.status, t.failure_code, t.final_at FROM {PURPOSES} p
             JOIN {ATTEMPTS} t ON t.id = p.attempt_id
            WHERE p.purpose = 'document:' || d.id AND t.method_id IS NOT NULL ORDER BY t.id DESC LIMIT 1) t ON true
     WHERE d.seller_id = %s AND d.status = 'posted' AND d.kind <> 'credit_note' AND {OPEN_MINOR} > 0
       AND d.account_id IN (SELECT f.account_id FROM {ATTEMPTS} f WHERE f.status = 'failed'
                               AND f.failure_code = ANY(%s::text[]))
       AND t.status = 'failed' AND t.failure_code = ANY(%s::text[])
       AND NOT EXISTS (SELECT 1 FROM {PURPOSES} w WHERE w.purpose = 'document:' || d.id AND w.is_live)
       AND NOT EXISTS (SELECT 1 FROM {METHODS} m WHERE m.account_id = d.account_id AND m.is_default
                          AND m.state IN ('valid', 'pending') AND (m.id <> t.method_id OR m.consecutive_failures = 0))
     ORDER BY t.final_at, t.id
"""


def list_needs(seller: Seller, *, at: datetime) -> list[Need]:
    """What customers of a seller need at an instant: failed charges, and methods that end within 30 days."""
    zone = ZoneInfo(seller.time_zone)
    on = at.astimezone(zone).date()
    return _list_failed(seller, on, zone) + _list_expiring(seller, on, zone)


def _list_failed(seller: Seller, on: date, zone: ZoneInfo) -> list[Need]:
    rows = fetch_rows(_FAILED, [seller.pk, CODES, CODES])
    of_account = defaultdict(list)
    recipients = _list_recipients([row[0] for row in rows])
    for account_id, *rest in rows:
        if account_id in recipients:
            of_account[account_id].append(rest)
    told = _list_told(list(of_account), of=PRESSING)
    needs = []
    for account_id, failures in of_account.items():
        method_id, code, first_at, _ = failures[0]
        mailed = [row[3] for row in failures if row[3] is not None]
        needs.append(
            Need(
                account_id,
                recipients[account_id],
                method_id,
                OCCASION_OF[FAILURES[code].advice],
                first_at.astimezone(zone).date(),
                told[account_id],
                any(each.astimezone(zone).date() == on for each in mailed),
            )
        )
    return needs


def _list_expiring(seller: Seller, on: date, zone: ZoneInfo) -> list[Need]:
    methods = list(list_expiring_methods(on, seller_id=seller.pk))
    told = _list_told([each.account_id for each in methods], of=(Occasion.EXPIRING,), methods=methods)
    recipients = _list_recipients([each.account_id for each in methods])
    needs = []
    for each in methods:
        recipient, last_on = recipients.get(each.account_id), each.expires_on
        if recipient is None or last_on is None or last_on < on:
            continue
        since = max(last_on - EXPIRES_SOON, each.created_at.astimezone(zone).date())
        needs.append(Need(each.account_id, recipient, each.pk, Occasion.EXPIRING, since, told[each.account_id]))
    return needs


def _list_recipients(account_ids: Collection[int]) -> dict[int, str]:
    """Where invoices are mailed to: the current profile's address, else the billing contact's; without one, nobody."""
    contacts = Contact.objects.filter(account__in=account_ids, role=Contact.BILLING)
    profiles = AccountProfile.objects.filter(account__in=account_ids, is_current=True)
    found = dict(contacts.exclude(email="").values_list("account_id", "email"))
    return found | dict(profiles.exclude(email="").values_list("account_id", "email"))


def _list_told(
    account_ids: Sequence[int], *, of: Sequence[Occasion], methods: Sequence[PaymentMethod] | None = None
) -> dict[int, list[date]]:
    sent = MethodRequest.objects.filter(account_id__in=account_ids, occasion__in=of, sent_at__isnull=False)
    if methods is not None:
        sent = sent.filter(method__in=methods)
    told: dict[int, list[date]] = defaultdict(list)
    for account_id, told_on in sent.values_list("account_id", "told_on"):
        told[account_id].append(told_on)
    return told


def count_open(account_id: int) -> list[tuple[str, int]]:
    """What an account owes by posted invoices: currency and minor units, by currency."""
    rows = fetch_rows(
        f"SELECT d.currency, sum({OPEN_MINOR})::bigint FROM {DOCUMENTS} d WHERE d.account_id = ANY(%s::bigint[])"
        f" AND d.status = 'posted' AND d.kind <> 'credit_note' AND {OPEN_MINOR} > 0 GROUP BY 1 ORDER BY 1",
        [as_array([account_id])],
    )
    return [(row[0], row[1]) for row in rows]
