"""The embedded server's files: where they are, how they are first made, and the settings it runs with."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from tallystick.plumbing.embedded.binaries import MAJOR_VERSION, get_binaries
from tallystick.plumbing.embedded.errors import DatabaseUnavailable
from tallystick.plumbing.embedded.owner import Owner, choose_owner
from tallystick.plumbing.home import ROOTS_HOME

ROLE = "tallystick"
"""The database role that everything of ours connects as; it owns its databases and is no superuser."""

PORT = 5432
"""Only part of the socket's file name: the server listens on no network address."""

LONGEST_SOCKET_PATH = 107

SETTINGS = """\
# Written anew at every start. Changes belong into {own}, which is read after this file.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
shared_memory_type = mmap
dynamic_shared_memory_type = mmap     # not /dev/shm, which containers keep small
min_dynamic_shared_memory = 64MB      # so that parallel queries rarely need a file
max_connections = 100
shared_buffers = {shared_buffers_mb}MB
effective_cache_size = {cache_mb}MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = {max_wal_mb}MB
checkpoint_timeout = 15min
fsync = on
synchronous_commit = on
full_page_writes = on
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = log                # starts, stops and crashes; refused statements are answered, not logged
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded server's place on disk."""

    home: Path
    folder: Path
    owner: Owner

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.folder / "log"

    @property
    def socket_folder(self) -> Path:
        """Where clients find the server: beside the data, or in /tmp where that path is too long for a socket."""
        beside = self.folder / "socket"
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH:
            return beside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"tallystick-{self.owner.uid}-{name}"  # noqa: S108 - short on purpose, and ours alone

    def make_folder(self, path: Path) -> None:
        """Make a folder that only the owner (and root) may enter, or refuse one that is somebody else's."""
        path.mkdir(mode=0o700, exist_ok=True)
        if path.stat().st_uid == os.geteuid() != self.owner.uid:
            self.owner.take(path)
        if path.is_symlink() or path.stat().st_uid != self.owner.uid:
            raise DatabaseUnavailable(reason=f"{path} belongs to another user than {self.owner.name!r}.")


def get_cluster(home: Path) -> Cluster:
    """The cluster of a data folder, made or yet to be made."""
    folder = _find_folder(home)
    if folder is not None:
        return Cluster(home=home, folder=folder, owner=choose_owner(cluster=folder, home=home))
    folder = home / "postgres"
    owner = choose_owner(cluster=folder, home=home)
    if not owner.can_use(home):
        folder = _place_elsewhere(home)
    return Cluster(home=home, folder=folder, owner=owner)


def _find_folder(home: Path) -> Path | None:
    pointer = home / "postgres.path"
    if pointer.exists():
        return Path(pointer.read_text().strip())
    folder = home / "postgres"
    return folder if folder.exists() else None


def _place_elsewhere(home: Path) -> Path:
    """For root, in a data folder closed to the server's user (below /root, say): put the cluster elsewhere."""
    clusters = ROOTS_HOME / "clusters"
    clusters.mkdir(parents=True, exist_ok=True)
    for folder in (ROOTS_HOME, clusters):
        folder.chmod(0o711)
    folder = clusters / secrets.token_hex(6)
    (home / "postgres.path").write_text(f"{folder}\n")
    return folder


def make_cluster(cluster: Cluster) -> None:
    """Make the data directory if it is missing, all or nothing, and refuse one of another version of PostgreSQL."""
    cluster.make_folder(cluster.folder)
    cluster.make_folder(cluster.socket_folder)
    if not cluster.data.exists():
        _initialize(cluster)
    version = (cluster.data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR_VERSION):
        raise DatabaseUnavailable(
            reason=f"{cluster.data} was made by PostgreSQL {version}, this is {MAJOR_VERSION}. "
            "Dump it with that version and restore it into a new one.",
            can_retry=False,
        )
    _write(cluster, cluster.data / "tallystick.conf", _compose_settings(cluster))


def _initialize(cluster: Cluster) -> None:
    binaries = get_binaries(cluster.owner)
    draft = cluster.folder / "data.unfinished"
    if draft.exists():
        shutil.rmtree(draft)
    # No network address, no password: the socket asks the kernel who is calling (peer) and lets in owner and root.
    made = cluster.owner.run(
        [
            str(binaries / "initdb"),
            f"--pgdata={draft}",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--auth-local=peer",
            "--auth-host=reject",
        ]
    )
    if made.returncode != 0:
        raise DatabaseUnavailable(reason=f"initdb failed: {made.stderr.strip()}")
    _write(cluster, draft / "pg_hba.conf", "local all all peer map=tallystick\n")
    users = sorted({"root", cluster.owner.name})
    _write(
        cluster,
        draft / "pg_ident.conf",
        "".join(f"tallystick {user} {role}\n" for user in users for role in (ROLE, "postgres")),
    )
    with (draft / "postgresql.conf").open("a") as settings:
        settings.write("\ninclude 'tallystick.conf'\ninclude_if_exists 'own.conf'\n")
    _make_role(cluster, binaries / "postgres", draft)
    draft.rename(cluster.data)


def _make_role(cluster: Cluster, postgres: Path, data: Path) -> None:
    _write(cluster, data / "tallystick.conf", "")
    statements = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n\nGRANT pg_monitor, pg_checkpoint TO {ROLE};\n\n"
    made = cluster.owner.run([str(postgres), "--single", "-j", "-D", str(data), "postgres"], text=statements)
    if made.returncode != 0 or "ERROR" in made.stderr:
        raise DatabaseUnavailable(reason=f"the database role could not be made: {made.stderr.strip()}")


def _compose_settings(cluster: Cluster) -> str:
    memory_mb = psutil.virtual_memory().total // 2**20
    free_disk_mb = shutil.disk_usage(cluster.folder).free // 2**20
    return SETTINGS.format(
        own=cluster.data / "own.conf",
        port=PORT,
        socket_folder=str(cluster.socket_folder).replace("'", "''"),
        shared_buffers_mb=max(128, min(1024, memory_mb // 4)),
        cache_mb=max(256, memory_mb // 2),
        max_wal_mb=max(1024, min(8192, free_disk_mb // 5)),
    )


def _write(cluster: Cluster, path: Path, text: str) -> None:
    """Write a file of the owner's, whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
        draft.write(text)
    cluster.owner.take(Path(draft.name))
    Path(draft.name).rename(path)
