"""A challenge on the server beside what the domain says of it."""

import json

from tests.sync.ops import Firm, Ledger, challenge_row, json_value


def assert_row_is(firm: Firm, ledger: Ledger) -> None:
    """The row, the number of trades, and the head of the chain, but for the server's own clock and its leases."""
    columns = [
        name for name in challenge_row(ledger.known) if name not in {"updated_at", "writer_device_id", "metadata"}
    ]
    (row,) = firm.select(f"SELECT {', '.join(columns)} FROM challenges WHERE id = %s", ledger.challenge_id)
    found = {name: json_value(value) for name, value in zip(columns, row, strict=True)}
    told = challenge_row(ledger.known)
    for name in columns:
        value = (
            str(found[name])
            if name in {"id", "user_id"} or (name == "previous_challenge_id" and found[name])
            else found[name]
        )
        assert value == json.loads(json.dumps(told[name])), name
    assert firm.select("SELECT count(*) FROM trades WHERE challenge_id = %s", ledger.challenge_id) == [
        (ledger.known.total_trades,)
    ]
    assert firm.select(
        "SELECT sequence_number, hash FROM challenge_events WHERE challenge_id = %s ORDER BY 1 DESC LIMIT 1",
        ledger.challenge_id,
    ) == [(ledger.number, ledger.hash)]
