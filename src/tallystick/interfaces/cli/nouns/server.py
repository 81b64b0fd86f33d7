"""`tallystick worker` and `tallystick serve`: workers, and web with workers."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Annotated

import typer
from django.db import connection

from tallystick.errors import Conflict, InvalidInput
from tallystick.interfaces.cli.context import ProcessesOption, default_processes
from tallystick.interfaces.cli.output import note
from tallystick.interfaces.cli.readiness import require_ready
from tallystick.interfaces.jobs.crew import Crew
from tallystick.interfaces.jobs.worker import QUEUES, run_worker
from tallystick.interfaces.refusals import REFUSED

PR_SET_PDEATHSIG = 1


class PortTaken(Conflict):
    """Something listens on {host}:{port} already. Stop it, or choose another --port."""

    code = "port_taken"


class CannotListen(InvalidInput):
    """Nothing can listen on {host}:{port}: {reason}. Choose another --host or --port."""

    code = "cannot_listen"


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
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="Show the demo's database instead of yours.")] = False,
) -> None:
    """Run the web pages, the API and the workers together.

    Example: tallystick serve --demo
    """
    require_ready()
    count = processes or default_processes()
    _require_free_port(host, port)
    os.environ["TALLYSTICK_SERVED_AT"] = compose_local_address(host, port=port)  # for the web server and the workers
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
        ],
        preexec_fn=_end_with_parent,
    )
    which = " on the demo's database" if demo else ""
    note(f"http://{host}:{port}/console/{which}, {count} workers; stop with Ctrl-C.")
    _keep_up(Crew(processes=count), web)
    if web.returncode and web.returncode > 0:  # not by us: its reason stands above
        raise typer.Exit(REFUSED)


def compose_local_address(host: str, *, port: int) -> str:
    """How a browser on this machine reaches what listens there: one that listens everywhere is reached at localhost."""
    reached = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{reached}:{port}"


def _require_free_port(host: str, port: int) -> None:
    # the web server shares its port with others of its kind, so it would not notice a second one
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(host=host, port=port, field="port") from None
            raise CannotListen(host=host, port=port, reason=error.strerror or str(error), field="port") from None


def _end_with_parent() -> None:
    """In the web server's process, before it begins: it ends when this command does, also when that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _keep_up(crew: Crew, web: "subprocess.Popen[bytes] | None") -> None:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        connection.ensure_connection()  # holds the embedded server: it must not stop whenever a worker is replaced
        connection.close()
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
