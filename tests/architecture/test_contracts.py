"""The import contracts hold, and each of them is able to say no."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.source import CHECKOUT, SOURCE, get_contracts

BREACHES = {
    "order": ("sellers/core/planted.py", "import tallystick.catalog.models\n"),
    "rooms": ("sellers/core/planted.py", "import tallystick.sellers.models\n"),
    "pure": ("money/planted.py", "import django.db\n"),
    "tables": ("journeys/planted.py", "import tallystick.sellers.models\n"),
    "gateways": ("payments/operations/planted.py", "import tallystick.payments.gateways.sandbox.gateway\n"),
    "project": ("plumbing/planted.py", "import config.settings\n"),
    "cycles": ("money/planted.py", "import tallystick.money.amount\n"),
}
"""For each contract a file to plant and the import in it that the contract forbids."""


def lint(folder: Path) -> dict[str, bool]:
    """The name of every contract with whether it is kept by the source in the folder."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, flags=re.MULTILINE)
    assert found, done.stdout + done.stderr
    return {name: verdict == "KEPT" for name, verdict in found}


def test_all_contracts_are_kept() -> None:
    broken = [name for name, is_kept in lint(CHECKOUT).items() if not is_kept]
    assert not broken, "run make check to see the imports"


def test_every_contract_refuses_a_planted_import(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    assert set(BREACHES) == set(get_contracts())
    for place, line in BREACHES.values():
        planted = tmp_path / "src" / "tallystick" / place
        planted.write_text((planted.read_text() if planted.exists() else "") + line)
    with (tmp_path / "src" / "tallystick" / "money" / "amount.py").open("a") as amount:
        amount.write("\nimport tallystick.money.planted\n")
    verdicts = lint(tmp_path)
    assert not [contract["name"] for contract in get_contracts().values() if verdicts[contract["name"]]]
