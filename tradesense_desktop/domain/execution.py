"""One command carried out on one challenge: what is allowed, in which order, and what it leaves behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tradesense_desktop.domain import narration
from tradesense_desktop.domain.adjustment import Adjustment
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.command_run import CommandRun
from tradesense_desktop.domain.consequences import record_deadline, record_findings
from tradesense_desktop.domain.deadline import deadline_of
from tradesense_desktop.domain.errors import (
    ChallengeAlreadyStarted,
    ChallengeNotStarted,
    DayAlreadyClosed,
    DayNotOver,
    NotExpired,
    OutOfOrder,
)
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.judgement import Finding
from tradesense_desktop.domain.money import Fraction, Money, add_exactly, decimal_text, exact_text
from tradesense_desktop.domain.opening import open_challenge
from tradesense_desktop.domain.state_record import state_of
from tradesense_desktop.domain.trade import RecordedTrade, Trade
from tradesense_desktop.domain.trade_record import adjustment_json, trade_json


class Execution(CommandRun):
    """The run of one command on one challenge.

    `challenge` is the row as stored (None for a challenge that the command creates), `last_sequence_number` the
    number of its last event, `command_id` the correlation of all events, `recorded_at` the clock's reading (UTC),
    `new_id` a source of UUIDs. Every method either does all it says or raises a DomainError and leaves everything
    as it was. Methods that record something at a time return whether they did: false means that the passing of
    time ended or froze the challenge first (which is recorded) and the thing itself came after the end.

    Bulk work calls `drain` every few thousand rows and `snapshot` once, at the end. One thread.
    """

    __slots__ = ()

    # Opening and starting

    def create(
        self,
        *,
        challenge_id: str,
        user_id: str,
        challenge_type: str,
        initial_balance: Money,
        rules_config: Mapping[str, Any],
        max_daily_drawdown_percent: Fraction,
        max_total_drawdown_percent: Fraction,
        profit_target_percent: Fraction,
        currency: str = "USD",
        previous_challenge_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Open a challenge as PENDING. Raises InvalidChallenge, InvalidRules and UnknownZone."""
        assert self._state is None, "an execution is about one challenge"
        challenge = open_challenge(
            self._recording,
            challenge_id=challenge_id,
            user_id=user_id,
            challenge_type=challenge_type,
            initial_balance=initial_balance,
            rules_config=dict(rules_config),
            max_daily_drawdown_percent=max_daily_drawdown_percent,
            max_total_drawdown_percent=max_total_drawdown_percent,
            profit_target_percent=profit_target_percent,
            currency=currency,
            previous_challenge_id=previous_challenge_id,
            metadata=dict(metadata or {}),
        )
        self._take_up(challenge, state_of(challenge))
        self._is_changed = True

    def start(self, at: datetime, *, cause: str | None = None) -> None:
        """Start a PENDING challenge without a trade; `cause` is the event that led to it."""
        state = self._open_state()
        if state.started_at is not None:
            raise ChallengeAlreadyStarted(state.started_at)
        if state.last_row_at is not None and at < state.last_row_at:
            raise OutOfOrder("A start", at, state.last_row_at)
        self._start(at, cause)

    # Rows

    def execute_trade(self, trade: Trade) -> bool:
        """Record a trade and judge it. Whether its number is known already is asked before (trade_record.py)."""
        state, recording = self._begun(), self._recording
        executed_at, pnl = trade.executed_at, trade.realized_pnl
        self._check_row("A trade", executed_at)
        recorded_at = recording.recorded_at
        created_at = max(recorded_at, executed_at)
        executed_text = instant_text(executed_at)
        number = state.total_trades + 1
        row_id = recording.new_id()
        row = trade_json(
            trade,
            row_id=row_id,
            challenge_id=recording.challenge_id,
            sequence_number=number,
            executed_at=executed_text,
            created_at=recording.recorded_at_text if created_at is recorded_at else executed_text,
        )
        add_exactly(state.current_balance, pnl)
        add_exactly(state.total_pnl, pnl)
        if not self._reach(executed_at):
            return False
        equity_before = self._text_of(state.current_equity)
        balance_before = self._text_of(state.current_balance)
        findings = state.trade(pnl, executed_at, trade.opened_at, trade.last_of_time)
        self._is_changed = True
        equity = state.current_equity
        event_id = self._row_event_id = recording.emit(
            EventType.TRADE_EXECUTED,
            {
                "trade": row,
                "last_of_time": trade.last_of_time,
                "balance_before": balance_before,
                "balance_after": self._text_of(state.current_balance),
                "equity_before": equity_before,
                "equity_after": self._text_of(equity),
            },
            executed_at,
            narration.trade_executed(trade, equity, self._recording.currency),
            None,
        )
        recording.trades.append(RecordedTrade(row_id, recording.challenge_id, number, created_at, trade))
        if findings:
            self._follow(findings, event_id, number)
        return True

    def adjust_balance(self, adjustment: Adjustment) -> bool:
        """Record a balance operation and judge it; its number is asked for before, as a trade's is."""
        state, recording = self._begun(), self._recording
        executed_at, amount, kind = adjustment.executed_at, adjustment.amount, adjustment.kind
        self._check_row("A balance operation", executed_at)
        row = adjustment_json(adjustment)
        if kind.is_outside_money:
            add_exactly(state.outside_money, amount)
        else:
            add_exactly(add_exactly(state.current_balance, amount), state.floating_pnl)
            add_exactly(state.adjustments_total, amount)
        starts = not kind.is_outside_money or state.status is not ChallengeStatus.PENDING
        if starts and not self._reach(executed_at):
            return False
        data = {
            "adjustment": row,
            "last_of_time": adjustment.last_of_time,
            "outside_money": kind.is_outside_money,
            "balance_before": decimal_text(state.current_balance),
            "equity_before": decimal_text(state.current_equity),
        }
        findings = state.book(kind, amount, executed_at, adjustment.last_of_time)
        data["balance_after"] = decimal_text(state.current_balance)
        data["equity_after"] = decimal_text(state.current_equity)
        self._is_changed = True
        sentences = narration.balance_adjusted(adjustment, state.current_equity, self._recording.currency)
        event_id = self._row_event_id = recording.emit(EventType.BALANCE_ADJUSTED, data, executed_at, sentences, None)
        self._follow(findings, event_id, None)
        return True

    def record_equity(self, equity: Money, at: datetime) -> bool:
        """Record an equity sample (balance and floating result, without money from outside) and judge it."""
        state = self._open_state()
        what = "An equity sample"
        if state.status is ChallengeStatus.PENDING:
            raise ChallengeNotStarted(what)
        self._check_row(what, at)
        if state.last_sample_at is not None and at < state.last_sample_at:
            raise OutOfOrder(what, at, state.last_sample_at)
        text = exact_text(equity)
        add_exactly(equity, -state.current_balance)
        if not state.is_settled and not self._finish_settlement():
            return False
        if not self._reach(at):
            return False
        before = state.current_equity
        findings = state.sample(equity, at)
        self._is_changed = True
        data = {
            "sample": text,
            "at": instant_text(at),
            "balance": decimal_text(state.current_balance),
            "floating_pnl": decimal_text(state.floating_pnl),
            "equity_before": decimal_text(before),
            "equity_after": decimal_text(state.current_equity),
        }
        sentences = narration.equity_recorded(state.current_equity, state.floating_pnl, self._recording.currency)
        event_id = self._recording.emit(EventType.EQUITY_RECORDED, data, at, sentences, None)
        self._follow(findings, event_id, None)
        return True

    # The passing of time

    def close_day(self, at: datetime) -> bool:
        """Close the open trading day, which has to be over at `at`; returns whether rows are still taken then."""
        state = self._begun()
        self._refuse_end()
        if state.trading_date is None:
            raise ChallengeNotStarted("Closing a day")
        if at < state.day_end:
            raise DayNotOver(state.trading_date, state.day_end)
        return self._reach(at)

    def expire(self, at: datetime) -> None:
        """End the challenge where a limit in days is passed at `at`. Raises NotExpired where none is."""
        state = self._open_state()
        deadline = deadline_of(state)
        if deadline is None or at < deadline.at:
            raise NotExpired(None if deadline is None else deadline.at)
        if self._reach(at):
            # The limit was passed while the funding was being decided, and the day it was given back is not over.
            record_deadline(self._recording, state, deadline, at)
            self._is_changed = True

    # Within

    def _check_row(self, what: str, at: datetime) -> None:
        """Refuse a row that may not come at all or not at this time."""
        state = self._begun()
        if state.status is not ChallengeStatus.ACTIVE or state.profit_target_reached_at is not None:
            self._open_state()
        if state.last_row_at is not None and at < state.last_row_at:
            raise OutOfOrder(what, at, state.last_row_at)
        if state.trading_date is not None and at < state.day_start:
            raise DayAlreadyClosed(what, at, state.trading_date)

    def _start(self, at: datetime, cause: str | None = None) -> None:
        state = self._begun()
        state.start(at)
        self._is_changed = True
        assert state.trading_date is not None
        data = {
            "from": "PENDING",
            "to": "ACTIVE",
            "started_at": instant_text(at),
            "trading_date": state.trading_date.isoformat(),
        }
        sentences = narration.challenge_started(at, state.trading_date)
        self._recording.emit(EventType.CHALLENGE_STATUS_CHANGED, data, at, sentences, cause)

    def _reach(self, at: datetime) -> bool:
        """Let time pass up to `at`: start, finish a settlement, close the day; whether rows are still taken."""
        state = self._begun()
        if state.status is ChallengeStatus.PENDING:
            self._start(at)
            return True
        if not state.is_settled and at != state.last_row_at and not self._finish_settlement():
            return False
        return at < state.day_end or self._close_day(at)

    def _finish_settlement(self) -> bool:
        state = self._begun()
        self._is_changed = True
        number = state.total_trades if state.last_trade_at == state.last_row_at else None
        self._follow(state.finish_settlement(), self._row_event_id, number)
        return state.accepts_rows

    def _close_day(self, at: datetime) -> bool:
        """Close the open day and begin the one of `at`, or of the limit in days that was passed before."""
        state, recording = self._begun(), self._recording
        closed, end = state.trading_date, state.day_end
        assert closed is not None
        deadline = None if state.is_frozen else deadline_of(state)
        if deadline is not None and at < deadline.at:
            deadline = None
        over_at = at if deadline is None else max(deadline.at, end)
        next_date = state.rules.reset.day_of(over_at)
        result = state.current_equity - state.day_start_equity
        data = {
            "trading_date": closed.isoformat(),
            "next_trading_date": next_date.isoformat(),
            "reset_at": instant_text(end),
            "start": decimal_text(state.day_start_equity),
            "end": decimal_text(state.current_equity),
            "start_reference": decimal_text(state.daily_start_equity),
            "start_balance": decimal_text(state.day_start_balance),
            "end_balance": decimal_text(state.current_balance),
            "maximum": decimal_text(state.daily_max_equity),
            "minimum": decimal_text(state.daily_min_equity),
            "result": decimal_text(result),
            "closed_result": decimal_text(state.day_result),
            "trades": state.day_trades,
        }
        sentences = narration.day_closed(
            closed, result, state.day_trades, state.current_equity, self._recording.currency
        )
        findings = state.close_day(next_date)
        self._is_changed = True
        event_id = recording.emit(EventType.DAILY_PNL_CALCULATED, data, end, sentences, None)
        self._follow(findings, event_id, None)
        if deadline is not None and state.accepts_rows:
            record_deadline(recording, state, deadline, over_at)
        return state.accepts_rows

    def _follow(self, findings: list[Finding], cause: str | None, trade_number: int | None) -> None:
        if findings:
            record_findings(
                self._recording,
                self._begun(),
                findings,
                cause=cause,
                trade_number=trade_number,
            )
