"""Make a workspace a replica of a firm's server, and fetch it anew where the server's past is another one now."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tradesense_desktop.domain.diagnosis import Diagnosis, DiagnosisLine
from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.services.errors import Refused, ServerNeeded, refusals
from tradesense_desktop.services.open_workspace import is_made, open_workspace
from tradesense_desktop.store import encrypted_store
from tradesense_desktop.store.challenges import list_challenges
from tradesense_desktop.store.drivers import STORE_NAME
from tradesense_desktop.store.firm_binding import FirmBinding, read_binding, write_binding

if TYPE_CHECKING:
    from tradesense_desktop.domain.server_address import ServerAddress
    from tradesense_desktop.server.connection import ServerConnection
    from tradesense_desktop.services.first_pull import Fetched

__all__ = ["Diagnosis", "DiagnosisLine", "connect_firm", "diagnose", "rebuild"]

_CONNECTING: Final = "Connecting"


def diagnose(address: str, password: str, *, tls: str = "verified", progress: ProgressReport = unwatched) -> Diagnosis:
    """Look at everything between here and the server's rows. Raises Refused for an address that cannot be one."""
    from tradesense_desktop.domain.server_address import parse_address
    from tradesense_desktop.server import diagnosis

    with refusals():
        return diagnosis.diagnose(parse_address(address, tls), password, progress)


def connect_firm(
    directory: Path,
    address: str,
    password: str,
    *,
    tls: str = "verified",
    passphrase: str | None = None,
    progress: ProgressReport = unwatched,
) -> None:
    """Fetch everything that the login may see into the workspace in `directory`, which nobody has open, and bind it.

    Stopped, it goes on where it was the next time. Raises ServerNeeded where the server cannot be reached, and
    Refused: a folder with a workspace in it that is somebody's own, a server that does not let in or does not fit.
    """
    from tradesense_desktop.domain.server_address import parse_address

    with refusals(), _reaching():
        where = parse_address(address, tls)
        _check_free(directory, where, passphrase)
        _open_way(directory, passphrase)
        _fetch_and_bind(directory, where, password, progress)


def rebuild(
    directory: Path, password: str, progress: ProgressReport = unwatched, *, passphrase: str | None = None
) -> None:
    """Fetch the replica in `directory`, which nobody has open, anew; what belongs to the device stays.

    What was sent and is not in the server's new state waits for a person's click. Raises as `connect_firm`.
    """
    from tradesense_desktop.domain.server_address import parse_address

    with refusals(), _reaching():
        binding = read_binding(directory)
        if binding is None:
            raise Refused("This workspace belongs to no firm; connect it first.", "tradesense connect URL")
        _open_way(directory, passphrase)
        _fetch_and_bind(directory, parse_address(binding.address, binding.tls), password, progress)


def _open_way(directory: Path, passphrase: str | None) -> None:
    """Choose how the store is opened, and the file beside it: a new one is encrypted where that is wanted."""
    store = directory / STORE_NAME
    if encrypted_store.unlock_store(store, passphrase) or store.exists() or not encrypted_store.wants_encryption():
        return
    encrypted_store.make_encrypted(directory, passphrase)
    encrypted_store.unlock_store(store, passphrase)


@contextlib.contextmanager
def _reaching() -> Iterator[None]:
    from tradesense_desktop.server.errors import ServerUnreachable

    try:
        yield
    except ServerUnreachable as failure:
        raise ServerNeeded(_CONNECTING, str(failure)) from failure


def _fetch_and_bind(directory: Path, address: ServerAddress, password: str, progress: ProgressReport) -> None:
    from tradesense_desktop.server.connection import connect
    from tradesense_desktop.services.first_pull import fetch_replica
    from tradesense_desktop.store.replica_file import take_place

    with closing(connect(address, password)) as connection:
        fetched = fetch_replica(directory, connection, address, progress)
        _introduce(directory, connection, address, is_known=read_binding(directory) is not None)
    # Bound first: a store that waits for its replica is fetched again, a replica that is nobody's would be a riddle.
    write_binding(directory, _binding(directory, address, fetched))
    take_place(directory)


def _introduce(directory: Path, connection: ServerConnection, address: ServerAddress, *, is_known: bool) -> None:
    """Make the device known; where it was before, hold what it has sent and the server no longer knows."""
    from tradesense_desktop.server.devices import applied_commands, register_device
    from tradesense_desktop.store.confirmed_ops import hold_unknown, list_command_ids
    from tradesense_desktop.store.device import read_device_id
    from tradesense_desktop.store.device_key import ensure_public_key

    device_id = read_device_id(directory)
    register_device(connection, address, device_id, ensure_public_key(directory))
    if is_known and (sent := list_command_ids(directory)):
        hold_unknown(directory, applied_commands(connection, address, device_id, sent))


def _binding(directory: Path, address: ServerAddress, fetched: Fetched) -> FirmBinding:
    known = read_binding(directory)
    connected_at = datetime.now(UTC) if known is None else known.connected_at
    binding = FirmBinding(
        address=address.url,
        login=address.login,
        user_id=fetched.user_id,
        role=fetched.role,
        tls=address.tls.value,
        instance=fetched.instance,
        connected_at=connected_at,
    )
    return replace(binding, epoch=fetched.epoch, schema_version=fetched.schema_version)


def _check_free(directory: Path, address: ServerAddress, passphrase: str | None) -> None:
    """Refuse a folder whose workspace is somebody's own, or another login's."""
    binding = read_binding(directory)
    if binding is not None:
        if binding.login != address.login:
            raise Refused(
                "This folder holds the workspace of another login; choose another folder.", "--workspace FOLDER"
            )
        return
    if not is_made(directory):
        return
    with open_workspace(directory, passphrase=passphrase) as workspace, workspace.reading() as reading:
        is_empty = workspace.actor is not None and not list_challenges(reading, include_archived=True)
    if not is_empty:
        raise Refused(
            "This folder holds a workspace of your own, which stays as it is; choose another folder for the firm's.",
            "--workspace FOLDER",
        )
