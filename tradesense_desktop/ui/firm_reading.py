"""What the window asks of a firm's server, for background threads; the services are loaded when they are needed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from tradesense_desktop.domain.server_address import DEFAULT_PORT, SCHEMES, is_on_this_computer, written_address
from tradesense_desktop.settings import default_workspace_directory
from tradesense_desktop.ui.formatting.firm import LOCAL, VERIFIED
from tradesense_desktop.ui.window_start import open_and_warm_up

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.connect_firm import Diagnosis
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.read_pending import PendingView
    from tradesense_desktop.services.sign_in import SignedIn
    from tradesense_desktop.services.sync_workspace import FirmSync

_OWN_WORKSPACE: Final = "workspace/own"
_LAST_ADDRESS: Final = "firm/address"
_LAST_TLS: Final = "firm/tls"
_FIRMS: Final = "firms"


@dataclass(frozen=True, slots=True)
class TypedAddress:
    """Where a server is and who signs in there, as somebody typed it; the password is no part of any text of it."""

    host: str
    port: str = str(DEFAULT_PORT)
    database: str = ""
    login: str = ""
    tls: str = VERIFIED
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The address in one line, without the password."""
        return written_address(self.host, self.port, self.database, self.login)

    @property
    def is_local(self) -> bool:
        """Whether nothing leaves this computer."""
        return is_on_this_computer(self.host)

    @property
    def folder(self) -> str:
        """Name of the folder of this login on this server."""
        told = f"{self.host}-{self.port}-{self.database}-{self.login}"
        return "".join(letter if letter.isalnum() or letter in "-._" else "_" for letter in told).lstrip(".")


def address_of(text: str) -> TypedAddress | None:
    """The parts of an address in one line, as far as it has them; None where it is no such line.

    A password in it is taken as typed; whoever shows the parts leaves it out.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return None
    place = parts.netloc.rpartition("@")[2]
    # Not `hostname`, which writes the folder of a socket in small letters.
    host = place[1:].partition("]")[0] if place.startswith("[") else unquote(place.partition(":")[0])
    if parts.scheme not in SCHEMES or not host:
        return None
    return TypedAddress(
        host,
        str(port or DEFAULT_PORT),
        unquote(parts.path.lstrip("/")),
        unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def is_firm(workspace: Workspace | None) -> bool:
    """Whether a workspace is one person's copy of what a firm's server keeps."""
    return workspace is not None and workspace.firm is not None


def workspace_name(workspace: Workspace | None) -> str:
    """What an open workspace is called: its folder, or of a firm's where the server is; empty while none is open."""
    if workspace is None:
        return ""
    if workspace.firm is None:
        return workspace.directory.name
    address = address_of(workspace.firm.address)
    return workspace.firm.address if address is None else f"{address.database} @ {address.host}"


def tls_of(workspace: Workspace) -> str:
    """How the server of a firm's workspace is known to be it: a TLS mode, or that it is on this computer."""
    if workspace.firm is None:
        return LOCAL
    address = address_of(workspace.firm.address)
    return LOCAL if address is not None and address.is_local else workspace.firm.tls


def firm_directory(own: Path, address: TypedAddress) -> Path:
    """The folder of a firm's workspace, beside the local one or beside the other firms'."""
    beside = own.parent if own.parent.name == _FIRMS else own / _FIRMS
    return beside / address.folder


def own_directory(workspace: Workspace, settings: QSettings) -> Path:
    """The folder of the local workspace, where `workspace` is the first that is opened: its own, or the one known."""
    if not is_firm(workspace):
        settings.setValue(_OWN_WORKSPACE, str(workspace.directory))
        return workspace.directory
    known = str(settings.value(_OWN_WORKSPACE, ""))
    return Path(known) if known else default_workspace_directory()


def remembered_address(settings: QSettings) -> TypedAddress | None:
    """The address that was connected to last; None before the first."""
    address = address_of(str(settings.value(_LAST_ADDRESS, "")))
    return None if address is None else replace(address, tls=str(settings.value(_LAST_TLS, VERIFIED)), password="")


