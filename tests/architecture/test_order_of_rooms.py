"""The order of the process stands in three places, and they agree: docstring, settings, import contract."""

from __future__ import annotations

from django.conf import settings

from tests.support.source import HOUSE, get_contracts, list_rooms_in_order


def list_layers() -> list[str]:
    """The rooms as the contract has them, lowest first; a layer of several is told from left to right."""
    layers = [layer.split(" | ") for layer in reversed(get_contracts()["order"]["layers"])]
    return [room.strip("()") for layer in layers for room in layer]


def test_the_docstring_and_the_contract_tell_the_same_order() -> None:
    assert list_rooms_in_order() == list_layers()


def test_the_settings_install_every_room_with_tables_in_that_order() -> None:
    installed = [app.removeprefix("tallystick.") for app in settings.INSTALLED_APPS if app.startswith("tallystick.")]
    with_tables = [room for room in list_rooms_in_order() if (HOUSE / room / "apps.py").exists()]
    assert [room for room in installed if "." not in room] == with_tables


def test_every_room_is_told() -> None:
    there = {path.stem for path in HOUSE.iterdir() if not path.name.startswith("__") and path.suffix in {"", ".py"}}
    assert there <= set(list_rooms_in_order())


def test_every_room_with_tables_keeps_to_the_same_parts() -> None:
    rooms = {f"tallystick.{path.parent.name}" for path in HOUSE.glob("*/apps.py")} - {"tallystick.plumbing"}
    assert rooms == set(get_contracts()["rooms"]["containers"])


def test_every_interface_but_the_console_is_kept_from_the_tables() -> None:
    interfaces = HOUSE / "interfaces"
    there = {
        path.stem for path in interfaces.iterdir() if not path.name.startswith("__") and path.suffix in {"", ".py"}
    }
    kept = set(get_contracts()["tables"]["source_modules"])
    assert {f"tallystick.interfaces.{name}" for name in there - {"console"}} | {"tallystick.journeys"} == kept


def test_no_contract_has_an_exception() -> None:
    assert not [name for name, contract in get_contracts().items() if contract.get("ignore_imports")]
