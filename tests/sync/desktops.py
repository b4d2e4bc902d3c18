"""Desktops of a firm for tests: each a folder with a replica of one person's, driven through the services."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.firm_server import FirmPerson
from tests.sync.faulty_proxy import FaultyProxy
from tradesense_desktop.domain.firm_session import FirmSession
from tradesense_desktop.services.connect_firm import connect_firm, rebuild
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.sign_in import sign_in
from tradesense_desktop.services.sync_workspace import RebuildWanted, SyncOutcome, sync_once
from tradesense_desktop.store.outbox import PENDING_STATES, REFUSED_STATES, Op, OpState, open_outbox


def url_through(proxy: FaultyProxy, person: FirmPerson, database: str) -> str:
    """The address of `person` when the way leads through the proxy."""
    return f"postgresql://{person.login}@{proxy.host}:{proxy.port}/{database}"


@dataclass(slots=True)
class Desktop:
    """One person's workspace on one computer: connected once, signed in, closed and opened again at will.

    `address` says where the server is; `password` is the person's own after the first sign-in.
    """

    directory: Path
    person: FirmPerson
    address: str
    password: str
    handle: Workspace | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.directory.name

    @property
    def workspace(self) -> Workspace:
        """The handle that acts as the person."""
        assert self.handle is not None, f"{self.name} is closed"
        return self.handle

    def connect(self) -> None:
        """Make the replica, and sign in for the first time where the person has a password of somebody else's."""
        connect_firm(self.directory, self.address, self.password)
        self.sign_in()

    def sign_in(self) -> None:
        """Open the workspace and sign in at the server."""
        nobody = open_workspace(self.directory)
        try:
            new_password = None if self.password.startswith("own-") else f"own-{self.person.login[:20]}"
            self.handle = sign_in(nobody, self.person.email, self.password, new_password=new_password).workspace
        except BaseException:
            nobody.close()
            raise
        self.password = new_password or self.password

    def open(self) -> None:
        """Open the workspace again with the session that was begun, as after a crash; no server is needed."""
        actor = self.handle.actor if self.handle is not None else None
        assert actor is not None
        self.close()
        opened = open_workspace(self.directory)
        self.handle = opened.acting_as(actor, FirmSession(self.person.id, self.password))

    def close(self) -> None:
        """Close the store; the handle remembers who acts."""
        if self.handle is not None:
            self.handle.close()

    def sync(self) -> SyncOutcome:
        """One round: push what is pending, pull what is new."""
        return sync_once(self.workspace, self.password)

    def rebuild(self) -> None:
        """Fetch the replica anew and sign in again, in whatever role the person has now."""
        self.close()
        try:
            rebuild(self.directory, self.password)
            self.sign_in()
        except BaseException:
            self.open()
            raise

    def sync_or_rebuild(self) -> None:
        """A round; where the server's past is another one, everything anew and then a round."""
        try:
            self.sync()
        except RebuildWanted:
            self.rebuild()
            self.sync()

    def ops_of_now(self) -> tuple[Op, ...]:
        """What is not over yet."""
        with open_outbox(self.directory) as outbox:
            return outbox.list_ops((*PENDING_STATES, *REFUSED_STATES))

    def ops(self) -> tuple[Op, ...]:
        """Everything that was ever done here, in its order."""
        with open_outbox(self.directory) as outbox:
            return outbox.list_ops(tuple(OpState))
