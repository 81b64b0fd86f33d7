"""Jobs are enqueued by name: every name that is used exists, takes the arguments that it is given, and has a worker."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from procrastinate.contrib.django import app

import tallystick.interfaces.jobs  # noqa: F401 - registers the bodies
from tallystick.interfaces.jobs.worker import QUEUES
from tests.support.source import HOUSE, list_files, parse, shorten

OPTIONS = {"queue", "lock"}
"""What `enqueue` takes for itself; the rest goes to the job."""


def list_enqueued() -> Iterator[tuple[Path, ast.Call]]:
    for path in list_files(HOUSE):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "enqueue":
                yield path, node


def get_name(call: ast.Call) -> str:
    name = call.args[0] if call.args else None
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""


def list_arguments(name: str) -> set[str]:
    task = app.tasks[name]
    names = list(inspect.signature(task.func).parameters)
    return set(names[1:] if task.pass_context else names)


def test_jobs_are_enqueued() -> None:
    assert len(list(list_enqueued())) > 3


def test_every_job_that_is_enqueued_exists() -> None:
    unknown = [f"{shorten(path)}:{call.lineno}" for path, call in list_enqueued() if get_name(call) not in app.tasks]
    assert unknown == []


def test_every_job_is_given_the_arguments_that_it_takes() -> None:
    wrong = [
        f"{shorten(path)}:{call.lineno}"
        for path, call in list_enqueued()
        if {keyword.arg for keyword in call.keywords} - OPTIONS != list_arguments(get_name(call))
    ]
    assert wrong == []


def test_every_job_is_put_where_a_worker_looks() -> None:
    queues = {
        f"{shorten(path)}:{call.lineno}": keyword.value.value
        for path, call in list_enqueued()
        for keyword in call.keywords
        if keyword.arg == "queue" and isinstance(keyword.value, ast.Constant)
    }
    assert {place: queue for place, queue in queues.items() if queue not in QUEUES} == {}
    assert {name: task.queue for name, task in app.tasks.items() if task.queue not in (*QUEUES, "builtin")} == {}
