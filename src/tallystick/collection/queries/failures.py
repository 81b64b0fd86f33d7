"""The follow-up list: what a payment run could not collect, why in plain words, and what to do next."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from tallystick.accounts.models import Account
from tallystick.collection.core.item_lifecycle import FAILED, SKIPPED
from tallystick.collection.core.reasons import explain
from tallystick.collection.models import DocumentRetry, PaymentRun, PaymentRunItem
from tallystick.invoicing.models import Document
from tallystick.payments.models import PaymentAttempt, PaymentMethod

ITEMS = PaymentRunItem._meta.db_table
RUNS = PaymentRun._meta.db_table
ACCOUNTS = Account._meta.db_table
DOCUMENTS = Document._meta.db_table
ATTEMPTS = PaymentAttempt._meta.db_table
METHODS = PaymentMethod._meta.db_table
RETRIES = DocumentRetry._meta.db_table


class FollowUp(NamedTuple):
    """An invoice that a run failed to collect or left out. Amounts in minor units; `open_minor` is what is owed now.

    `reason` says what happened and `next_step` what to do; `dashboard_url` leads to the payment at the gateway. A run
    may charge it again from `next_attempt_at` on; None: not without a person. A failure whose invoice was settled in
    another way since has nothing open and needs nothing any more. `later_run` is the next run that charged it.
    """

    item_id: int
    run_number: str
    account_id: int
    account_external_id: str
    account_name: str
    document_id: int
    number: str
    currency: str
    charged_minor: int
    open_minor: int
    status: str
    follow_up: str
    note: str
    tries: int
    method_label: str
    method_expires_on: date | None
    reason_code: str
    dashboard_url: str
    next_attempt_at: datetime | None
    later_run_id: int | None
    later_run: str
    reason: str
    next_step: str

    @property
    def needs_work(self) -> bool:
        """Whether somebody has still to retry or close it."""
        return self.follow_up == "open" and self.open_minor > 0


def list_failures(
    *, run_id: int | None = None, seller_id: int | None = None, after_id: int = 0, limit: int = 1000
) -> list[FollowUp]:
    """Failed items of a run, or the open ones of all runs of a seller, in the order in which they were taken."""
    if run_id is not None:
        return _list("i.run_id = %s AND i.status = %s", [run_id, FAILED], after_id, limit)
    return _list("r.seller_id = %s AND i.status = %s AND i.follow_up = 'open'", [seller_id, FAILED], after_id, limit)


def list_skipped(run_id: int, *, after_id: int = 0, limit: int = 1000) -> list[FollowUp]:
    """What a run took and did not charge, with the reason."""
    return _list("i.run_id = %s AND i.status = %s", [run_id, SKIPPED], after_id, limit)


def _list(condition: str, params: list[Any], after_id: int, limit: int) -> list[FollowUp]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT i.id, r.number, a.id, a.external_id, a.name, d.id, coalesce(d.number, ''), i.currency,
                   i.charged_minor,
                   CASE WHEN d.status = 'posted'
                        THEN d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor ELSE 0 END,
                   i.status, i.follow_up, i.note, i.tries, coalesce(m.label, ''), m.expires_on, i.reason_code,
                   coalesce(t.dashboard_url, ''), n.next_attempt_at, o.run_id, coalesce(o.number, '')
              FROM {ITEMS} i JOIN {RUNS} r ON r.id = i.run_id JOIN {ACCOUNTS} a ON a.id = i.account_id
              JOIN {DOCUMENTS} d ON d.id = i.document_id
              LEFT JOIN {RETRIES} n ON n.document_id = d.id
              LEFT JOIN {ATTEMPTS} t ON t.id = i.attempt_id LEFT JOIN {METHODS} m ON m.id = t.method_id
              LEFT JOIN LATERAL (
                   SELECT l.run_id, lr.number FROM {ITEMS} l JOIN {RUNS} lr ON lr.id = l.run_id
                    WHERE l.document_id = i.document_id AND l.id > i.id AND l.run_id <> i.run_id
                      AND l.attempt_id IS NOT NULL AND i.follow_up <> 'open'
                    ORDER BY l.id LIMIT 1) o ON TRUE
             WHERE i.id > %s AND {condition} ORDER BY i.id LIMIT %s
            """,
            [after_id, *params, limit],
        )
        return [_advise(FollowUp._make((*row, *explain(row[16])))) for row in cursor.fetchall()]


def _advise(item: FollowUp) -> FollowUp:
    """What failed here may be another run's matter by now, or nobody's."""
    if item.later_run:
        return item._replace(next_step=f"{item.later_run} has taken it over.")
    is_settled = item.status == FAILED and item.open_minor <= 0
    return item._replace(next_step="Nothing to do: nothing is open any more.") if is_settled else item
