"""Tallystick, the billing house: bill runs, payment runs and managed billing on one ledger.

The rooms, in the order of the process. A room may import the ones above it, never the ones below:

    errors          what may go wrong, in words
    money           amounts, currencies, rounding, splitting; pure
    periods         half-open periods, anchors, shares of a period; pure
    plumbing        clock, embedded database, bulk copy, idempotency, actor, job queue, audit trail, outbox
    sellers         who bills
    catalog         what we sell
    accounts        whom we bill
    access          who may
    subscriptions   what was agreed
    usage           what was used
    rating          what it costs; pure
    taxes           what the state adds
    ledger          what is owed
    payments        how money arrives
    credit          how much they may owe
    invoicing       what we ask for
    documents       what it looks like
    collection      how we get it in
    delivery        how it reaches them
    overdue         what happens when it did not come
    rollups         what it adds up to
    journeys        thin flows that cross rooms
    interfaces      api, console, portal, webhooks, jobs, cli, importing

This order also stands in `INSTALLED_APPS` and in the import contract of `pyproject.toml`; a test asserts that
the three agree. A room stands in all three from the day when its first operation exists.
"""
