"""The demo's first steps: a database and people, then the company's files."""

from datetime import UTC, datetime
from pathlib import Path

from tallystick.access.operations.create_staff_user import create_staff_user
from tallystick.access.queries import get_staff_actor
from tallystick.accounts.queries import count_accounts
from tallystick.errors import InvariantBroken
from tallystick.interfaces.cli.demo.company import PASSWORD
from tallystick.interfaces.cli.demo.stage import Stage
from tallystick.interfaces.cli.output import meter
from tallystick.interfaces.cli.readiness import make_ready
from tallystick.interfaces.counts import write_count
from tallystick.interfaces.importing.import_file import import_file
from tallystick.interfaces.importing.report import ImportReport
from tallystick.plumbing import clock
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.queries import count_subscriptions


def make_database(stage: Stage) -> None:
    """Tables, the business clock of the demo's day, and people of every role."""
    make_ready()
    clock.set_clock(stage.company.business_time)
    for person in stage.company.people:
        create_staff_user(
            person.email,
            name=person.name,
            role=person.role,
            password=PASSWORD,
            at=datetime.now(UTC),
            actor=stage.operator,
        )
    finance = next(person for person in stage.company.people if person.role == "finance")
    stage.finance = get_staff_actor(finance.email)
    stage.tell(f"It is {clock.now():%-d %B %Y} here; {finance.name} of finance does the billing.")


def load_files(stage: Stage) -> None:
    """Import the company's files, in order; the demo's own files have no errors."""
    for kind, path in stage.company.files:
        report = _load(kind, path, stage)
        stage.seller_code = report.seller
        stage.tell(f"  {path.name}: {write_count(report.created, noun='row')}")
    seller = get_seller(stage.seller_code)
    accounts = write_count(count_accounts(seller.pk), noun="account")
    subscriptions = write_count(count_subscriptions(seller.pk), noun="subscription")
    stage.tell(f"{accounts} with {subscriptions}.")


def _load(kind: str, path: Path, stage: Stage) -> ImportReport:
    with meter(f"Importing {path.name}") as progress:

        def show(doing: str, done: int, total: int) -> None:
            progress.show(done, total, label=doing)

        report = import_file(kind, path=path, at=clock.now(), actor=stage.operator, progress=show)
        progress.finish(write_count(report.created, noun="row"))
    if report.errors:
        raise InvariantBroken(f"the demo's files have errors: {report.errors[0]}")
    return report