def remember_address(settings: QSettings, address: TypedAddress) -> None:
    """Remember where was connected to; never the password."""
    settings.setValue(_LAST_ADDRESS, address.url)
    settings.setValue(_LAST_TLS, address.tls)


def diagnose_address(address: TypedAddress, progress: ProgressReport) -> Diagnosis:
    """Try to reach a server, one step after the other."""
    from tradesense_desktop.services.connect_firm import diagnose

    return diagnose(address.url, address.password, tls=address.tls, progress=progress)


def connect_address(directory: Path, address: TypedAddress, progress: ProgressReport) -> Path:
    """Make the workspace of a firm in `directory`, with all that the server has for this login; its folder.

    One that is there is not made again: it is brought up to date once somebody has signed in.
    """
    from tradesense_desktop.services.open_workspace import is_made

    if is_made(directory):
        return directory
    from tradesense_desktop.services.connect_firm import connect_firm

    connect_firm(directory, address.url, address.password, tls=address.tls, progress=progress)
    return directory


def sign_in_at_firm(workspace: Workspace, password: str, new_password: str | None = None) -> SignedIn:
    """Sign in to a firm's workspace, and load what its sync needs: the interface thread would be stalled by that."""
    from tradesense_desktop.services.sign_in_to_firm import sign_in_to_firm

    importlib.import_module("tradesense_desktop.services.sync_workspace")
    return sign_in_to_firm(workspace, password, new_password=new_password)


class FirmOpening:
    """Opens the workspace of a firm and signs in; where that is refused it is opened for whoever signs in then.

    `first_password` is then the one that was right, where its owner has to choose another before anything else.
    """

    def __init__(self, password: str) -> None:
        self._password = password
        self.first_password = ""

    def __call__(self, directory: Path) -> Workspace:
        """The workspace; for a background thread."""
        from tradesense_desktop.services.errors import PasswordChangeNeeded, Refused

        workspace = open_and_warm_up(directory)
        try:
            return sign_in_at_firm(workspace, self._password).workspace
        except PasswordChangeNeeded:
            self.first_password = self._password
            return workspace
        except Refused:
            return workspace
        except BaseException:
            workspace.close()
            raise


def start_sync(workspace: Workspace) -> FirmSync:
    """The thread that keeps a firm's workspace and the server together, running."""
    from tradesense_desktop.services.sync_workspace import FirmSync

    sync = FirmSync(workspace)
    sync.start()
    return sync


def stop_sync(sync: FirmSync) -> Thread:
    """Stop that thread without waiting for it: whoever needs it gone joins the thread that waits."""
    stopping = Thread(target=sync.stop, name="end of the firm sync", daemon=True)
    stopping.start()
    return stopping


def rebuild_firm(directory: Path, password: str, progress: ProgressReport) -> Path:
    """Build the copy in `directory` anew from the server; what belongs to this computer stays. Its folder."""
    from tradesense_desktop.services.sync_workspace import rebuild

    rebuild(directory, password, progress)
    return directory


def read_commands(workspace: Workspace) -> tuple[PendingView, ...]:
    """Every command that waits for the server or for the person, oldest first."""
    from tradesense_desktop.services.read_pending import read_pending

    return read_pending(workspace)


def do_again(workspace: Workspace, op_id: int) -> None:
    """Do a refused command once more on what the server has now, or let a held one go."""
    from tradesense_desktop.services.resolve_refused import do_again as repeat

    repeat(workspace, op_id)


def discard_command(workspace: Workspace, op_id: int) -> None:
    """Give a refused or held command up."""
    from tradesense_desktop.services.resolve_refused import discard

    discard(workspace, op_id)


def export_command(workspace: Workspace, op_id: int, path: Path) -> Path:
    """Write all that is known of a command into a file, for whoever helps; the file."""
    from tradesense_desktop.services.resolve_refused import export_refused

    export_refused(workspace, op_id, path)
    return path
