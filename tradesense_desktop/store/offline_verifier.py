"""Offline verifiers: what this computer knows a password by when the firm's server is out of reach.

They lie in `device.sqlite`, which no rebuild of the replica touches. A verifier is made when the server has taken the
password; scrypt's parameters stand beside it, so that they can be raised later.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tradesense_desktop.domain.account import normal_password
from tradesense_desktop.domain.offline_sign_in import FIRST_DAYS
from tradesense_desktop.store.device import device_transaction, fixed_text

_COST: Final = 2**15
_BLOCK_SIZE: Final = 8
_LANES: Final = 1
_MOST_MEMORY: Final = 256 * 2**20
_SALT_BYTES: Final = 16
_DIGEST_BYTES: Final = 32
_SCHEMA: Final = (
    (
        "CREATE TABLE IF NOT EXISTS offline_verifiers ("
        " user_id TEXT PRIMARY KEY, salt BLOB NOT NULL, cost INTEGER NOT NULL, block_size INTEGER NOT NULL,"
        " lanes INTEGER NOT NULL, digest BLOB NOT NULL, proved_at TEXT NOT NULL)"
    ),
    "CREATE TABLE IF NOT EXISTS offline_policy (one INTEGER PRIMARY KEY CHECK (one = 1), days INTEGER NOT NULL)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineVerifier:
    """A password as scrypt made it, with the parameters it was made with; `proved_at` is when the server took it."""

    user_id: str
    salt: bytes
    cost: int
    block_size: int
    lanes: int
    digest: bytes
    proved_at: datetime

    def fits(self, password: str) -> bool:
        """Whether it was made from this password; as slow for a wrong one."""
        return hmac.compare_digest(_digest(password, self), self.digest)

    def __repr__(self) -> str:
        return f"OfflineVerifier({self.user_id!r}, proved_at={self.proved_at!r})"


_NOBODY: Final = OfflineVerifier(
    user_id="",
    salt=bytes(_SALT_BYTES),
    cost=_COST,
    block_size=_BLOCK_SIZE,
    lanes=_LANES,
    digest=bytes(_DIGEST_BYTES),
    proved_at=datetime(1970, 1, 1, tzinfo=UTC),
)
"""What is compared with where there is none: it takes as long, and no password fits it."""


def fits_verifier(password: str, verifier: OfflineVerifier | None) -> bool:
    """Whether the password is the one of a verifier; as slow for none, and false."""
    return (verifier or _NOBODY).fits(password) and verifier is not None


def new_verifier(user_id: str, password: str, proved_at: datetime) -> OfflineVerifier:
    """A verifier of a password that the server has taken just now, under a fresh salt."""
    blank = OfflineVerifier(
        user_id=user_id,
        salt=os.urandom(_SALT_BYTES),
        cost=_COST,
        block_size=_BLOCK_SIZE,
        lanes=_LANES,
        digest=b"",
        proved_at=proved_at,
    )
    return OfflineVerifier(
        user_id=user_id,
        salt=blank.salt,
        cost=blank.cost,
        block_size=blank.block_size,
        lanes=blank.lanes,
        digest=_digest(password, blank),
        proved_at=proved_at,
    )


def keep_verifier(directory: Path, verifier: OfflineVerifier) -> None:
    """Keep a verifier in the place of an earlier one of the same person."""
    with device_transaction(directory, _SCHEMA) as own:
        own.execute(
            "INSERT INTO offline_verifiers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET"
            " salt = excluded.salt, cost = excluded.cost, block_size = excluded.block_size, lanes = excluded.lanes,"
            " digest = excluded.digest, proved_at = excluded.proved_at",
            (
                verifier.user_id,
                verifier.salt,
                verifier.cost,
                verifier.block_size,
                verifier.lanes,
                verifier.digest,
                fixed_text(verifier.proved_at),
            ),
        )


def find_verifier(directory: Path, user_id: str) -> OfflineVerifier | None:
    """The verifier of somebody who has signed in here with the server; None for anybody else."""
    with device_transaction(directory, _SCHEMA) as own:
        row = own.execute(
            "SELECT salt, cost, block_size, lanes, digest, proved_at FROM offline_verifiers WHERE user_id = ?",
            (user_id,),
        ).fetchone()
    if row is None:
        return None
    salt, cost, block_size, lanes, digest, proved_at = row
    return OfflineVerifier(
        user_id=user_id,
        salt=salt,
        cost=cost,
        block_size=block_size,
        lanes=lanes,
        digest=digest,
        proved_at=datetime.fromisoformat(proved_at),
    )


def has_verifiers(directory: Path) -> bool:
    """Whether anybody at all has signed in here with the server."""
    with device_transaction(directory, _SCHEMA) as own:
        return own.execute("SELECT 1 FROM offline_verifiers LIMIT 1").fetchone() is not None


def forget_verifier(directory: Path, user_id: str) -> None:
    """From now on the person signs in with the server only."""
    with device_transaction(directory, _SCHEMA) as own:
        own.execute("DELETE FROM offline_verifiers WHERE user_id = ?", (user_id,))


def read_offline_days(directory: Path) -> int:
    """For how many days after a sign-in with the server this computer lets people in without it."""
    with device_transaction(directory, _SCHEMA) as own:
        row = own.execute("SELECT days FROM offline_policy").fetchone()
    return FIRST_DAYS if row is None else int(row[0])


def write_offline_days(directory: Path, days: int) -> None:
    """Set how many days it is."""
    with device_transaction(directory, _SCHEMA) as own:
        own.execute(
            "INSERT INTO offline_policy VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET days = excluded.days", (days,)
        )


def _digest(password: str, parameters: OfflineVerifier) -> bytes:
    return hashlib.scrypt(
        normal_password(password).encode(errors="replace"),
        salt=parameters.salt,
        n=parameters.cost,
        r=parameters.block_size,
        p=parameters.lanes,
        maxmem=_MOST_MEMORY,
        dklen=_DIGEST_BYTES,
    )
