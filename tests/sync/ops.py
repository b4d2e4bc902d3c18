"""Ops made of what the domain itself computes, as a desktop makes them, and devices that push them to a real server."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import uuid4

import psycopg

from tests.firm_server import FirmPerson, FirmServer
from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.hash_chain import genesis_hash, seal_all
from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, RiskAlert
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.money import decimal_text
from tradesense_desktop.domain.payment import Payment, PaymentProvider, PaymentStatus, new_payment
from tradesense_desktop.domain.recording import Recorded
from tradesense_desktop.domain.trade import DealResult, Side, Trade

Json = dict[str, Any]

BEGINNING = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
SIGNATURE = "5" * 128


def new_uuid() -> str:
    return str(uuid4())


def json_value(value: Any) -> Any:
    """A column as an op holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def challenge_row(challenge: Challenge) -> Json:
    return {name: json_value(getattr(challenge, name)) for name in Challenge.__dataclass_fields__}


@dataclass(frozen=True)
class Op:
    """One command as it is sent: the request and what a server that applies it stands at then."""

    request: Json
    after: "Ledger"

    @property
    def rows(self) -> Json:
        rows: Json = self.request["rows"]
        return rows


@dataclass(frozen=True)
class Ledger:
    """A challenge as the domain says it stands: its row, and its chain's head; None before it is created."""

    owner_id: str
    challenge_id: str
    challenge: Challenge | None = None
    number: int = 0
    hash: str = ""
    alerts: tuple[RiskAlert, ...] = ()

    @property
    def base(self) -> Json | None:
        if self.challenge is None:
            return None
        return {"version": self.challenge.version, "sequence_number": self.number, "hash": self.hash}

    @property
    def known(self) -> Challenge:
        assert self.challenge is not None
        return self.challenge

    def op(
        self,
        kind: str,
        act: Callable[[Execution], object],
        sender: "Device",
        *,
        at: datetime | None = None,
        result: bool = True,
        actor_id: str | None = None,
        command_id: str | None = None,
    ) -> Op:
        """What `act` leads to on the challenge as it stands, as an op of `sender`; a DomainError leaves it as it was."""
        command_id = command_id or new_uuid()
        now = at or datetime.now(UTC)
        actor_id = actor_id or sender.person.id
        execution = Execution(
            self.challenge,
            last_sequence_number=self.number,
            command_id=command_id,
            recorded_at=now,
            new_id=UuidSource(int(now.timestamp() * 1000), lambda bits: uuid4().int % (1 << bits)),
        )
        act(execution)
        recorded, after = execution.drain(), stored(execution.snapshot())
        rows, number, head = self._history_rows(recorded)
        if after != self.challenge:
            rows["challenges"] = [challenge_row(after)]
        if result:
            rows["command_results"] = [
                {
                    "id": new_uuid(),
                    "command_id": command_id,
                    "command_type": kind,
                    "actor_id": actor_id,
                    "challenge_id": self.challenge_id,
                    "issued_at": instant_text(now),
                    "recorded_at": instant_text(now),
                    "result": {"status": after.status.value},
                }
            ]
        handled = {alert.id: alert for alert in recorded.updated_alerts}
        alerts = tuple(handled.get(alert.id, alert) for alert in (*self.alerts, *recorded.alerts))
        ledger = replace(self, challenge=after, number=number, hash=head, alerts=alerts)
        return Op(request(kind, sender, rows, self, command_id=command_id, actor_id=actor_id, at=now), ledger)

    def _history_rows(self, recorded: Recorded) -> tuple[Json, int, str]:
        events, trades, head, number = [], [], self.hash or genesis_hash(self.challenge_id), self.number
        for sealed in seal_all(recorded.events, head):
            event = sealed.event
            data = json.loads(sealed.event_data_text)
            if event.event_type == "TRADE_EXECUTED":
                trades.append(data["trade"])
            events.append(
                {
                    "id": event.id,
                    "challenge_id": event.challenge_id,
                    "event_type": event.event_type.value,
                    "event_version": event.event_version,
                    "sequence_number": event.sequence_number,
                    "event_data": data,
                    "description": event.description,
                    "user_friendly_message": event.user_friendly_message,
                    "occurred_at": sealed.occurred_at_text,
                    "recorded_at": sealed.recorded_at_text,
                    "correlation_id": event.correlation_id,
                    "causation_id": event.causation_id,
                    "metadata": None,
                    "metadata_commitment": None,
                    "previous_hash": sealed.previous_hash,
                    "hash": sealed.hash,
                }
            )
            head, number = sealed.hash, event.sequence_number
        rows: Json = {"challenge_events": events} if events else {}
        if trades:
            rows["trades"] = trades
        alerts = [*recorded.alerts, *recorded.updated_alerts]
        if alerts:
            rows["risk_alerts"] = [alert.as_json() for alert in alerts]
        return rows, number, head


