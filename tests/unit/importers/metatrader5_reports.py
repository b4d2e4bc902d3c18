"""Made-up reports of MetaTrader 5, laid out as the terminal does, for what no real sample contains."""

import io
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from tradesense_desktop.domain.progress import unwatched
from tradesense_desktop.importers.recognise import read_statement
from tradesense_desktop.importers.statement import Statement

ENGLISH = {
    "history": "Trade History Report", "tester": "Strategy Tester Report", "name": "Name:", "account": "Account:",
    "company": "Company:", "date": "Date:", "settings": "Settings", "expert": "Expert:", "symbol": "Symbol:",
    "period": "Period:", "inputs": "Inputs:", "currency": "Currency:", "deposit": "Initial Deposit:",
    "leverage": "Leverage:", "positions": "Positions", "orders": "Orders", "deals": "Deals",
    "open_positions": "Open Positions", "results": "Results",
    "positions_headings": "Time|Position|Symbol|Type|Volume|Price|S / L|T / P|Time|Price|Commission|Swap|Profit",
    "orders_headings": "Open Time|Order|Symbol|Type|Volume|Price|S / L|T / P|Time|State|Comment",
    "deals_headings": "Time|Deal|Symbol|Type|Direction|Volume|Price|Order|Cost|Commission|Fee|Swap|Profit|Balance|Comment",
    "open_headings": "Time|Position|Symbol|Type|Volume|Price|S / L|T / P|Market Price|Swap|Profit|Comment",
    "balance": "Balance:", "free": "Free Margin:", "credit": "Credit Facility:", "margin": "Margin:",
    "floating": "Floating P/L:", "level": "Margin Level:", "equity": "Equity:", "net": "Total Net Profit:",
    "gain": "Gross Profit:", "loss": "Gross Loss:", "trades": "Total Trades:", "short": "Short Trades (won %):",
    "long": "Long Trades (won %):", "count": "Total Deals:",
}  # fmt: skip
RUSSIAN = ENGLISH | {
    "history": "Отчет торговой истории", "tester": "Отчет Тестера стратегий", "name": "Имя:", "account": "Счет:",
    "company": "Компания:", "date": "Дата:", "settings": "Настройки", "expert": "Советник:", "symbol": "Символ:",
    "period": "Период:", "inputs": "Параметры:", "currency": "Валюта:", "deposit": "Начальный депозит:",
    "leverage": "Плечо:", "positions": "Позиции", "orders": "Ордера", "deals": "Сделки",
    "open_positions": "Открытые позиции", "results": "Результаты",
    "positions_headings": "Время|Позиция|Символ|Тип|Объем|Цена|S / L|T / P|Время|Цена|Комиссия|Своп|Прибыль",
    "orders_headings": "Время открытия|Ордер|Символ|Тип|Объем|Цена|S / L|T / P|Время|Состояние|Комментарий",
    "deals_headings": "Время|Сделка|Символ|Тип|Направление|Объем|Цена|Ордер|Издержки|Комиссия|Сбор|Своп|Прибыль|Баланс|Комментарий",
    "open_headings": "Время|Позиция|Символ|Тип|Объем|Цена|S / L|T / P|Рыночная цена|Своп|Прибыль|Комментарий",
    "balance": "Баланс:", "free": "Свободная маржа:", "credit": "Кредит:", "margin": "Маржа:",
    "floating": "Плавающая прибыль:", "level": "Уровень маржи:", "equity": "Средства:", "net": "Чистая прибыль:",
    "gain": "Общая прибыль:", "loss": "Общий убыток:", "trades": "Всего трейдов:",
    "short": "Короткие трейды (% выигравших):", "long": "Длинные трейды (% выигравших):", "count": "Всего сделок:",
}  # fmt: skip
GERMAN = ENGLISH | {
    "history": "Bericht der Handelsgeschichte", "account": "Konto:", "company": "Firma:", "date": "Datum:",
    "positions": "Positionen", "orders": "Aufträge", "deals": "Geschäfte", "open_positions": "Offene Positionen",
    "positions_headings": "Zeit|Position|Symbol|Typ|Volumen|Preis|S / L|T / P|Zeit|Preis|Kommission|Swap|Gewinn",
    "orders_headings": "Eröffnungszeit|Auftrag|Symbol|Typ|Volumen|Preis|S / L|T / P|Zeit|Status|Kommentar",
    "deals_headings": "Zeit|Geschäft|Symbol|Typ|Richtung|Volumen|Preis|Auftrag|Kosten|Kommission|Gebühr|Swap|Gewinn|Kontostand|Kommentar",
    "balance": "Kontostand:", "net": "Nettogewinn gesamt:", "gain": "Bruttogewinn:", "loss": "Bruttoverlust:",
    "trades": "Gesamtanzahl Trades:", "short": "Sell-Positionen (davon gewonnen %):",
    "long": "Buy-Positionen (davon gewonnen %):",
}  # fmt: skip
CHINESE = ENGLISH | {
    "history": "交易历史报告", "name": "名称：", "account": "账户：", "company": "公司：", "date": "日期：",
    "positions": "持仓", "orders": "订单", "deals": "成交", "open_positions": "未平仓",
    "positions_headings": "时间|持仓|交易品种|类型|交易量|价位|止损|止盈|时间|价位|手续费|库存费|盈利",
    "orders_headings": "开盘时间|订单|交易品种|类型|交易量|价位|止损|止盈|时间|状态|注释",
    "deals_headings": "时间|成交|交易品种|类型|趋势|交易量|价位|订单|成本|手续费|费用|库存费|盈利|结余|注释",
    "balance": "结余：", "net": "总净盈利：", "gain": "毛利：", "loss": "毛损：", "trades": "总交易：",
    "short": "空头交易（获利）：", "long": "多头交易（获利）：",
}  # fmt: skip

