"""The demo in processes of its own, on a server of its own: twice the same figures, and nothing of yours is touched."""

from __future__ import annotations

import csv
import json
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest

from tallystick.interfaces.cli.databases import DatabaseConfigured
from tallystick.interfaces.cli.demo_database import DEMO_DATABASE, use_demo_database
from tests.support.command_line import run_process
from tests.support.servers import PrivateServer

SMALL = {
    "accounts": 40,
    "subscriptions": 41,
    "invoices_posted": 39,
    "invoiced_minor": 30_760_58,
    "emailed": 36,
    "printed": 4,
    "collected_minor": 3_289_45,
    "payments_failed": 8,
    "failed_minor": 515_85,
    "open_receivable_minor": 30_760_58 - 3_289_45,
    "check": "ok",
}
SUBSCRIBERS = ["customerID", "tenure", "PhoneService", "MultipleLines", "InternetService", "OnlineSecurity"]
SUBSCRIBERS += ["OnlineBackup", "DeviceProtection", "TechSupport", "StreamingTV", "StreamingMovies", "Contract"]
SUBSCRIBERS += ["PaperlessBilling", "PaymentMethod", "MonthlyCharges", "Churn"]


def run_demo(server: PrivateServer, *arguments: str) -> dict[str, Any]:
    ended = run_process("demo", "--json", "--processes", "1", *arguments, environment=server.environment)
    assert ended.returncode == 0, ended.stderr
    figures: dict[str, Any] = json.loads(ended.stdout)  # one document, and nothing else
    return figures


def read_sender_and_date(mail: bytes) -> tuple[str, str]:
    message = message_from_bytes(mail)
    return parseaddr(message["From"])[1], message["Date"]


def test_a_second_demo_ends_with_the_same_figures(prepared_server: PrivateServer) -> None:
    first, second = run_demo(prepared_server), run_demo(prepared_server)
    assert {name: first[name] for name in SMALL} == SMALL
    for figures in (first, second):
        assert len(figures.pop("steps")) == 10 and figures.pop("peak_memory_mib") > 0
    assert first == second
    mails = [path.read_bytes() for path in Path(first["mail_folder"]).iterdir()]
    invoices = [mail for mail in mails if b"\nContent-Type: application/pdf" in mail]
    assert len(invoices) == first["emailed"]
    assert {read_sender_and_date(mail) for mail in invoices} == {
        ("billing@windlass.example", "Tue, 31 Mar 2026 09:00:00 +0200")
    }
    (notice,) = [message_from_bytes(mail) for mail in mails if mail not in invoices]
    assert (notice["To"], notice["Subject"], notice["Date"]) == (
        "carla.smit@windlass.example",
        "Bill run BR-000001 is completed",
        "Tue, 31 Mar 2026 09:00:00 +0200",
    )
    assert Path(first["print_file"]).read_bytes().startswith(b"%PDF-")
    assert Path(first["print_file"]).parent == Path(first["mail_folder"]).parent / "print"


def test_the_demo_leaves_what_is_configured_alone_and_can_be_looked_at(prepared_server: PrivateServer) -> None:
    environment = prepared_server.environment
    assert run_process("init", environment=environment).returncode == 0
    told = run_process("demo", "--processes", "1", environment=environment)
    assert told.returncode == 0, told.stderr
    for words in ("39 invoices are posted and owed: 30,760.58 EUR.", "8 invariants hold.", "tallystick serve --demo"):
        assert words in told.stdout
    assert run_process("bill-run", "list", "--json", environment=environment).stdout == "[]\n"
    runs = json.loads(run_process("--demo", "bill-run", "list", "--json", environment=environment).stdout)
    assert [run["status"] for run in runs] == ["posted"]
    viewer = ("--demo", "--as", "victor.mulder@windlass.example")
    assert run_process(*viewer, "check", environment=environment).returncode == 0
    assert "[forbidden]" in run_process(*viewer, "payment-run", "create", environment=environment).stderr


def test_the_telecom_example_bills_what_the_file_says(private_server: PrivateServer, tmp_path: Path) -> None:
    path = tmp_path / "subscribers.csv"
    charges = ("70.00", "20.05", "29.85", "80.55", "45.20", "99.95")
    methods = ("Credit card (automatic)", "Mailed check", "Credit card (automatic)")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, SUBSCRIBERS)
        writer.writeheader()
        for number, charge in enumerate(charges):
            plain = dict.fromkeys(SUBSCRIBERS, "No")
            plain |= {"customerID": f"C-{number}", "tenure": "3", "PhoneService": "Yes", "InternetService": "DSL"}
            plain |= {"Contract": "One year", "PaymentMethod": methods[number % 3], "MonthlyCharges": charge}
            plain |= {"PaperlessBilling": "Yes" if number % 2 else "No", "Churn": "Yes" if number == 5 else "No"}
            writer.writerow(plain)
    figures = run_demo(private_server, "--telecom", str(path))
    assert (figures["currency"], figures["accounts"], figures["invoices_posted"]) == ("USD", 6, 5)
    assert figures["invoiced_minor"] == 245_65  # without the one who left
    assert (figures["emailed"], figures["printed"], figures["tried"]) == (2, 3, 3)
    assert figures["collected_minor"] + figures["open_receivable_minor"] == figures["invoiced_minor"]
    assert figures["check"] == "ok"


def test_a_telecom_file_that_is_not_there_is_refused(private_server: PrivateServer) -> None:
    ended = run_process("demo", "--telecom", "nowhere.csv", environment=private_server.environment)
    assert (ended.returncode, ended.stdout) == (1, "") and "[not_found]" in ended.stderr


def test_the_configured_database_is_never_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TALLYSTICK_DATABASE_URL", raising=False)
    monkeypatch.setenv("TALLYSTICK_DATABASE", DEMO_DATABASE)
    with pytest.raises(DatabaseConfigured):
        use_demo_database()
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", f"postgresql://somewhere/{DEMO_DATABASE}")
    with pytest.raises(DatabaseConfigured):
        use_demo_database()


def test_one_demo_at_a_time(private_server: PrivateServer) -> None:
    environment = private_server.environment
    holder = private_server.start(
        "from tallystick.interfaces.cli.databases import held_database\n"
        f"with held_database('{DEMO_DATABASE}'):\n    print('held', flush=True); input()\n"
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        ended = run_process("demo", "--json", environment=environment)
        assert (ended.returncode, ended.stdout) == (1, "") and "[database_busy]" in ended.stderr
    finally:
        holder.communicate("\n")