def stored(challenge: Challenge) -> Challenge:
    """The row as a database gives it back: no trailing zeros, JSON read anew."""
    changes: Json = {
        name: Decimal(decimal_text(value))
        for name in Challenge.__dataclass_fields__
        if isinstance(value := getattr(challenge, name), Decimal)
    }
    for name in ("rule_state", "rules_config", "metadata"):
        changes[name] = json.loads(json.dumps(getattr(challenge, name)))
    return replace(challenge, **changes)


def request(
    kind: str,
    sender: "Device",
    rows: Json,
    ledger: Ledger | None = None,
    *,
    command_id: str | None = None,
    actor_id: str | None = None,
    at: datetime | None = None,
) -> Json:
    return {
        "v": 1,
        "command_id": command_id or new_uuid(),
        "kind": kind,
        "actor_id": actor_id or sender.person.id,
        "device_id": sender.id,
        "challenge_id": None if ledger is None else ledger.challenge_id,
        "issued_at": instant_text(at or datetime.now(UTC)),
        "base": None if ledger is None else ledger.base,
        "rows": rows,
    }


@dataclass(frozen=True)
class Verdict:
    """What the server said of one op."""

    op_no: int
    verdict: str
    code: str | None
    detail: Json

    @property
    def reason(self) -> str:
        return str(self.detail.get("reason", ""))


