"""Read the figures of a challenge, each with its formula."""

from datetime import date
from decimal import Decimal

from tradesense_desktop.domain.closed_trade import ClosedTrade, initial_risk
from tradesense_desktop.domain.daily_series import DailyResult, open_day
from tradesense_desktop.domain.event import EventData, EventType
from tradesense_desktop.domain.instant import parse_instant
from tradesense_desktop.domain.metrics import metrics
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_visible
from tradesense_desktop.services.views import Metric
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.event_log import read_head, stream_events

_EVENTS_BETWEEN_REPORTS = 1_000


def read_metrics(workspace: Workspace, challenge_id: str, progress: ProgressReport = unwatched) -> tuple[Metric, ...]:
    """Every figure over the closed trades and the trading days of a challenge."""
    trades: list[ClosedTrade] = []
    days: list[DailyResult] = []
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        challenge = read_challenge(reading, challenge_id)
        in_all = read_head(reading, challenge_id).sequence_number
        for event in stream_events(reading, challenge_id):
            data = event.event_data
            if event.event_type == EventType.TRADE_EXECUTED:
                trades.append(_closed_trade(data["trade"]))
            elif event.event_type == EventType.DAILY_PNL_CALCULATED:
                day = date.fromisoformat(data["trading_date"])
                days.append(DailyResult(day, Decimal(data["result"]), Decimal(data["end"])))
            if event.sequence_number % _EVENTS_BETWEEN_REPORTS == 0:
                progress(Progress("Working out the figures", event.sequence_number, in_all))
    last = open_day(challenge)
    if last is not None:
        days.append(last)
    return tuple(
        Metric(figure.key, figure.label, figure.value, figure.unit.value, figure.formula)
        for figure in metrics(trades, days, challenge.initial_balance)
    )


def _closed_trade(row: EventData) -> ClosedTrade:
    """The figures' view of a trade as its event holds it."""
    side, entry = Side(row["side"]), row["metadata"]["entry"]
    stop = None if entry is None or entry["initial_stop"] is None else Decimal(entry["initial_stop"])
    open_price = None if row["open_price"] is None else Decimal(row["open_price"])
    gross = Decimal(row["metadata"]["deal"]["profit"])
    return ClosedTrade(
        symbol=row["symbol"],
        side=side,
        realized_pnl=Decimal(row["realized_pnl"]),
        executed_at=parse_instant(row["executed_at"]),
        opened_at=None if row["opened_at"] is None else parse_instant(row["opened_at"]),
        initial_risk=initial_risk(side, open_price, Decimal(row["price"]), gross, stop),
    )
