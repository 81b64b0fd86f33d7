"""Foreign keys follow the order of the process, and name the model's class, so that the import contract sees them."""

from __future__ import annotations

import ast

from django.apps import apps

from tests.support.source import HOUSE, list_files, list_rooms_in_order, parse, shorten

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


def list_relations_by_name() -> list[str]:
    found = []
    for path in list_files(HOUSE):
        for call in (node for node in ast.walk(parse(path)) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            targets = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "to")]
            if name in RELATIONS and any(isinstance(to, ast.Constant) and to.value != "self" for to in targets):
                found.append(f"{shorten(path)}:{call.lineno}")
    return found


def test_no_relation_names_its_model_by_a_string() -> None:
    assert list_relations_by_name() == []


def test_no_room_refers_to_a_later_one() -> None:
    order = {room: number for number, room in enumerate(list_rooms_in_order())}
    backward = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if field.auto_created or target is None or isinstance(target, str):
                continue
            here, there = model._meta.app_label, target._meta.app_label
            if here in order and there in order and order[there] > order[here]:
                backward.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert backward == []


def test_no_table_outside_the_house_refers_into_it() -> None:
    rooms = set(list_rooms_in_order())
    inward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label not in rooms
        for field in model._meta.get_fields()
        if not field.auto_created and getattr(field.related_model, "_meta", None) is not None
        if field.related_model._meta.app_label in rooms  # type: ignore[union-attr]
    ]
    assert inward == []
