"""The sample statement that ships in `resources/statements`: invented here, so that nobody's account is shown.

`python -m tests.sample_statement` writes it again. Four weeks on a hedging account of 100,000 USD: the account climbs, has
a day that uses most of the daily limit, recovers, and breaks the daily limit on a day of trades that got bigger and bigger.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from tests.unit.importers.metatrader5_reports import Report

PATH = Path(__file__).resolve().parents[1] / "resources" / "statements" / "sample_metatrader5_history.html"

# Results of the trades of each day, in parts of what was risked.
DAYS = (
    ("1.2", "-1", "0.8"), ("1.5", "-1", "0.6"), ("-1", "2", "0.4"), ("1.1", "-0.5", "0.9"), ("-1", "1.3", "0.7"),
    ("-1", "-1", "1.8"), ("0.5", "0.9", "-1"), ("1.6", "-1", "-0.3"), ("2.2", "-1", "0.2"), ("-1", "1.4", "0.8"),
    ("-2.5", "-2.6", "-3.6"), ("2", "1.5", "0.8"), ("1.2", "-1", "1.1"), ("2.4", "-0.5", "0.6"), ("1.8", "-1", "0.9"),
    ("1.4", "0.5", "-0.8"), ("-1", "1.9", "0.6"), ("-3", "-3.8", "-4.3"), ("1", "-1", "0.5"), ("-1", "0.6"),
)  # fmt: skip
FIRST_DAY = datetime(2026, 2, 2, 9, 12, 7)  # noqa: DTZ001 - a server's time


@dataclass(frozen=True)
class Market:
    """A symbol: where it begins, its last digit, the stop of a trade, the lots, what a price of 1 is worth a lot."""

    symbol: str
    price: Decimal
    digit: Decimal
    stop: Decimal
    lots: Decimal
    worth: int
    commission: Decimal


MARKETS = (
    Market(
        "EURUSD", Decimal("1.08412"), Decimal("0.00001"), Decimal("0.00250"), Decimal("2.00"), 100_000, Decimal("-3.50")
    ),
    Market("XAUUSD", Decimal("2034.50"), Decimal("0.01"), Decimal("5.00"), Decimal("1.00"), 100, Decimal("-4.00")),
    Market(
        "GBPUSD", Decimal("1.26235"), Decimal("0.00001"), Decimal("0.00300"), Decimal("1.66"), 100_000, Decimal("-3.50")
    ),
)


class Sample:
    """Collects the deals, so that they can be written in the order of their times."""

    def __init__(self) -> None:
        self.report = Report(account="70010042 (USD, TradeSense-Sample, demo, Hedge)")
        self.rows: list[tuple[datetime, dict[str, object]]] = []
        self.order = 55_010_000

    def trade(self, market: Market, opened: datetime, step: int, result: Decimal) -> None:
        """One position, closed in two parts where it won more than half again what was risked."""
        is_long = (step * 7) % 3 != 0
        sign = 1 if is_long else -1
        price = market.price + (Decimal((step * 37) % 61 - 30) * market.stop / 10).quantize(market.digit)
        stop = price - sign * market.stop
        self.order += 17
        entry = self.order
        self.deal(market, opened, "buy" if is_long else "sell", "in", market.lots, price, entry)
        held = timedelta(minutes=23 + (step * 53) % 190, seconds=(step * 29) % 60)
        parts = [(result, market.lots)]
        if result > Decimal("1.5"):
            half = (market.lots / 2).quantize(Decimal("0.01"))
            parts = [(Decimal(1), half), ((result * 2 - 1), market.lots - half)]
        for place, (part, lots) in enumerate(parts, 1):
            closed = opened + held * place
            at = (price + sign * part * market.stop).quantize(market.digit)
            profit = ((at - price) * sign * lots * market.worth).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
            self.order += 3
            self.deal(market, closed, "sell" if is_long else "buy", "out", lots, at, self.order, str(profit))
            if len(parts) == 1:
                self.report.position(
                    entry, "buy" if is_long else "sell", str(lots), f"{opened:%Y.%m.%d %H:%M:%S}", str(price),
                    f"{closed:%Y.%m.%d %H:%M:%S}", str(at), str(profit), symbol=market.symbol,
                )  # fmt: skip
        self.report.clock = opened
        self.report.order(
            entry, "buy" if is_long else "sell", f"{market.lots} / {market.lots}", stop=str(stop), symbol=market.symbol
        )

    def deal(
        self, market: Market, at: datetime, kind: str, direction: str, lots: Decimal, price: Decimal, order: int,
        profit: str = "0.00",
    ) -> None:  # fmt: skip
        """Remember a deal for its time."""
        commission = (market.commission * lots).quantize(Decimal("0.01"))
        self.rows.append((at, {
            "kind": kind, "direction": direction, "volume": str(lots), "price": str(price), "profit": profit,
            "order": order, "symbol": market.symbol, "commission": str(commission),
        }))  # fmt: skip

    def write(self) -> str:
        """The report, deals by time."""
        report = self.report
        report.clock = FIRST_DAY - timedelta(days=3)
        report.operation("balance", "100000.00", comment="Sample deposit")
        net, closed = Decimal(0), {"buy": 0, "sell": 0}
        for number, (at, row) in enumerate(sorted(self.rows, key=lambda row: row[0]), 2):
            report.deal(**row, at=f"{at:%Y.%m.%d %H:%M:%S}", number=number)  # type: ignore[arg-type]
            net += Decimal(str(row["profit"])) + Decimal(str(row["commission"]))
            if row["direction"] == "out":
                closed["sell" if row["kind"] == "buy" else "buy"] += 1
        report.stated_net, report.stated_trades = str(net), (closed["sell"], closed["buy"])
        return report.html()


def sample_statement() -> str:
    """The whole file."""
    sample = Sample()
    step = 0
    for day, results in enumerate(DAYS):
        for place, result in enumerate(results):
            step += 1
            opened = FIRST_DAY + timedelta(days=day + day // 5 * 2, hours=3 * place, minutes=(step * 11) % 40)
            sample.trade(MARKETS[step % len(MARKETS)], opened, step, Decimal(result))
    return sample.write() + "\n"


if __name__ == "__main__":
    PATH.write_text(sample_statement(), encoding="utf-8")
