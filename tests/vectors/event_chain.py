"""The shared vectors of the hash chain: `python -m tests.vectors.event_chain` writes event_chain.json anew.

They are made with the `rfc8785` package and hashlib only, none of our code, and checked in Python, in SQLite and in
PostgreSQL. The events are one chain, in order; `columns` are as a client would send them: event_data is spelled
differently from its canonical form (other order of keys, spaces, escapes), so that a database has to canonicalise it.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

import rfc8785

from tests.profile_strategies import HOSTILE_STRINGS, LARGEST_INTEGER

VECTORS: Final = Path(__file__).with_suffix(".json")
CHALLENGE: Final = "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f"
OTHER_CHALLENGES: Final = (
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-4fff-bfff-ffffffffffff",
    "0190a5d0-7c00-7000-8000-000000000001",
)

_DEEP: Any = "bottom"
for _level in range(30):
    _DEEP = {"level": _level, "inner": [_DEEP]}

# name, event type, spelled event_data, description, changed columns
_EVENTS: Final[list[tuple[str, str, str, str | None, dict[str, Any]]]] = [
    ("the smallest event", "NOTE_ADDED", "{}", None, {"correlation_id": None}),
    (
        "keys out of order, spaces and escapes that JCS writes otherwise",
        "TRADE_EXECUTED",
        (
            '{ "trade" : {"symbol":"EUR\\u0055SD", "price": "1.085", "a\\/b":"\\/", "quantity":"0.01"} ,\n'
            '\t"balance_before":"100000", "last_of_time": true, "entry": null, "equity_after" : "100200.01" }'
        ),
        "Trade executed: BUY 0.01 EURUSD @ 1.085, +200.01, equity 100200.01",
        {},
    ),
    (
        "hostile strings, raw",
        "NOTE_ADDED",
        json.dumps({"texts": list(HOSTILE_STRINGS)}, ensure_ascii=False),
        "".join(HOSTILE_STRINGS),
        {},
    ),
    (
        "hostile strings, every one escaped",
        "NOTE_ADDED",
        json.dumps({"texts": list(HOSTILE_STRINGS)}, ensure_ascii=True),
        '\n\t"\\ \x7f\u2028 é €',
        {},
    ),
    (
        "every control character",
        "NOTE_ADDED",
        json.dumps({"controls": "".join(map(chr, range(1, 32))), "above": "".join(map(chr, range(127, 161)))}),
        "".join(map(chr, range(1, 32))),
        {},
    ),
    (
        "keys in code unit order, not in that of a language, a length or a number",
        "NOTE_ADDED",
        (
            '{"b":1,"B":2,"a":3,"A":4,"aa":5,"_":6,"-":7,"1":8,"10":9,"2":10,"":11," ":12,"~":13,"\\u007f":14,"\\n":15,'
            '"\\"":16,"\\\\":17,"a b":18,"a-b":19,"a_b":20,"ab":21,"Z":22,"z":23}'
        ),
        "order",
        {},
    ),
    (
        "integers to the edge of a double",
        "NOTE_ADDED",
        f'{{"largest":{LARGEST_INTEGER},"smallest":{-LARGEST_INTEGER},"zero":0,"ten":10,"hundred":100,"minus":-1}}',
        "integers",
        {},
    ),
    ("literals and empty values", "NOTE_ADDED", '{"t":true,"f":false,"n":null,"o":{},"l":[],"s":""}', "", {}),
    ("a deep document", "NOTE_ADDED", json.dumps(_DEEP, indent=1), "deep", {}),
    ("lists keep their order", "NOTE_ADDED", '{"list":[3,1,2,"b","a",[],{},[[1],[0]],null]}', "lists", {}),
    (
        "decimals as strings",
        "EQUITY_RECORDED",
        '{"equity":"99999999999999.9","smallest":"0.00000001","negative":"-0.1","zero":"0"}',
        "Equity recorded: 99999999999999.9",
        {},
    ),
    (
        "caused by another, with a commitment to metadata",
        "RISK_VIOLATION_DETECTED",
        '{"rule":"daily_loss.v1","floor":"95000"}',
        "Daily loss exceeded",
        {
            "causation_id": "0190a5d0-7c00-7000-8000-00000000000a",
            "metadata_commitment": hashlib.sha256(b"salt{}").hexdigest(),
        },
    ),
    (
        "recorded later than it occurred, to the microsecond",
        "NOTE_ADDED",
        '{"text":"late"}',
        "late",
        {"occurred_at": "2026-01-05T10:00:59.999999Z", "recorded_at": "2026-12-31T23:59:59.000001Z"},
    ),
    (
        "a version to come",
        "NOTE_ADDED",
        '{"text":"v2"}',
        "v2",
        {
            "event_version": "v2",
            "occurred_at": "2026-01-05T10:01:00.000000Z",
            "recorded_at": "2026-12-31T23:59:59.100000Z",
        },
    ),
]


def genesis(challenge_id: str) -> str:
    """`previous_hash` of number 1."""
    return hashlib.sha256(f"tradesense/genesis/v1\n{challenge_id}".encode()).hexdigest()


def make_vectors() -> dict[str, Any]:
    """The document that event_chain.json holds."""
    previous_hash = genesis(CHALLENGE)
    events = []
    for number, (name, event_type, event_data, description, changed) in enumerate(_EVENTS, start=1):
        columns = {
            "id": f"0190a5d0-7c00-7000-8000-{number:012x}",
            "challenge_id": CHALLENGE,
            "event_type": event_type,
            "event_version": "v1",
            "sequence_number": number,
            "event_data": event_data,
            "description": description,
            "user_friendly_message": "What the trader reads is not part of the hash.",
            "occurred_at": f"2026-01-05T10:00:{number:02d}.{number * 1001:06d}Z",
            "recorded_at": f"2026-01-05T10:00:{number:02d}.{number * 1001 + 1:06d}Z",
            "correlation_id": "7b1e0a52-2f4c-4d8e-8f00-112233445566",
            "causation_id": None,
            "metadata_commitment": None,
            **changed,
        }
        body = rfc8785.dumps(
            {key: column for key, column in columns.items() if key != "user_friendly_message"}
            | {"event_data": json.loads(event_data), "previous_hash": previous_hash, "v": 1}
        )
        own_hash = hashlib.sha256(b"\0" + body).hexdigest()
        events.append(
            {
                "name": name,
                "columns": columns,
                "canonical_event_data": rfc8785.dumps(json.loads(event_data)).decode(),
                "previous_hash": previous_hash,
                "body": body.decode(),
                "hash": own_hash,
            }
        )
        previous_hash = own_hash
    return {
        "about": "Hash chain of events, level 1 of the evidence; made by tests/vectors/event_chain.py with rfc8785",
        "genesis": [{"challenge_id": one, "hash": genesis(one)} for one in (CHALLENGE, *OTHER_CHALLENGES)],
        "events": events,
    }


def read_vectors() -> dict[str, Any]:
    """The vectors as they stand on disk."""
    vectors: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return vectors


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(make_vectors(), indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
