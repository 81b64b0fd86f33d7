"""Repair what was billed of services whose agreement changed: credit notes, debit notes, claims that fit again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from tallystick.accounts.models import Account
from tallystick.errors import InvariantBroken
from tallystick.invoicing.core.correction import CREDIT_NOTE, DEBIT_NOTE, CorrectionAsk, plan_correction
from tallystick.invoicing.core.repair import BilledLine, Repair, compute_repair
from tallystick.invoicing.core.terms import BillingContext, service_terms
from tallystick.invoicing.models import BillingClaim, Document
from tallystick.invoicing.operations.redraw_services import redraw_services
from tallystick.invoicing.operations.write_correction import NO_STARTS, write_correction
from tallystick.invoicing.queries.accounts_to_bill import list_agreed_discounts
from tallystick.invoicing.queries.billed_lines import list_billed_lines
from tallystick.invoicing.queries.correctable import load_correctable
from tallystick.invoicing.queries.draws import list_statements_of
from tallystick.invoicing.queries.percentages import include_percentages, is_percentage, list_of_the_same
from tallystick.plumbing.actor import Actor
from tallystick.rating.bill import rate_services
from tallystick.rating.charge import Charge
from tallystick.subscriptions.core.due_service import DueService
from tallystick.subscriptions.operations.move_billed_through import move_billed_through
from tallystick.subscriptions.queries import list_agreed_services

DAY = timedelta(days=1)


def repair_services(
    context: BillingContext,
    *,
    account: Account,
    changed_from: Mapping[int, date],
    dated_on: date,
    reason: str,
    at: datetime,
    actor: Actor,
) -> list[Document]:
    """Draft the notes that bring what was billed of these services to what is agreed now; return the drafts.

    `changed_from` says for each subscription service from which day its agreement changed. What ended earlier than it
    was billed is billed through its end from now on, so that a successor can bill the days after. What was drawn and is
    not asked for yet is drawn anew. Runs in the caller's transaction, under the account's lock. One credit note or
    debit note for each document that is corrected.
    """
    changed_from = include_percentages(context, changed_from=changed_from)
    redraw_services(context, account=account, changed_from=changed_from, drawn_on=dated_on, reason=reason, at=at)
    agreed = {each.subscription_service_id: each for each in list_agreed_services(list(changed_from))}
    if not agreed:
        return []
    billed = [
        line
        for line in list_billed_lines(list(agreed), beyond=min(changed_from.values()))
        if line.period_end_on > changed_from[line.subscription_service_id]
    ]
    owed = _rate_again(context, account, agreed, billed)
    notes = _draft_notes(
        compute_repair(billed, owed=owed), billed, dated_on=dated_on, reason=reason, at=at, actor=actor
    )
    _trim_claims(agreed, at=at)
    return notes


def _rate_again(
    context: BillingContext, account: Account, agreed: Mapping[int, DueService], billed: Sequence[BilledLine]
) -> list[Charge]:
    """What the periods that were billed cost as agreed now; of a percentage, with all that it is of."""
    owed: list[Charge] = []
    for service_id, service in agreed.items():
        starts = {line.period_start_on for line in billed if line.subscription_service_id == service_id}
        if not starts:
            continue
        together = list_of_the_same([service_id]) if is_percentage(context, service=service) else [service]
        discounts = list_agreed_discounts(together)
        terms = [
            service_terms(context, agreed=each, currency=account.currency, discounts=discounts(each))
            for each in together
        ]
        rated = rate_services(
            [each._replace(billed_through=min(starts)) for each in terms], service.billed_through - DAY
        )
        for each, charges in zip(together, rated, strict=True):
            if each.subscription_service_id == service_id:
                owed += [charge for charge in charges if charge.period_start in starts]
    return owed


def _draft_notes(
    repair: Repair, billed: Sequence[BilledLine], *, dated_on: date, reason: str, at: datetime, actor: Actor
) -> list[Document]:
    credited: dict[int, dict[int, int]] = defaultdict(dict)
    starts: dict[int, dict[int, date]] = defaultdict(dict)
    for credit in repair.credits:
        credited[credit.line.document_id][credit.line.position] = credit.net_minor
        starts[credit.line.document_id][credit.line.position] = credit.period_start_on
    asked: dict[int, dict[int, int]] = defaultdict(dict)
    for charge, net_minor in repair.shortfalls:
        line = _find_line(billed, charge)
        asked[line.document_id][line.position] = net_minor
    notes = []
    for kind, amounts_of in ((CREDIT_NOTE, credited), (DEBIT_NOTE, asked)):
        for document_id, amounts in sorted(amounts_of.items()):
            document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
            plan = plan_correction(load_correctable(document), kind=kind, ask=CorrectionAsk(lines=amounts))
            notes.append(
                write_correction(
                    document,
                    kind=kind,
                    plan=plan,
                    dated_on=max(dated_on, document.invoice_on),
                    reason=reason,
                    at=at,
                    actor=actor,
                    starts=starts[document_id] if kind == CREDIT_NOTE else NO_STARTS,
                )
            )
    return notes


def _find_line(billed: Sequence[BilledLine], charge: Charge) -> BilledLine:
    for line in billed:
        if (line.subscription_service_id, line.period_start_on) == (
            charge.subscription_service_id,
            charge.period_start,
        ):
            return line
    raise InvariantBroken(f"a repair of {charge.period_start} has no line that billed it")


def _trim_claims(agreed: Mapping[int, DueService], *, at: datetime) -> None:
    """Let claims end with their service, on the document that they stand on, and bill on from there."""
    ended = {
        service_id: max(service.starts_on, service.ends_on)
        for service_id, service in agreed.items()
        if service.ends_on is not None and service.ends_on < service.billed_through
    }
    claims = BillingClaim.objects.filter(subscription_service_id__in=ended, released_at__isnull=True)
    beyond = [claim for claim in claims.order_by("pk") if claim.end_on > ended[claim.subscription_service_id]]
    BillingClaim.objects.filter(pk__in=[claim.pk for claim in beyond]).update(released_at=at)
    stated_on = list_statements_of([claim.draw_id for claim in beyond if claim.draw_id is not None])
    BillingClaim.objects.bulk_create(
        BillingClaim(
            document_id=stated_on[claim.draw_id] if claim.draw_id is not None else claim.document_id,
            subscription_service_id=claim.subscription_service_id,
            kind=claim.kind,
            start_on=claim.start_on,
            end_on=ended[claim.subscription_service_id],
        )
        for claim in beyond
        if claim.start_on < ended[claim.subscription_service_id]
    )
    move_billed_through(
        [(service_id, agreed[service_id].billed_through, ends_on) for service_id, ends_on in sorted(ended.items())]
    )
