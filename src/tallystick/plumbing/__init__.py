"""What rooms with tables stand on: clock, embedded database, bulk copy, idempotency, actor, jobs, audit, outbox."""
