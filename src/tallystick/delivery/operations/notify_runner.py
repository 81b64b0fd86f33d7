"""Word to whoever ran a bill run: drafted, or failed (ZUO 2.2: "runner gets mail"). Once a run."""

from datetime import datetime
from email.utils import format_datetime, parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from tallystick.access.queries import find_staff_email
from tallystick.delivery.models import RunNotice
from tallystick.delivery.rendering.compose_mail import compose_message_id
from tallystick.invoicing.queries.lists import get_run
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.money.amount import format_minor
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.session_lock import hold_session_lock

TOLD = ("completed", "failed")


def ask_for_notice(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Write down that the runner is to hear how a run ended, and enqueue the message; once a run.

    Nobody is told of a run that is still at work, or whose runner has no address: a program, or a machine's operator.
    """
    run = get_run(run_id)
    outcome = "failed" if run.status == "failed" else "completed"
    if run.status not in (*TOLD, "posting", "posted"):
        return
    recipient = find_staff_email(kind=run.runner_kind, actor_id=run.runner_id)
    if not recipient:
        return
    with transaction.atomic():
        notice, is_new = RunNotice.objects.get_or_create(
            run=run, defaults={"outcome": outcome, "recipient": recipient, "requested_at": at}
        )
        if is_new:
            enqueue("delivery.run_notice", queue="delivery", notice_id=notice.pk)


def send_run_notice(notice_id: int, *, at: datetime, actor: Actor) -> bool:
    """Send the message unless it was sent; return whether it went out now. A mail server that fails is raised.

    Two workers send it once; one killed between the server's "taken" and our note of it sends it again under the same
    Message-ID.
    """
    with hold_session_lock(f"run_notice:{notice_id}"):
        notices = RunNotice.objects.select_related("run", "run__seller")
        notice = notices.filter(pk=notice_id, sent_at__isnull=True).first()
        if notice is None:  # sent, or of a run that was deleted meanwhile
            return False
        _compose(notice).send()
        RunNotice.objects.filter(pk=notice_id).update(sent_at=at)
        return True


def _compose(notice: RunNotice) -> EmailMessage:
    run = notice.run
    progress = get_run_progress(run.pk)
    totals = " + ".join(f"{format_minor(t.gross_minor, t.currency)} {t.currency}" for t in progress.totals)
    lines = [
        f"Bill run {run.number} of {run.seller.code} is {notice.outcome}.",
        f"Target date {run.target_on}, invoice date {run.invoice_on}.",
        f"{progress.documents} invoices, {totals or 'nothing'}; {progress.failed_accounts} accounts failed.",
    ]
    if notice.outcome == "completed" and run.auto_posts:
        lines.append("It posts itself: nobody checks it before.")
    elif notice.outcome == "completed" and progress.documents:
        lines.append("Review it, then post it.")
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return EmailMessage(
        subject=f"Bill run {run.number} is {notice.outcome}",
        body="\n".join(lines) + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.recipient],
        headers={
            "Message-ID": compose_message_id(f"run_notice:{notice.pk}", sender=sender),
            "Date": format_datetime(notice.requested_at.astimezone(ZoneInfo(run.seller.time_zone))),
            "Auto-Submitted": "auto-generated",
        },
    )
