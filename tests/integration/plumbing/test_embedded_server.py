"""The embedded server starts when needed, is shared, stops with its last holder, and survives being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tallystick.plumbing.embedded.cluster import LONGEST_SOCKET_PATH, get_cluster
from tests.support.servers import PrivateServer, compose_command_of_nobody, start_private_server

HOLD = """
from tallystick.plumbing.embedded.lifecycle import database_url
print(database_url("books"), flush=True)
input()
"""

WRITE = """
import psycopg
from tallystick.plumbing.embedded.lifecycle import database_url
with psycopg.connect(database_url("books")) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS entry (number int)")
    connection.execute("INSERT INTO entry SELECT coalesce(max(number), 0) + 1 FROM entry")
    print(connection.execute("SELECT count(*) FROM entry").fetchone()[0])
"""

RECONNECT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from django.db import connection
def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()[0]
print(ask(), flush=True)
input()
connection.close()
print(ask(), flush=True)
"""


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, process.communicate()[1]
    return line


def let_go(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate("\n")
    assert process.returncode == 0, errors


def count_entries(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM entry").fetchone()
    assert row is not None
    return int(row[0])


def test_runs_while_it_is_held_and_stops_when_it_is_let_go(private_server: PrivateServer) -> None:
    holder = private_server.start(HOLD)
    read_line(holder)
    assert private_server.is_running()
    let_go(holder)
    assert not private_server.is_running()


def test_data_outlives_the_server(private_server: PrivateServer) -> None:
    assert private_server.run(WRITE).stdout.strip() == "1"
    assert not private_server.is_running()
    assert private_server.run(WRITE).stdout.strip() == "2"


def test_two_processes_share_one_server(private_server: PrivateServer) -> None:
    first, second = private_server.start(HOLD), private_server.start(HOLD)  # both find no server at the same moment
    assert read_line(first) == read_line(second)
    pid = private_server.get_pid()
    let_go(first)
    assert private_server.get_pid() == pid
    let_go(second)
    assert not private_server.is_running()


def test_the_next_command_after_a_killed_server_finds_all_that_was_committed(private_server: PrivateServer) -> None:
    holder = private_server.start(HOLD)
    url = read_line(holder)
    private_server.run(WRITE)
    private_server.kill()
    assert private_server.run(WRITE).stdout.strip() == "2"
    assert count_entries(url) == 2
    let_go(holder)
    assert not private_server.is_running()


def test_a_django_process_whose_server_was_killed_starts_it_again(private_server: PrivateServer) -> None:
    process = private_server.start(RECONNECT)
    assert read_line(process) == "1"
    killed = private_server.get_pid()
    private_server.kill()
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert read_line(process) == "1"
    assert process.wait() == 0
    assert killed > 0 and not private_server.is_running()


def test_a_killed_holder_does_not_keep_the_server_up(private_server: PrivateServer) -> None:
    killed, other = private_server.start(HOLD), private_server.start(HOLD)
    read_line(killed)
    read_line(other)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert private_server.is_running()
    let_go(other)
    assert not private_server.is_running()


def test_the_server_outlives_the_killed_process_that_started_it_until_the_next_one_leaves(
    private_server: PrivateServer,
) -> None:
    starter = private_server.start(HOLD)
    read_line(starter)
    pid = private_server.get_pid()
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    assert private_server.get_pid() == pid
    assert private_server.run(WRITE).stdout.strip() == "1"
    assert not private_server.is_running()


def test_lock_files_whose_process_number_was_given_to_someone_else_are_removed(private_server: PrivateServer) -> None:
    private_server.run(WRITE)
    cluster = get_cluster(private_server.home)
    stale = cluster.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n{cluster.socket_folder}\n\n\nready\n")
    cluster.owner.take(stale)
    assert private_server.run(WRITE).stdout.strip() == "2"


def test_an_unfinished_first_start_is_made_anew(private_server: PrivateServer) -> None:
    cluster = get_cluster(private_server.home)
    cluster.make_folder(cluster.folder)
    half_made = cluster.folder / "data.unfinished"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    assert private_server.run(WRITE).stdout.strip() == "1"


def test_a_long_path_gets_a_short_socket(open_folder: Path) -> None:
    home = open_folder / ("long" * 25)
    home.mkdir()
    with start_private_server(home) as server:
        assert server.run(WRITE).stdout.strip() == "1"
        assert get_cluster(home).data == home / "postgres" / "data"
        socket_folder = get_cluster(home).socket_folder
        assert len(str(socket_folder / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
        assert socket_folder.stat().st_mode & 0o077 == 0


def test_a_data_folder_that_only_its_owner_may_enter_will_do(open_folder: Path) -> None:
    home = open_folder / "closed"
    home.mkdir(mode=0o700)
    with start_private_server(home) as server:
        assert server.run(WRITE).stdout.strip() == "1"
        assert server.run(WRITE).stdout.strip() == "2"


def test_no_network_address_and_no_other_user(private_server: PrivateServer) -> None:
    holder = private_server.start(HOLD)
    url = read_line(holder)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting('listen_addresses'), current_setting('fsync')").fetchone()
    assert row == ("", "on")
    assert get_cluster(private_server.home).folder.stat().st_mode & 0o077 == 0
    let_go(holder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user; the other tests ran as a plain one")
def test_a_plain_user_has_a_server_too(open_folder: Path) -> None:
    home = open_folder / "nobody"
    home.mkdir()
    os.chown(home, 65534, 65534)
    with start_private_server(home) as server:
        command = compose_command_of_nobody([sys.executable, "-c", WRITE])
        for expected in ("1", "2"):
            done = subprocess.run(command, env=server.environment, capture_output=True, text=True, cwd="/", check=False)
            assert done.stdout.strip() == expected, done.stderr
        assert get_cluster(home).data.stat().st_uid == 65534
        assert server.run(WRITE).stdout.strip() == "3", "root after the plain user, in the plain user's folder"
        done = subprocess.run(command, env=server.environment, capture_output=True, text=True, cwd="/", check=False)
        assert done.stdout.strip() == "4", done.stderr


def test_the_address_serves_as_a_server_of_ones_own(private_server: PrivateServer) -> None:
    holder = private_server.start(HOLD)
    environment = {**private_server.environment, "TALLYSTICK_DATABASE_URL": read_line(holder)}
    program = RECONNECT.replace("input()", "print(connection.settings_dict['ENGINE'])")
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["1", "django.db.backends.postgresql", "1"], done.stderr
    let_go(holder)
