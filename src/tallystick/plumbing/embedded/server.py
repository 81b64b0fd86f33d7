"""The embedded server as a process: start it, stop it, tell whether it is ready, clear away what a dead one left.

Called under the lock of `lifecycle` only, so that no two processes start or stop one server at once.
"""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import psycopg

from tallystick.plumbing.embedded.binaries import get_binaries
from tallystick.plumbing.embedded.cluster import PORT, ROLE, Cluster, make_cluster
from tallystick.plumbing.embedded.errors import DatabaseUnavailable

READY_WITHIN_SECONDS = 600
"""Recovery after a crash may have to read gigabytes; whoever waits sees the server living all the while."""

STOPPED_WITHIN_SECONDS = 120
ORPHANS_LEAVE_WITHIN_SECONDS = 10
LARGEST_LOG_BYTES = 10_000_000
STARTS = 3


def compose_address(cluster: Cluster, database: str) -> dict[str, str | int]:
    """The connection parameters of a database on this server, as psycopg takes them."""
    return {"host": str(cluster.socket_folder), "port": PORT, "user": ROLE, "dbname": database}


def answers(cluster: Cluster) -> bool:
    """Whether the server takes a connection now. A server whose connections are all taken does answer."""
    try:
        psycopg.connect(**compose_address(cluster, "postgres"), connect_timeout=60).close()  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        return "too many clients" in str(error) or "remaining connection slots" in str(error)
    return True


def start_server(cluster: Cluster) -> None:
    """Start the server, or wait for one that is starting already, until it takes connections."""
    for _ in range(STARTS):
        if find_postmaster(cluster) is None:
            _clear_remains(cluster)
            make_cluster(cluster)
            _launch(cluster)
        if _becomes_ready(cluster):
            return
    raise DatabaseUnavailable(reason=f"it does not start. Its log {cluster.log} ends with: {_read_end(cluster.log)}")


def stop_server(cluster: Cluster) -> None:
    """Stop the server and wait until it is gone; connections still open are cut, their transactions undone."""
    postmaster = find_postmaster(cluster)
    if postmaster is None:
        return
    control = str(get_binaries(cluster.owner) / "pg_ctl")
    for mode in ("fast", "immediate"):
        cluster.owner.run(
            [control, "stop", "-D", str(cluster.data), "-m", mode, "-t", str(STOPPED_WITHIN_SECONDS), "-w"]
        )
        if find_postmaster(cluster) is None:
            return
    raise DatabaseUnavailable(reason=f"its process {postmaster.pid} does not stop.")


def _launch(cluster: Cluster) -> None:
    if cluster.log.exists() and cluster.log.stat().st_size > LARGEST_LOG_BYTES:
        cluster.log.unlink()
    # pg_ctl puts the server into a session of its own, so that it outlives the terminal and whoever asked for it.
    control = str(get_binaries(cluster.owner) / "pg_ctl")
    started = cluster.owner.run([control, "start", "-D", str(cluster.data), "-l", str(cluster.log), "-W", "-s"])
    if started.returncode != 0:
        raise DatabaseUnavailable(reason=f"pg_ctl failed: {started.stderr.strip() or started.stdout.strip()}")


def _becomes_ready(cluster: Cluster) -> bool:
    """Wait until the server answers; False if its process is gone before."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    seen_alive_until = time.monotonic() + 10  # a launched process may not have written its number yet
    while time.monotonic() < deadline:
        if answers(cluster):
            return True
        if find_postmaster(cluster) is not None:
            seen_alive_until = time.monotonic() + 1
        elif time.monotonic() > seen_alive_until:
            return False
        time.sleep(0.02)
    return False


def find_postmaster(cluster: Cluster) -> psutil.Process | None:
    """The living main process of this cluster, by the number in its lock file; a number that was reused is not it."""
    try:
        pid = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return next((process for process in _list_processes(cluster, [pid])), None)


def _list_processes(cluster: Cluster, pids: list[int]) -> list[psutil.Process]:
    """Which of these processes are PostgreSQL's, alive, and at work in this data directory."""
    found = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            is_ours = process.name() == "postgres" and Path(process.cwd()) == cluster.data.resolve()
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _clear_remains(cluster: Cluster) -> None:
    """After a crash: let the orphaned workers of the dead server go, then remove its lock files.

    PostgreSQL removes stale lock files itself unless their process number was given to another process meanwhile.
    """
    orphans = _list_processes(cluster, psutil.pids())
    for orphan in orphans:
        try:
            orphan.send_signal(3)  # SIGQUIT: leave at once, touch nothing
        except psutil.NoSuchProcess:
            continue
    _, remaining = psutil.wait_procs(orphans, timeout=ORPHANS_LEAVE_WITHIN_SECONDS)
    for orphan in remaining:
        orphan.kill()
    psutil.wait_procs(remaining, timeout=ORPHANS_LEAVE_WITHIN_SECONDS)
    for stale in (
        cluster.data / "postmaster.pid",
        cluster.socket_folder / f".s.PGSQL.{PORT}",
        cluster.socket_folder / f".s.PGSQL.{PORT}.lock",
    ):
        stale.unlink(missing_ok=True)


def _read_end(log: Path) -> str:
    if not log.exists():
        return "(nothing)"
    return " / ".join(log.read_text(errors="replace").splitlines()[-5:])
