"""Jobs of the deactivation queue: execute a run, bring an account back that paid."""

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.journeys.bring_back import bring_back_by_payment
from tallystick.journeys.run_deactivations import execute_deactivation_run
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.task(name="deactivation_run.execute", queue="billing", retry=RETRY)
def execute(run_id: int) -> None:
    """Execute a deactivation or activation run."""
    execute_deactivation_run(run_id, at=clock.now(), actor=system_actor("deactivation"))


@app.task(name="services.bring_back", queue="billing", retry=RETRY)
def bring_back(account_id: int) -> None:
    """Renew what is queued and switch on what is off, as far as the money goes that arrived."""
    bring_back_by_payment(account_id, at=clock.now(), actor=system_actor("payment"))