@dataclass
class Device:
    """A device of somebody, with a connection of its own and the numbers of what it sent."""

    firm: FirmServer
    person: FirmPerson
    id: str = field(default_factory=new_uuid)
    op_no: int = 0

    def __post_init__(self) -> None:
        self.connection = self.firm.connect_as(self.person)
        self.call("SELECT ts_api.register_device(%s, %s)", self.id, "k" * 64)

    def close(self) -> None:
        self.connection.close()

    def call(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(statement, parameters)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []

    def numbered(self, requests: Iterable[Json | str], first: int | None = None) -> list[Json]:
        """The ops of a push, numbered from the next number on."""
        number = self.op_no + 1 if first is None else first
        return [sent(number + place, each) for place, each in enumerate(requests)]

    def send(self, ops: Sequence[Json]) -> list[Verdict]:
        """Push these very ops; the next number follows on the last that has a verdict."""
        rows = self.call("SELECT * FROM ts_api.push(%s, %s::jsonb)", self.id, json.dumps(ops))
        verdicts = [Verdict(*row) for row in rows]
        self.op_no = max([self.op_no, *(each.op_no for each in verdicts if each.verdict != "stale")])
        return verdicts

    def push(self, *requests: Op | Json | str) -> list[Verdict]:
        return self.send(self.numbered(each.request if isinstance(each, Op) else each for each in requests))

    def applies(self, op: Op) -> Ledger:
        """Push one op, which has to be applied; how the challenge stands then."""
        (verdict,) = self.push(op)
        assert verdict.verdict == "applied", verdict
        return op.after


def sent(op_no: Any, request_: Json | str) -> Json:
    text = request_ if isinstance(request_, str) else canonical_text(request_)
    return {
        "op_no": op_no,
        "request": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "signature": SIGNATURE,
    }


@dataclass
class Firm:
    """A firm with people, and a device of each."""

    server: FirmServer
    trader: Device
    other: Device
    auditor: Device
    admin: Device
    second_admin: Device

    @classmethod
    def of(cls, server: FirmServer) -> "Firm":
        roles = ("USER", "USER", "AUDITOR", "ADMIN", "ADMIN")
        return cls(server, *(Device(server, server.add_person(role)) for role in roles))

    def close(self) -> None:
        for device in (self.trader, self.other, self.auditor, self.admin, self.second_admin):
            device.close()

    def select(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What the operator sees."""
        with closing(self.server.connect()) as connection:
            return connection.execute(statement, parameters).fetchall()  # type: ignore[arg-type]

    def open(self, rules_config: Json | None = None, owner: Device | None = None, **terms: Any) -> Ledger:
        """A new challenge of the trader's, opened by the administrator."""
        ledger = Ledger((owner or self.trader).person.id, new_uuid())
        return self.admin.applies(create_op(ledger, self.admin, rules_config, **terms))

    def waiting(self, rules_config: Json | None = None) -> Ledger:
        """A challenge of the trader's that waits for the funding decision."""
        ledger = self.open(rules_config)
        return self.admin.applies(trade_op(ledger, self.admin, 1, "900"))


def create_op(ledger: Ledger, sender: Device, rules_config: Json | None = None, **terms: Any) -> Op:
    values: Json = {
        "challenge_type": "Standard",
        "initial_balance": Decimal(10000),
        "rules_config": rules_config or {},
        "max_daily_drawdown_percent": Decimal("0.05"),
        "max_total_drawdown_percent": Decimal("0.1"),
        "profit_target_percent": Decimal("0.08"),
        **terms,
    }
    return ledger.op(
        "CreateChallenge",
        lambda execution: execution.create(challenge_id=ledger.challenge_id, user_id=ledger.owner_id, **values),
        sender,
    )


def trade(number: int, pnl: str, *, minutes: int | None = None, last_of_time: bool = True) -> Trade:
    amount = Decimal(pnl)
    return Trade(
        trade_id=str(number),
        symbol="EURUSD",
        side=Side.BUY,
        quantity=Decimal("0.10"),
        price=Decimal("1.0850"),
        realized_pnl=amount,
        commission=Decimal(0),
        executed_at=BEGINNING + timedelta(minutes=number if minutes is None else minutes),
        own=DealResult(amount, Decimal(0), Decimal(0), Decimal(0)),
        last_of_time=last_of_time,
    )


def trade_op(ledger: Ledger, sender: Device, number: int, pnl: str, **options: Any) -> Op:
    return ledger.op("ExecuteTrade", lambda execution: execution.execute_trade(trade(number, pnl)), sender, **options)


def trades_op(ledger: Ledger, sender: Device, numbers: Iterable[int], pnl: Callable[[int], str]) -> Op:
    def act(execution: Execution) -> None:
        for number in numbers:
            execution.execute_trade(trade(number, pnl(number)))

    return ledger.op("ExecuteTrades", act, sender)


def note_op(ledger: Ledger, sender: Device, text: str = "seen", **options: Any) -> Op:
    return ledger.op(
        "AddNote",
        lambda execution: execution.add_note(author_id=sender.person.id, text=text, at=datetime.now(UTC)),
        sender,
        **options,
    )


def approve_op(ledger: Ledger, sender: Device, *, approver_id: str | None = None) -> Op:
    op = ledger.op(
        "ApproveFunding",
        lambda execution: execution.approve(approver_id=approver_id or sender.person.id, at=datetime.now(UTC)),
        sender,
    )
    op.rows["audit_log"] = [
        audit_row(sender, "FUNDING_APPROVED", target_table="challenges", target_id=ledger.challenge_id)
    ]
    return op


def reject_op(ledger: Ledger, sender: Device, *, fails: bool) -> Op:
    op = ledger.op(
        "RejectFunding",
        lambda execution: execution.reject(
            approver_id=sender.person.id, reason="not yet", fails=fails, at=datetime.now(UTC)
        ),
        sender,
    )
    op.rows["audit_log"] = [
        audit_row(sender, "FUNDING_REJECTED", target_table="challenges", target_id=ledger.challenge_id)
    ]
    return op


def alert_op(ledger: Ledger, sender: Device, kind: str = "RaiseAlert") -> Op:
    return ledger.op(
        kind,
        lambda execution: execution.raise_alert(
            "UNUSUAL_ACTIVITY",
            AlertSeverity.LOW,
            title="Look",
            message="at this",
            alert_data={"n": 1},
            at=datetime.now(UTC),
        ),
        sender,
    )


def handle_op(ledger: Ledger, sender: Device, kind: str, status: AlertStatus) -> Op:
    """What handling the newest alert of the challenge leads to."""
    return ledger.op(
        kind,
        lambda execution: execution.update_alert(
            ledger.alerts[-1], status, actor_id=sender.person.id, at=datetime.now(UTC)
        ),
        sender,
    )


def audit_op(sender: Device, action: str = "EXPORTED", **columns: Any) -> Json:
    return request("AuditEntry", sender, {"audit_log": [audit_row(sender, action, **columns)]})


def payment_row(payment: Payment, **columns: Any) -> Json:
    fields = {name: json_value(getattr(payment, name)) for name in Payment.__dataclass_fields__}
    sealed: Json = dict.fromkeys(("webhook_data", "provider_metadata", "provider_response", "metadata"))
    return {**fields, **sealed, **columns}


def payment_of(ledger: Ledger, status: PaymentStatus, amount: str = "99.5") -> Payment:
    """A new payment for the challenge, in that status."""
    now = datetime.now(UTC)
    payment = new_payment(
        payment_id=new_uuid(),
        user_id=ledger.owner_id,
        challenge_id=ledger.challenge_id,
        provider=PaymentProvider.BANK_TRANSFER,
        amount=Decimal(amount),
        currency="EUR",
        at=now,
        recorded_at=now,
    )
    return payment if status is PaymentStatus.PENDING else payment.moved(status, now)


def payment_op(
    ledger: Ledger, sender: Device, kind: str, payment: Payment, before: PaymentStatus | None, **options: Any
) -> Op:
    """What a payment that came to its status leads to; one that is SUCCESS starts a challenge that waits."""

    def act(execution: Execution) -> None:
        at = datetime.now(UTC)
        cause = execution.change_payment_status(
            payment_id=payment.id,
            before=None if before is None else before.value,
            after=payment.status.value,
            amount=payment.amount,
            currency=payment.currency,
            at=at,
        )
        if payment.status is PaymentStatus.SUCCESS and execution.status is ChallengeStatus.PENDING:
            execution.start(at, cause=cause)

    op = ledger.op(kind, act, sender, **options)
    action = "PAYMENT_RECORDED" if before is None else "PAYMENT_CHANGED"
    op.rows["payments"] = [payment_row(payment)]
    op.rows["audit_log"] = [audit_row(sender, action, target_table="payments", target_id=payment.id)]
    return op


def audit_row(sender: Device, action: str, **columns: Any) -> Json:
    return {
        "id": new_uuid(),
        "actor_id": sender.person.id,
        "action": action,
        "target_table": None,
        "target_id": None,
        "details": {},
        "occurred_at": instant_text(datetime.now(UTC)),
        "device_id": sender.id,
        **columns,
    }


def refused(device: Device, ops: Sequence[Json]) -> psycopg.Error:
    """The error with which a push ends as a whole."""
    try:
        device.send(ops)
    except psycopg.Error as error:
        return error
    raise AssertionError("the push went through")
