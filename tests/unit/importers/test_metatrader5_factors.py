"""What a price move is worth, learnt from the deals."""

from datetime import datetime, timedelta
from decimal import Decimal

from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.importers.metatrader5_factors import PriceFactors
from tradesense_desktop.importers.metatrader5_tables import Deal
from tradesense_desktop.importers.metatrader5_words import Direction

CENT = Decimal("0.01")
START = datetime(2024, 1, 8)  # noqa: DTZ001 - a server's time


def deal(number: int, side: Side, direction: Direction, volume: str, price: str, profit: str = "0.00") -> Deal:
    return Deal(
        number=number, line=number, time=START + timedelta(minutes=number), symbol="X", type=side.value.lower(), side=side,
        direction=direction, volume=Decimal(volume), price=Decimal(price), order=number, commission=Decimal(0),
        fee=Decimal(0), swap=Decimal(0), profit=Decimal(profit), balance=None, comment="",
    )  # fmt: skip


def explained(deals: list[Deal], closing: Deal) -> Decimal | None:
    """The entry price that is likeliest for the profit of `closing`, to five decimals."""
    prices = PriceFactors(deals, CENT, unwatched).explaining_prices(closing)
    return None if prices is None else round(prices[1], 5)


def test_a_constant_factor_is_learnt_from_closes_without_a_choice() -> None:
    deals = [
        deal(1, Side.BUY, Direction.IN, "0.10", "1.10000"),
        deal(2, Side.SELL, Direction.OUT, "0.10", "1.10500", "50.00"),
    ]

    assert explained(deals, deal(9, Side.SELL, Direction.OUT, "0.30", "1.20000", "-300.00")) == Decimal("1.21000")
    assert explained(deals, deal(9, Side.BUY, Direction.OUT, "0.30", "1.20000", "-300.00")) == Decimal("1.19000")


def test_a_factor_that_falls_with_the_closing_price_is_seen_as_such() -> None:
    # 100,000 US dollars against yen in an account in dollars: 1 yen of move is worth 100,000 ÷ closing price.
    deals = []
    for place, closing in enumerate(("100.000", "125.000", "160.000")):
        opening = Decimal(closing) - 1
        profit = str((Decimal(100_000) / Decimal(closing)).quantize(CENT))
        deals.append(deal(2 * place + 1, Side.BUY, Direction.IN, "1.00", str(opening)))
        deals.append(deal(2 * place + 2, Side.SELL, Direction.OUT, "1.00", closing, profit))

    assert explained(deals, deal(9, Side.SELL, Direction.OUT, "1.00", "200.000", "500.00")) == Decimal("199.00000")


def test_two_closes_out_of_one_basket_agree_on_the_true_factor_only() -> None:
    deals = [
        deal(1, Side.BUY, Direction.IN, "1.00", "1.10000"),
        deal(2, Side.BUY, Direction.IN, "1.00", "1.10700"),
        deal(3, Side.SELL, Direction.OUT, "1.00", "1.10600", "-123.00"),  # 1.10700 at 123,000
        deal(4, Side.SELL, Direction.OUT, "1.00", "1.10200", "246.00"),  # 1.10000 at 123,000
    ]

    assert explained(deals, deals[2]) == Decimal("1.10700")
    assert explained(deals, deals[3]) == Decimal("1.10000")


def test_of_factors_with_one_vote_each_only_a_round_one_is_believed() -> None:
    entries = [deal(1, Side.BUY, Direction.IN, "1.00", "1.10000"), deal(2, Side.BUY, Direction.IN, "1.00", "1.10500")]
    round_one = deal(3, Side.SELL, Direction.OUT, "1.00", "1.10600", "100.00")
    odd_one = deal(3, Side.SELL, Direction.OUT, "1.00", "1.10600", "123.45")

    assert explained([*entries, round_one], round_one) == Decimal("1.10500")
    assert explained([*entries, odd_one], odd_one) is None


def test_a_profit_of_a_few_cents_teaches_nothing() -> None:
    deals = [
        deal(1, Side.BUY, Direction.IN, "0.01", "1.10000"),
        deal(2, Side.SELL, Direction.OUT, "0.01", "1.10050", "0.50"),
    ]

    assert explained(deals, deals[1]) is None
