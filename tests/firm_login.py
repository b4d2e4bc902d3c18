"""A firm whose people need their passwords, and a replica of one of them, for tests of signing in."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.firm_server import FirmPerson, FirmServer, OneServer, firm_server
from tests.postgresql_cluster import SUPERUSER, durable_cluster
from tests.sync.system_server import write_rules
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.firm_binding import FirmBinding, write_binding
from tradesense_desktop.store.transaction import Transaction

_RULES = f"local all {SUPERUSER} trust\nlocal all all scram-sha-256\n"
"""Nobody is let in by their name alone, but for the operator."""


@contextmanager
def firm_with_passwords() -> Iterator[FirmServer]:
    """A firm on a server of its own, which asks everybody for their password and outlives being halted."""
    cluster = durable_cluster()
    with ExitStack() as stack:
        stack.callback(cluster.stop)
        cluster.start()
        write_rules(cluster, _RULES)
        yield stack.enter_context(firm_server(OneServer(cluster), "with passwords"))


def make_replica(directory: Path, firm: FirmServer, person: FirmPerson) -> Workspace:
    """The workspace of `person` as a pull leaves it, with nothing in it but the people."""
    directory.mkdir(mode=0o700, parents=True)
    write_binding(
        directory,
        FirmBinding(
            address=firm.url_of(person),
            login=person.login,
            user_id=person.id,
            role=Role(person.role),
            tls="verified",
            instance="5f2c19d0-0000-4000-8000-000000000001",
            connected_at=datetime.now(UTC),
        ),
    )
    workspace = open_workspace(directory)
    take_people(workspace, firm)
    return workspace


def take_people(workspace: Workspace, firm: FirmServer) -> None:
    """Bring the accounts of the replica to what the server has, as a pull does."""
    with closing(firm.connect()) as connection:
        rows = connection.execute(
            "SELECT id::text, email, role::text, status::text, created_at, deleted_at, deleted_reason FROM users"
        ).fetchall()

    def pull(transaction: Transaction) -> None:
        driver = transaction.driver
        driver.execute("UPDATE replica_apply SET active = 1")
        known = {user_id for (user_id,) in driver.execute("SELECT id FROM users")}
        for user_id, email, role, status, created_at, deleted_at, reason in rows:
            if user_id not in known:
                driver.execute(
                    "INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES (?, ?, '!', ?, ?)",
                    (user_id, email, _stored(created_at), _stored(created_at)),
                )
            driver.execute(
                "UPDATE users SET role = ?, status = ?, deleted_at = ?, deleted_reason = ? WHERE id = ?"
                " AND deleted_at IS NULL",
                (role, status, None if deleted_at is None else _stored(deleted_at), reason, user_id),
            )
        driver.execute("UPDATE replica_apply SET active = 0")

    workspace.write(pull, Acting(Authority.PULL))


def _stored(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
