"""A firm with people whose secrets are marked: Vera's, which nobody else may see, and those who attack."""

from contextlib import closing
from dataclasses import dataclass
from uuid import uuid4

from tests.both_databases import PostgresqlDatabase
from tests.database.further_rows import audit_columns, command_columns, import_columns
from tests.database.rows import HASH, add_active_challenge, add_alert, add_event, add_payment, add_trade, insert
from tests.firm_server import FirmPerson, FirmServer

MARK = "SECRETOFVERA"
OWN_MARK = "OWNROW"
HASH_MARK = HASH[-31:]


@dataclass(frozen=True, slots=True)
class Belongings:
    """What somebody of the firm has: ids as text."""

    person: FirmPerson
    challenge: str
    device: str
    command: str


def give_belongings(firm: FirmServer, person: FirmPerson, mark: str) -> Belongings:
    """A row of `person` in every table, with `mark` in its text, written past all policies."""
    command, device = str(uuid4()), str(uuid4())
    with closing(firm.connect()) as connection:
        database = PostgresqlDatabase(connection)
        connection.execute("UPDATE users SET password_hash = %s WHERE id = %s", [HASH, person.id])
        challenge = add_active_challenge(database, person.id, challenge_type=mark)
        add_trade(database, challenge, symbol=mark)
        add_event(database, challenge, description=mark)
        add_payment(database, person.id, provider_payment_id=f"{mark}-{uuid4()}")
        add_alert(database, challenge, person.id, title=mark)
        last = connection.execute(
            "SELECT coalesce(max(sequence_number), 0) FROM audit_log WHERE stream = %s", [person.id]
        ).fetchone()
        assert last is not None
        insert(database, "audit_log", audit_columns(person.id, last[0] + 1, actor_id=person.id, target_id=mark))
        insert(database, "command_results", command_columns(actor_id=person.id, command_id=command, command_type=mark))
        insert(database, "import_history", import_columns(challenge, file_name=mark))
        connection.execute(
            "INSERT INTO sync_device (device_id, user_id, public_key) VALUES (%s, %s, %s)", [device, person.id, mark]
        )
        connection.execute(
            "INSERT INTO sync_op (device_id, op_no, command_id, request_sha256, verdict, detail)"
            " VALUES (%s, 1, %s, %s, 'applied', to_jsonb(%s::text))",
            [device, command, "0" * 64, mark],
        )
        connection.execute(
            "INSERT INTO settings (name, value) VALUES (%s, to_jsonb(%s::text))", [f"setting-{uuid4()}", mark]
        )
        connection.execute("REFRESH MATERIALIZED VIEW challenge_leaderboard")
        connection.execute("ANALYZE")
    return Belongings(person, challenge, device, command)
