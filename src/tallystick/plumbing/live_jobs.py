"""Whether work that is said to be under way has a job that will do it: for the proof of the books (invariant 7)."""


def has_live_job(prefix: str, *, argument: str, equals: str) -> str:
    """SQL that holds where a job of that name prefix waits or runs whose `argument` is the number `equals`.

    `equals` is a column of the surrounding query. A job that is retried waits; one that failed for good does not.
    """
    return (
        "EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing')"
        f" AND starts_with(j.task_name, '{prefix}') AND (j.args ->> '{argument}')::bigint = {equals})"
    )