Cell = tuple[str, int]
"""Text and colspan; a negative span is a hidden cell."""


@dataclass
class Report:
    """A report in the making: add rows, then take it as HTML or XLSX.

    Deals are numbered from 1 and timed a minute apart unless said otherwise; the Balance column runs by itself.
    """

    account: str = "7001 (EUR, Made-Up Server, demo, Hedge)"
    labels: dict[str, str] = field(default_factory=lambda: dict(ENGLISH))
    is_tester: bool = False
    has_fee: bool = True
    has_cost: bool = False
    balance: Decimal = Decimal(0)
    decimal_mark: str = "."
    stated_net: str | None = None
    stated_trades: tuple[int, int] | None = None
    has_balance_block: bool = True
    deals: list[list[str]] = field(default_factory=list)
    positions: list[list[str]] = field(default_factory=list)
    orders: list[list[str]] = field(default_factory=list)
    open_positions: list[list[str]] = field(default_factory=list)
    clock: datetime = datetime(2024, 1, 8, 9, 0)  # noqa: DTZ001 - a server's time

    def operation(self, kind: str, amount: str, *, comment: str = "", direction: str = "", moves: bool = True) -> int:
        """A balance operation; its number."""
        return self._deal("", kind, direction, "", "", "", "", "", "", amount, comment, moves=moves)

    def deal(
        self,
        kind: str,
        direction: str,
        volume: str,
        price: str,
        profit: str = "0.00",
        *,
        order: int | None = None,
        symbol: str = "EURUSD",
        commission: str = "0.00",
        fee: str = "0.00",
        swap: str = "0.00",
        comment: str = "",
        at: str | None = None,
        number: int | None = None,
    ) -> int:
        """A deal of a position; its number. Its order has the number 100 above unless said otherwise."""
        if at is not None:
            self.clock = datetime.strptime(at, "%Y.%m.%d %H:%M:%S") - timedelta(minutes=1)  # noqa: DTZ007
        number = number or len(self.deals) + 1
        order_text = str(order if order is not None else 100 + number)
        return self._deal(
            symbol, kind, direction, volume, price, order_text, commission, fee, swap, profit, comment, number=number
        )

    def _deal(
        self, symbol: str, kind: str, direction: str, volume: str, price: str, order: str, commission: str, fee: str,
        swap: str, profit: str, comment: str, *, number: int | None = None, moves: bool = True,
    ) -> int:  # fmt: skip
        self.clock += timedelta(minutes=1)
        number = number or len(self.deals) + 1
        amounts = [amount or "0.00" for amount in (commission, fee, swap, profit)]
        if moves:
            self.balance += sum(Decimal(amount) for amount in amounts)
        if not self.has_fee:
            del amounts[1]
        balance = f"{self.balance:,.2f}".replace(",", " ")
        cost = ["0.17"] if self.has_cost else []
        self.deals.append([
            f"{self.clock:%Y.%m.%d %H:%M:%S}", str(number), symbol, kind, direction, volume, price, order, *cost,
            *amounts, balance, comment,
        ])  # fmt: skip
        return number

    def position(
        self, identifier: int, kind: str, volume: str, opened: str, open_price: str, closed: str, price: str,
        profit: str, *, symbol: str = "EURUSD",
    ) -> None:  # fmt: skip
        """A row of Positions."""
        self.positions.append(
            [opened, str(identifier), symbol, kind, volume, open_price, "", "", closed, price, "0.00", "0.00", profit]
        )

    def order(
        self, number: int, kind: str, volume: str, *, stop: str = "", state: str = "filled", symbol: str = "EURUSD"
    ) -> None:
        """A row of Orders; `volume` as the terminal writes it, “0.06 / 0.06”."""
        time = f"{self.clock:%Y.%m.%d %H:%M:%S}"
        self.orders.append([time, str(number), symbol, kind, volume, "0.00", stop, "", time, state, ""])

    def open_position(self, identifier: int, kind: str, volume: str, floating: str, *, swap: str = "0.00") -> None:
        """A row of Open Positions."""
        time = f"{self.clock:%Y.%m.%d %H:%M:%S}"
        self.open_positions.append(
            [time, str(identifier), "EURUSD", kind, volume, "1.10000", "", "", "1.10100", swap, floating, ""]
        )

    def html(self) -> str:
        """The report as the terminal's HTML."""
        rows = "\n".join(_html_row(row) for row in self.rows())
        title = self.labels["tester" if self.is_tester else "history"]
        return (
            f"<!DOCTYPE html PUBLIC><html>\n<head><title>{title}</title>\n<style><!-- .hidden {{ display: none; }} //-->"
            f'</style></head>\n<body>\n<div align="center">\n<table cellspacing="1" border="0">\n{rows}\n'
            "</table>\n</div>\n</body>\n</html>"
        )

    def xlsx(self, encoding: str = "utf-16") -> bytes:
        """The report as the terminal's XLSX, whose parts are in UTF-16."""
        return xlsx_of([_sheet_row(row) for row in self.rows()], encoding)

    def read(self, folder: Path, encoding: str = "utf-8") -> Statement:
        """What the program reads from the report's HTML."""
        return read_bytes(self.html().encode(encoding), folder)

    def read_xlsx(self, folder: Path) -> Statement:
        """What the program reads from the report's XLSX."""
        return read_bytes(self.xlsx(), folder)

    def rows(self) -> list[list[Cell]]:
        """All rows of the report, from its title to its results."""
        labels = self.labels
        rows: list[list[Cell]] = [[(labels["tester" if self.is_tester else "history"], 14)]]
        rows += self._tester_head() if self.is_tester else self._history_head()
        rows += self._table("positions", self.positions, [1] * 12 + [2], hidden_after=3)
        rows += self._table("orders", self.orders, [1] * 9 + [2, 3])
        names = labels["deals_headings"].split("|")
        hidden_cost = not self.has_cost and not self.is_tester
        if not self.has_cost:
            names = [name for place, name in enumerate(names) if place != 8]
        if not self.has_fee:
            del names[-5]
        rows += [[(labels["deals"], 14)]]
        rows.append([(name, 1) for name in names])
        rows += [[(text, 1) for text in deal] for deal in self.deals]
        if hidden_cost:
            for row in rows[-len(self.deals) - 1 :]:
                row.insert(8, ("", -1))
        rows.append(
            [("", 8), ("0.00", 1), ("0.00", 1), ("14.75", 1), (self.deals[-1][-2] if self.deals else "0.00", 1)]
        )
        rows += self._table("open_positions", self.open_positions, [1] * 11 + [3])
        if not self.is_tester:
            rows += self._history_tail()
        return [[(self._written(text), span) for text, span in row] for row in rows]

    def _table(
        self, name: str, body: list[list[str]], spans: list[int], hidden_after: int | None = None
    ) -> list[list[Cell]]:
        if not body:
            return []
        key = "open_headings" if name == "open_positions" else f"{name}_headings"
        rows = [[(self.labels[name], 14)], list(zip(self.labels[key].split("|"), spans, strict=True))]
        for texts in body:
            row = list(zip(texts, spans, strict=True))
            if hidden_after is not None:
                row.insert(hidden_after + 1, ("200011", -8))
            rows.append(row)
        return rows

    def _history_head(self) -> list[list[Cell]]:
        labels = self.labels
        return [
            [(labels["name"], 4), ("Made Up", 10)],
            [(labels["account"], 4), (self.account, 10)],
            [(labels["company"], 4), ("Nobody Ltd.", 10)],
            [(labels["date"], 4), ("2024.02.01 17:03", 10)],
            [("", 1)] * 14,
        ]

    def _tester_head(self) -> list[list[Cell]]:
        labels = self.labels
        rows = [[("Made-Up Server (Build 5000)", 13)], [(labels["settings"], 13)]]
        for name, value in (
            ("expert", "Grid 2"), ("symbol", "EURUSD"), ("period", "M5 (2024.01.01 - 2024.02.01)"), ("inputs", "Lots=1.0"),
        ):  # fmt: skip
            rows.append([(labels[name], 3), (value, 10)])
        rows.append([("", 3), ("Magic=77", 10)])
        for name, value in (
            ("company", "Nobody Ltd."), ("currency", "EUR"), ("deposit", "10 000.00"), ("leverage", "1:100"),
        ):  # fmt: skip
            rows.append([(labels[name], 3), (value, 10)])
        rows.append([(labels["results"], 13)])
        if self.stated_net is not None:
            gain, loss = _gain_and_loss(self.stated_net)
            for name, value in (("net", self.stated_net), ("gain", gain), ("loss", loss)):
                rows.append([(labels[name], 3), (value, 1), ("Drawdown:", 3), ("2 875.78 (10.51%)", 1)])
        return rows + self._trades_row()

    def _history_tail(self) -> list[list[Cell]]:
        labels = self.labels
        balance = f"{self.balance:,.2f}".replace(",", " ")
        rows: list[list[Cell]] = []
        if self.has_balance_block:
            rows += [
                [("", 13)],
                [(labels["balance"], 3), (balance, 2), ("", 1), (labels["free"], 3), ("8 846.01", 2)],
                [(labels["credit"], 3), ("0.00", 2), ("", 1), (labels["margin"], 3), ("1 081.91", 2)],
                [(labels["floating"], 3), ("-20.68", 2), ("", 1), (labels["level"], 3), ("917.63%", 2)],
                [(labels["equity"], 3), ("9 927.92", 2)],
            ]
        rows.append([(labels["results"], 13)])
        if self.stated_net is not None:
            gain, loss = _gain_and_loss(self.stated_net)
            rows.append(
                [
                    (labels["net"], 3),
                    (self.stated_net, 1),
                    (labels["gain"], 3),
                    (gain, 1),
                    (labels["loss"], 3),
                    (loss, 2),
                ]
            )
        rows.append([("Profit Factor:", 3), ("0.76", 1), ("Expected Payoff:", 3), ("-0.08", 1)])
        return rows + self._trades_row()

    def _trades_row(self) -> list[list[Cell]]:
        if self.stated_trades is None:
            return []
        short, long = self.stated_trades
        labels = self.labels
        return [
            [(labels["trades"], 3), (str(short + long), 1), (labels["short"], 3), (f"{short} (54.37%)", 1),
             (labels["long"], 3), (f"{long} (57.88%)", 2)],
            [(labels["count"], 3), ("999", 1), ("Profit Trades (% of total):", 3), ("1 (50.00%)", 1),
             ("Loss Trades (% of total):", 3), ("1 (50.00%)", 2)],
        ]  # fmt: skip

    def _written(self, text: str) -> str:
        return (
            text.replace(".", self.decimal_mark)
            if text.replace(" ", "").replace(".", "", 1).lstrip("-").isdigit()
            else text
        )


