"""What a server says of itself in one round trip: who it is, who asks, what it speaks, whether it has news."""

from dataclasses import dataclass
from typing import Final

from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import ServerConnection, answered_within, translated
from tradesense_desktop.server.errors import NotAFirmServer, RightsMissing, ServerTooNew, ServerTooOld

API_VERSION: Final = 1
SCHEMA_VERSION: Final = "1.0"
_USES_BEFORE_PREPARED: Final = 5
_ANSWER_SECONDS: Final = 60.0

# What is read is read under the policies, which ask who asks: nobody's login reads no stream at all.
_MARKS = (
    "SELECT count(*) AS streams,"
    " coalesce(bit_xor(uuid_hash_extended(stream.stream_id, uuid_hash_extended(stream.epoch, stream.head))), 0) AS mark"
    "{row_marks} FROM public.sync_stream AS stream{entries}"
)
_MARK: Final = f"SELECT marks.streams || ':' || marks.mark FROM ({_MARKS.format(row_marks='', entries='')}) AS marks"  # noqa: S608
# One 64-bit sum over all streams that the asking person reads: it differs when any of them begins, goes on or is new.
_STATE = (
    "SELECT state.schema_version, state.api_version, state.instance::text, ts_api.me()::text, ts_api.my_role(),"
    " marks.streams || ':' || marks.mark{rows}, pg_backend_pid()"
    " FROM ts_api.server_state() AS state, ({marks}) AS marks"
)
_QUICK: Final = _STATE.format(rows="", marks=_MARKS.format(row_marks="", entries=""))
_THOROUGH: Final = _STATE.format(
    rows=" || ':' || marks.rows",
    marks=_MARKS.format(
        row_marks=", coalesce(bit_xor(uuid_hash_extended(last.row_id,"
        " uuid_hash_extended(last.stream_id, last.table_no))), 0) AS rows",
        entries=" LEFT JOIN public.sync_log AS last ON last.stream_id = stream.stream_id AND last.seq = stream.head",
    ),
)


@dataclass(frozen=True, slots=True)
class ServerState:
    """Who answers and who asked; `mark` is the same for as long as nothing has been added to any stream.

    The mark of a thorough look holds which row the last entry of each stream names, too.
    """

    schema_version: str
    api_version: int
    instance: str
    user_id: str
    role: Role
    mark: str


def read_state(connection: ServerConnection, address: ServerAddress, *, is_thorough: bool) -> ServerState:
    """The state of the server, in one round trip; thorough it costs an index look-up for each stream.

    Raises NotAFirmServer, RightsMissing for a login that belongs to nobody who is ACTIVE, ServerTooOld, ServerTooNew.
    """
    with translated(address), answered_within(connection, _ANSWER_SECONDS):
        row = connection.execute(_THOROUGH if is_thorough else _QUICK).fetchone()
    if row is None:
        raise NotAFirmServer(address.database)
    schema_version, api_version, instance, user_id, role, mark, process = row
    check_versions(str(schema_version), int(api_version))
    if user_id is None or role is None:
        raise RightsMissing(address.login)
    if process == connection.info.backend_pid:
        # No pooler stands between, which would run what was prepared here on a session that never saw it.
        connection.prepare_threshold = _USES_BEFORE_PREPARED
    return ServerState(str(schema_version), int(api_version), instance, user_id, Role(role), mark)


def read_mark(connection: ServerConnection, address: ServerAddress) -> str:
    """The quick mark alone, in one round trip: all that has to be asked where nothing is new."""
    with translated(address):
        row = connection.execute(_MARK).fetchone()
    return "" if row is None else str(row[0])


def check_versions(schema_version: str, api_version: int) -> None:
    """Refuse a server whose language or schema this program does not speak: ServerTooOld, ServerTooNew."""
    for what, found, needed in (
        ("protocol", (api_version,), (API_VERSION,)),
        ("schema", _numbers(schema_version), _numbers(SCHEMA_VERSION)),
    ):
        if found != needed:
            kind = ServerTooOld if found < needed else ServerTooNew
            raise kind(what, _text(found), _text(needed))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isascii() and part.isdecimal())


def _text(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
