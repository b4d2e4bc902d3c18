"""A small world with one row in each table that never loses a row, for the tests that try to remove or replace it."""

from dataclasses import dataclass

from tests.both_databases import Database
from tests.database.rows import (
    add_active_challenge,
    add_alert,
    add_event,
    add_payment,
    add_trade,
    add_user,
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ids of one row each."""

    user: str
    challenge: str
    trade: str
    event: str
    payment: str
    alert: str

    def row(self, table: str) -> str:
        """The id of the row in `table`."""
        return {
            "users": self.user,
            "challenges": self.challenge,
            "trades": self.trade,
            "challenge_events": self.event,
            "payments": self.payment,
            "risk_alerts": self.alert,
        }[table]


def make_ledger(database: Database, name: str = "ada") -> Ledger:
    """One row in each of the six tables of a challenge."""
    user = add_user(database, email=f"{name}@example.com", db_role=f"u_{name.encode().hex().ljust(32, '0')}")
    challenge = add_active_challenge(database, user)
    return Ledger(
        user=user,
        challenge=challenge,
        trade=add_trade(database, challenge),
        event=add_event(database, challenge),
        payment=add_payment(database, user, provider_payment_id=f"pi_{name}"),
        alert=add_alert(database, challenge, user),
    )