def read_bytes(data: bytes, folder: Path, name: str = "report") -> Statement:
    """What the program reads from a file of `data`."""
    path = folder / name
    path.write_bytes(data)
    return read_statement(path, unwatched)


def xlsx_of(rows: list[list[str]], encoding: str = "utf-16", *, strings: bool = True) -> bytes:
    """A workbook of one sheet with `rows`; numbers as numbers, texts shared."""
    shared: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, text in enumerate(row):
            place = f"{chr(ord('A') + column)}{number}"
            if not text:
                cells.append(f'<c r="{place}" s="6"/>')
            elif text.lstrip("-").replace(".", "", 1).isdigit():
                cells.append(f'<c r="{place}" s="8"><v>{text}</v></c>')
            elif strings:
                cells.append(f'<c r="{place}" t="s"><v>{shared.setdefault(text, len(shared))}</v></c>')
            else:
                cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{"".join(f"<si><t>{escape(text)}</t></si>" for text in shared)}</sst>',
    }
    return zip_of({name: f'<?xml version="1.0"?>{text}'.encode(encoding) for name, text in parts.items()})


def zip_of(parts: dict[str, bytes]) -> bytes:
    """A ZIP archive of `parts`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def _html_row(row: list[Cell]) -> str:
    cells = []
    for text, span in row:
        attributes = ' class="hidden"' if span < 0 else ""
        attributes += f' colspan="{abs(span)}"' if abs(span) != 1 else ""
        cells.append(
            f"<td nowrap{attributes}>{escape(text).replace(' ', '&nbsp;') if text[:1].isdigit() else escape(text)}</td>"
        )
    return f'<tr bgcolor="#FFFFFF" align="right">{"".join(cells)}</tr>'


def _sheet_row(row: list[Cell]) -> list[str]:
    texts: list[str] = []
    for text, span in row:
        if span > 0:
            number = text.replace(" ", "")
            texts.append(number if number.lstrip("-").replace(".", "", 1).isdigit() else text)
            texts += [""] * (span - 1)
    return texts


def _gain_and_loss(net: str) -> tuple[str, str]:
    amount = Decimal(net)
    return (f"{amount + 100:.2f}", "-100.00") if amount >= -100 else ("0.00", net)
