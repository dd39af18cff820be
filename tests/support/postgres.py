"""Start a real PostgreSQL server for the tests and hand out databases on it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest

_ADVICE = "测试需要真正的 PostgreSQL。请运行 make test（它会自己安装），或执行：apt-get install postgresql"
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """Name a running server that only this test process uses."""

    port: int
    _numbers: Iterator[int] = field(default_factory=count, repr=False)

    def create_database(self, template: str = "template1") -> str:
        """Create a database, empty or a copy of one that nobody is connected to, and return its SQLAlchemy URL."""
        name = f"huice_{next(self._numbers)}"
        # Copying files is quicker than logging each page of the template, and nothing here need survive.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return f"postgresql+psycopg://huice@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Drop a database that `create_database` made, and end the connections left on it."""
        self._execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="huice", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server of this test process's own; it dies with the process, however that ends."""
    programs = _find_programs()
    folder = Path(tempfile.mkdtemp(prefix="huice-postgres-"))
    as_server = _run_unprivileged(folder)
    port = _free_port()
    try:
        _run([*as_server, str(programs / "initdb"), "--pgdata", str(folder / "data"), *_INITDB_OPTIONS])
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*as_server, str(programs / "postgres"), "-D", str(folder / "data"), *_options(folder, port)],
                stdout=log,
                stderr=log,
                cwd=folder,
            )
        try:
            _wait_until_ready(server, port, folder / "log")
            yield PostgresServer(port)
        finally:
            server.send_signal(signal.SIGQUIT)  # stop at once; the data are thrown away
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """Name one database that all tests of this process share."""
    return postgres_server.create_database()


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Name an empty database for one test alone."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def make_postgres_url(postgres_server: PostgresServer) -> Callable[[], str]:
    """Make as many empty databases as a test asks for."""
    return postgres_server.create_database


_INITDB_OPTIONS = ["--username=huice", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
_SETTINGS = [
    "listen_addresses=127.0.0.1",
    # Tests throw the data away, so nothing waits for the disk.
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=60",
    "shared_buffers=32MB",
    # The service must set its own time zone where it matters.
    "timezone=UTC",
]


def _find_programs() -> Path:
    """Return the folder of the newest installed server's programs."""

    def version(folder: Path) -> int:
        return int(folder.parent.name)

    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version)
    on_path = shutil.which("postgres")
    if on_path:
        installed.append(Path(on_path).resolve().parent)
    complete = [folder for folder in installed if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if not complete:
        pytest.fail(_ADVICE, pytrace=False)
    return complete[-1]


def _options(folder: Path, port: int) -> list[str]:
    settings = [*_SETTINGS, f"port={port}", f"unix_socket_directories={folder}"]
    return [word for setting in settings for word in ("-c", setting)]


def _run_unprivileged(folder: Path) -> list[str]:
    """Return the words before a command that make it run unprivileged and end together with this process."""
    words = ["setpriv", "--pdeathsig", "KILL"]
    if os.geteuid() != 0:
        return words
    # PostgreSQL refuses root.
    user = _unprivileged_user()
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*words, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _unprivileged_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}", pytrace=False)


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="huice", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL 没有启动：\n{log.read_text(errors='replace')}", pytrace=False)
