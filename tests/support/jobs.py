"""Run jobs in the test's own process and transaction, as a worker would, in the order in which they were asked for."""

from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from tallystick.interfaces import jobs as _bodies  # noqa: F401  (registers them)


def run_jobs(*, limit: int = 1_000, until: str = "") -> list[str]:
    """Run every waiting job, and those that they ask for, until none waits; return their names. Errors pass through.

    It stops before the first job named `until`.
    """
    done: list[str] = []
    while len(done) < limit:
        row = ProcrastinateJob.objects.filter(status="todo").order_by("pk").first()
        if row is None or row.task_name == until:
            return done
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [row.pk])
        task = app.tasks[row.task_name]
        arguments = dict(row.args)
        if task.pass_context:
            job = Job(
                id=row.pk,
                queue=row.queue_name,
                lock=None,
                queueing_lock=None,
                task_name=row.task_name,
                attempts=row.attempts,
            )
            task.func(JobContext(app=app, job=job, abort_reason=lambda: None, start_timestamp=0.0), **arguments)
        else:
            task.func(**arguments)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [row.pk])
        done.append(row.task_name)
    raise AssertionError(f"more than {limit} jobs: does one ask for itself?")
