"""What a device says to the server about itself, and asks about what it has sent."""

from collections.abc import Iterable

from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import ServerConnection
from tradesense_desktop.server.push import protocol


def register_device(connection: ServerConnection, address: ServerAddress, device_id: str, public_key: str) -> None:
    """Make the device known under its signing key; doing it again changes nothing. Raises DeviceRefused."""
    with protocol(address):
        connection.execute("SELECT ts_api.register_device(%s::uuid, %s)", (device_id, public_key))


def applied_commands(
    connection: ServerConnection, address: ServerAddress, device_id: str, command_ids: Iterable[str]
) -> frozenset[str]:
    """Which of these commands the server has carried out."""
    with protocol(address):
        rows = connection.execute(
            "SELECT applied::text FROM ts_api.applied_commands(%s::uuid, %s::uuid[]) AS applied",
            (device_id, sorted(command_ids)),
        ).fetchall()
    return frozenset(row[0] for row in rows)
