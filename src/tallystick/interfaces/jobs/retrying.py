"""How often a failing job is tried again, and how a body knows that it is its last try."""

from procrastinate import JobContext, RetryStrategy

MAX_ATTEMPTS = 5

# 2, 4, 8, 16 seconds: long enough for a database server that restarts, short enough for a person who waits
RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=2)


def is_last_attempt(context: JobContext) -> bool:
    """Whether the queue will give up when this try fails. `attempts` counts the tries that failed before."""
    return context.job.attempts >= MAX_ATTEMPTS
