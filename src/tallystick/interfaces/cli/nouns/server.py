"""`tallystick worker` and `tallystick serve`: workers, and web with workers."""

import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Annotated

import typer
from django.db import connection

from tallystick.interfaces.cli.context import ProcessesOption, default_processes
from tallystick.interfaces.cli.output import note
from tallystick.interfaces.cli.readiness import require_ready
from tallystick.interfaces.jobs.crew import Crew
from tallystick.interfaces.jobs.worker import QUEUES, run_worker
from tallystick.interfaces.refusals import REFUSED


def worker(
    processes: ProcessesOption = 0,
    queues: Annotated[str, typer.Option(help="Queues to work on, separated by commas.")] = ",".join(QUEUES),
    parent: Annotated[int, typer.Option("--parent", hidden=True, help="End when this process is not the parent.")] = 0,
) -> None:
    """Work on jobs until stopped.

    Example: tallystick worker --processes 2
    """
    count = processes or default_processes()
    names = tuple(queues.split(","))
    if count == 1:
        run_worker(queues=names, parent=parent or None)
        return
    note(f"{count} workers; stop with Ctrl-C.")
    _keep_up(Crew(processes=count, queues=names), None)


def serve(
    processes: ProcessesOption = 0,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="Show the demo's database instead of yours.")] = False,
) -> None:
    """Run the web pages, the API and the workers together.

    Example: tallystick serve --demo
    """
    require_ready()
    count = processes or default_processes()
    web = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            host,
            "--port",
            str(port),
            "--blocking-threads",
            "4",
            "config.wsgi:application",
        ]
    )
    which = " on the demo's database" if demo else ""
    note(f"http://{host}:{port}/console/{which}, {count} workers; stop with Ctrl-C.")
    _keep_up(Crew(processes=count), web)
    if web.returncode and web.returncode > 0:  # not by us: its reason stands above
        raise typer.Exit(REFUSED)


def _keep_up(crew: Crew, web: "subprocess.Popen[bytes] | None") -> None:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    connection.ensure_connection()  # hold the embedded server, so that it does not stop whenever a worker is replaced
    connection.close()
    try:
        while web is None or web.poll() is None:
            crew.keep_up()
            time.sleep(1)
    except KeyboardInterrupt:
        pass
    finally:
        crew.stop()
        if web is not None:
            web.terminate()
            web.wait()
