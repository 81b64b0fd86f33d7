"""What every room with tables stands on: clock, embedded database, bulk copy, idempotency, actor, jobs, audit, outbox."""
