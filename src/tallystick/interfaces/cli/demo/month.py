"""The demo from curtain to curtain."""

import getpass
from pathlib import Path
from typing import Any

from django.db import connections

from tallystick.access.queries import make_operator_actor
from tallystick.interfaces.cli.databases import held_database
from tallystick.interfaces.cli.demo import adding_up, billing, collecting, preparing
from tallystick.interfaces.cli.demo.company import PASSWORD, Company, small_company, telecom_company
from tallystick.interfaces.cli.demo.stage import Stage
from tallystick.interfaces.cli.demo_database import DEMO_DATABASE, mail_folder, make_demo_place
from tallystick.interfaces.cli.memory import MemoryWatch
from tallystick.interfaces.cli.output import print_table
from tallystick.interfaces.jobs.crew import hired_crew


def run_demo(telecom: Path | None, *, processes: int, tells: bool) -> dict[str, Any]:
    """A company's month in the demo's own database, made anew; returns its figures and how long each step took."""
    with held_database(DEMO_DATABASE), MemoryWatch() as memory:
        connections.close_all()
        make_demo_place()
        company = telecom_company(telecom) if telecom else small_company()
        stage = Stage(company, tells=tells, memory=memory)
        stage.operator = make_operator_actor(f"{getpass.getuser()} at the command line")
        figures = _play(stage, processes)
        _say_where_things_are(stage, company, figures)
        return {
            **figures,
            "steps": [{**each._asdict(), "seconds": float(f"{each.seconds:.2f}")} for each in stage.times],
            "peak_memory_mib": stage.peak_memory_mib,
        }


def _play(stage: Stage, processes: int) -> dict[str, Any]:
    with stage.step("Make the database and the people"):
        preparing.make_database(stage)
    with stage.step("Load the company's files"):
        preparing.load_files(stage)
    with hired_crew(processes=processes) as crew:
        stage.crew = crew
        with stage.step("Draft everyone's invoices"):
            bill_run_id = billing.draft(stage)
        with stage.step("Review the run"):
            billing.review(stage, bill_run_id)
        with stage.step("Post the invoices"):
            billing.post(stage, bill_run_id)
        with stage.step("Deliver them"):
            path = billing.deliver(stage, bill_run_id)
        with stage.step("Collect from those who pay automatically"):
            payment_run_id = collecting.collect(stage)
        with stage.step("Wait until every payment is known"):
            collecting.resolve(stage)
            collecting.show_outcome(stage, payment_run_id)
    with stage.step("Add up what should have come in, and what did"):
        adding_up.show_rollups(stage)
    with stage.step("Prove the books"):
        check = adding_up.check(stage)
    figures = adding_up.compute_figures(stage, bill_run_id=bill_run_id, payment_run_id=payment_run_id, check=check)
    return {**figures, "mail_folder": str(mail_folder()), "print_file": str(path) if path else None}


def _say_where_things_are(stage: Stage, company: Company, figures: dict[str, Any]) -> None:
    if not stage.tells:
        return
    print_table(
        "\nHow long it took",
        ("Step", "Seconds", "Peak MiB"),
        [(each.step, f"{each.seconds:.1f}", each.peak_memory_mib) for each in stage.times],
        right=("Seconds", "Peak MiB"),
    )
    stage.tell("Memory is what this command and its workers took together; the database's own is not in it.")
    stage.tell(f"\nE-mails   {figures['mail_folder']}")
    stage.tell(f"Print     {figures['print_file']}")
    stage.tell(f"Database  {DEMO_DATABASE}, beside yours; the next demo makes it anew")
    stage.tell("\nLook on:  tallystick serve --demo")
    for person in company.people:
        stage.tell(f"          {person.role:8} {person.email}")
    stage.tell(f"          password {PASSWORD}, in this database only")
